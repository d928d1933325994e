"""The price list of an event, with live numbers."""

import reflex as rx

from ticketapp.components.charts import counted
from ticketapp.components.countdown import countdown
from ticketapp.components.figures import price
from ticketapp.components.status import badge
from ticketapp.components.stepper import stepper
from ticketapp.components.tokens import CARD, show_text
from ticketapp.live.vars import tier_held, tier_left
from ticketapp.services.catalog.views import TierRow
from ticketapp.state.event_page import EventPageState

CLOSED_TONES = (("not_yet", "ask"), ("needs_code", "ask"), ("members_only", "ask"), ("paused", "wait"))


def tier_rows() -> rx.Component:
    """Draw every tier this visitor may see."""
    return rx.el.ul(rx.foreach(EventPageState.event.tiers, _row), class_name="grid gap-3")


def _row(tier: TierRow) -> rx.Component:
    event = EventPageState.event
    left = tier_left(event.id, tier.id, otherwise=tier.available, version=event.version)
    held = tier_held(event.id, tier.id, otherwise=tier.held, version=event.version)
    is_open = tier.rule == "open"
    return rx.el.li(
        rx.el.div(
            rx.el.h3(tier.name, class_name="text-lg font-semibold leading-tight"),
            show_text(tier.description, rx.el.p(tier.description, class_name="text-sm text-soft measure")),
            rx.el.p(
                show_text(tier.fee_text, rx.el.span(tier.fee_text + ". ")),
                show_text(tier.limits_text, rx.el.span(tier.limits_text + ". ")),
                show_text(tier.window_text, rx.el.span(tier.window_text + ".")),
                class_name="text-sm text-faint figures",
            ),
            rx.el.div(
                rx.cond(is_open, _live_state(tier, left, held), _closed_state(tier)),
                class_name="mt-2 flex flex-wrap items-center gap-3",
            ),
            class_name="min-w-0 grow",
        ),
        rx.el.div(
            price(tier.price_text, size="lg"),
            rx.cond(
                ~tier.is_seated & tier.can_choose & (left > 0),
                stepper(
                    tier.name,
                    value=EventPageState.quantities[tier.key],
                    max_value=rx.cond(left < tier.max_per_order, left, tier.max_per_order),
                    on_change=lambda quantity: EventPageState.choose(tier.key, quantity),
                    data_testid="quantity-" + tier.key,
                ),
                rx.fragment(),
            ),
            class_name="flex shrink-0 items-center justify-between gap-4 sm:flex-col sm:items-end",
        ),
        data_testid="tier-" + tier.key,
        class_name=[CARD, "flex flex-col gap-4 p-4 sm:flex-row sm:items-center sm:justify-between sm:p-5"],
    )


def _live_state(tier: TierRow, left: rx.Var[int], held: rx.Var[int]) -> rx.Component:
    return rx.fragment(
        rx.cond(
            left > 0,
            rx.cond(
                left <= tier.few_below,
                badge("Last ones", tone="accent"),
                badge("On sale", tone="go"),
            ),
            rx.cond(
                held > 0,
                badge(
                    "All held by others. Some may return when their time runs out.",
                    tone="wait",
                    class_name="whitespace-normal",
                ),
                badge("Sold out", tone="stop"),
            ),
        ),
        rx.el.span(
            rx.el.span(counted(left), data_testid="available-" + tier.key, class_name="font-semibold"),
            " left",
            data_news=tier.name,
            # "Sold out" says it already; the figure stays where it is found.
            class_name=["text-sm text-soft figures", rx.cond(left > 0, "", "sr-only")],
        ),
    )


def _closed_state(tier: TierRow) -> rx.Component:
    return rx.fragment(
        badge(
            tier.state_text,
            tone=rx.match(tier.state, *CLOSED_TONES, "quiet"),
            data_testid="tier-state-" + tier.key,
        ),
        rx.cond(
            tier.opens_at_ms > 0,
            rx.el.span(
                "in ",
                countdown(
                    tier.opens_at_ms,
                    is_calm=True,
                    on_expire=EventPageState.reload,
                    data_testid="opens-in-" + tier.key,
                ),
                class_name="text-sm text-soft",
            ),
            rx.fragment(),
        ),
    )
