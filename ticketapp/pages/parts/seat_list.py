"""Choosing seats without a map: a section, then a row, then a seat; or the best ones together."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.charts import counted
from ticketapp.components.connection import is_cut_off
from ticketapp.components.fields import select_field
from ticketapp.components.headings import section
from ticketapp.components.icons import icon
from ticketapp.components.status import live_region, refusal
from ticketapp.components.stepper import stepper
from ticketapp.components.tokens import CARD, show_text
from ticketapp.live.vars import live_cart, seat_status, seats_free
from ticketapp.services.cart.seating import SeatChoice, SeatRow, SeatSection
from ticketapp.state.event_page import EventPageState
from ticketapp.state.seats import BEST, SeatsState

LEGEND = (("free", "Free"), ("mine", "Yours"), ("held", "Held by somebody"), ("sold", "Sold"))


def seat_picker() -> rx.Component:
    """Draw both ways of choosing seats; a seat is held as soon as it is chosen."""
    return section(
        "Seats",
        _best_together(),
        refusal(
            SeatsState.refusal,
            title="Nothing was taken",
            action=show_text(SeatsState.instead.id, _take_instead()),
            data_testid="seats-refused",
        ),
        live_region(SeatsState.said),
        rx.el.div(
            rx.el.h3("Or choose them yourself", class_name="font-semibold"),
            rx.el.ul(
                rx.foreach(SeatsState.sections, _section),
                class_name="grid max-h-80 grid-cols-2 gap-2 overflow-y-auto overscroll-contain sm:grid-cols-3 xl:grid-cols-5",
                data_testid="sections",
            ),
            rx.cond(SeatsState.section != "", _open_section(), rx.fragment()),
            class_name="grid gap-4",
        ),
        id="seats",
    )


def _best_together() -> rx.Component:
    return rx.el.div(
        select_field(
            "Price",
            rx.fragment(
                rx.el.option("Any price", value=""),
                rx.foreach(
                    EventPageState.event.tiers,
                    lambda tier: rx.el.option(tier.name + " · " + tier.price_text, value=tier.id),
                ),
            ),
            name="seat-tier",
            required=True,
            value=SeatsState.tier_id,
            on_change=SeatsState.prefer,
            data_testid="seat-tier",
        ),
        rx.el.div(
            rx.el.span("Seats together", class_name="font-semibold"),
            stepper(
                "Seats together",
                value=SeatsState.together,
                min_value=1,
                max_value=10,
                on_change=SeatsState.count_together,
                data_testid="seats-together",
            ),
            class_name="grid gap-1.5",
        ),
        button(
            f"Hold the best {SeatsState.together}",
            tone="primary",
            icon_name="seat",
            busy=SeatsState.taking == BEST,
            disabled=is_cut_off,
            on_click=SeatsState.take_best,
            data_testid="take-best",
        ),
        class_name=[CARD, "flex flex-wrap items-end gap-4 p-4 sm:p-5"],
    )


def _take_instead() -> rx.Component:
    """Offer the seat that is nearest to the one that went, for one press."""
    return button(
        "Take ",
        SeatsState.instead.label,
        icon_name="seat",
        disabled=is_cut_off | (SeatsState.taking != ""),
        on_click=SeatsState.take(SeatsState.instead.id),
        data_testid="take-instead",
    )


def _section(part: SeatSection) -> rx.Component:
    # The open one is counted seat by seat and so is live; the others are read again with every press.
    free = rx.cond(SeatsState.section == part.name, seats_free(SeatsState.rows), part.free).to(int)
    return rx.el.li(
        rx.el.button(
            rx.el.span(part.name, class_name="block font-semibold"),
            rx.el.span(part.price_text, class_name="block text-sm text-soft figures"),
            rx.el.span(
                rx.cond(free > 0, counted(free) + " free", "Nothing free"),
                data_news=part.name,
                class_name="block text-sm text-soft figures",
            ),
            type="button",
            on_click=SeatsState.open_section(part.name),
            aria_pressed=SeatsState.section == part.name,
            class_name="w-full rounded-md border border-edge bg-raised p-3 text-start hover:bg-sunken aria-pressed:border-ink aria-pressed:bg-sunken",
            data_testid="section-" + part.name,
        ),
    )


def _open_section() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h4(SeatsState.section, class_name="display text-lg"),
            rx.el.ul(
                *[_legend(key, text) for key, text in LEGEND], class_name="flex flex-wrap gap-x-5 gap-y-2"
            ),
            class_name="flex flex-wrap items-center justify-between gap-3",
        ),
        rx.el.div(
            rx.el.ul(rx.foreach(SeatsState.rows, _row), class_name="grid w-max gap-1.5"),
            role="region",
            aria_label="Seats of " + SeatsState.section,
            tab_index=0,
            class_name="overflow-x-auto pb-3",
        ),
        class_name=[CARD, "grid min-w-0 gap-4 p-4"],
    )


def _legend(key: str, text: str) -> rx.Component:
    return rx.el.li(
        rx.el.span(_mark(key), data_seat=key, class_name="seat seat-sample", aria_hidden="true"),
        text,
        class_name="flex items-center gap-2 text-sm",
    )


def _row(row: SeatRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span("Row ", class_name="sr-only"),
            row.name,
            class_name="w-8 shrink-0 text-end text-sm font-semibold text-soft",
        ),
        rx.el.ul(rx.foreach(row.seats, _seat), class_name="flex gap-1"),
        class_name="flex items-center gap-3",
    )


def _seat(seat: SeatChoice) -> rx.Component:
    is_mine = live_cart().own_seats.contains(seat.id)
    status = rx.cond(is_mine, "mine", seat_status(seat.id, otherwise=seat.status, version=seat.version))
    is_dimmed = (SeatsState.tier_id != "") & (SeatsState.tier_id != seat.tier_id)
    return rx.el.li(
        rx.el.button(
            rx.match(
                status,
                ("mine", icon("check", size=18)),
                ("held", rx.el.span("\u00b7\u00b7\u00b7", aria_hidden="true")),
                ("sold", rx.el.span("\u00d7", aria_hidden="true")),
                ("blocked", rx.el.span("", aria_hidden="true")),
                rx.el.span(seat.number, aria_hidden="true"),
            ),
            type="button",
            aria_label=f"{seat.label}, {_status_words(status)}",
            aria_pressed=is_mine,
            aria_disabled=(status != "free") & (status != "mine"),
            disabled=is_cut_off | (SeatsState.taking != ""),
            on_click=rx.cond(
                status == "mine",
                SeatsState.let_go(seat.id),
                rx.cond(status == "free", SeatsState.take(seat.id), rx.noop()),
            ),
            data_seat=rx.cond(SeatsState.taking == seat.id, "taking", status),
            data_dimmed=is_dimmed,
            class_name="seat figures",
            data_testid="seat-" + seat.label,
        ),
    )


def _status_words(status: rx.Var[str]) -> rx.Var[Any]:
    return rx.Var.create(
        rx.match(
            status,
            ("mine", "yours: press to let go"),
            ("held", "held by somebody"),
            ("sold", "sold"),
            ("blocked", "not for sale"),
            "free",
        )
    )


def _mark(key: str) -> rx.Component | str:
    return {"mine": icon("check", size=14), "held": "\u00b7\u00b7\u00b7", "sold": "\u00d7"}.get(key, "")
