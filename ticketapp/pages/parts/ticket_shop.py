"""The part of an event's page that sells: its prices, the code box, the way into the cart."""

import reflex as rx

from ticketapp.components.actions import button, link_button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.fields import text_field
from ticketapp.components.headings import disclosure, section
from ticketapp.components.status import notice, refusal
from ticketapp.components.tokens import show_text
from ticketapp.live.vars import places_left
from ticketapp.pages.parts.tier_rows import tier_rows
from ticketapp.state.event_page import EventPageState
from ticketapp.state.viewer import ViewerState


def ticket_shop() -> rx.Component:
    event = EventPageState.event
    left = places_left(event.id, otherwise=event.available, version=event.version)
    return section(
        rx.cond(event.is_seated, "Prices", "Tickets"),
        show_text(event.hold_text, notice(event.hold_text, tone="wait", data_testid="hold-policy")),
        rx.cond(EventPageState.has_code_box, _code_box(), rx.fragment()),
        tier_rows(),
        rx.el.div(
            refusal(EventPageState.refusal, title="Nothing was taken", data_testid="add-refused"),
            rx.el.div(
                show_text(
                    EventPageState.said,
                    notice(
                        EventPageState.said,
                        tone="go",
                        action=link_button("Go to the cart", href="/cart", size="sm"),
                    ),
                ),
                aria_live="polite",
                data_testid="added",
            ),
            rx.cond(
                EventPageState.is_selling & ((left > 0) | (EventPageState.chosen_count > 0)),
                rx.cond(event.is_seated, rx.fragment(), _add_button()),
                _ways_on(),
            ),
            class_name="flex flex-col items-stretch [&>*:not(:empty):not(:last-child)]:mb-4",
        ),
        id="tickets",
    )


def _add_button() -> rx.Component:
    count = EventPageState.chosen_count
    return button(
        rx.cond(
            count > 0,
            f"Add {count} to cart · {EventPageState.chosen_text}",
            "Add to cart",
        ),
        tone="primary",
        size="lg",
        busy=EventPageState.is_adding,
        disabled=(count == 0) | is_cut_off,
        on_click=EventPageState.add_to_cart,
        class_name="w-full sm:w-auto sm:justify-self-start",
        data_testid="add-to-cart",
    )


def _ways_on() -> rx.Component:
    return rx.el.div(
        rx.cond(
            EventPageState.is_for_members & ~ViewerState.is_signed_in,
            link_button(
                "Sign in as a member",
                href=ViewerState.sign_in_href,
                tone="primary",
            ),
            rx.fragment(),
        ),
        link_button("See what else is on", href="/", data_testid="elsewhere"),
        class_name="flex flex-wrap gap-3",
    )


def _code_box() -> rx.Component:
    return disclosure(
        "Have an access code?",
        rx.el.form(
            text_field(
                "Access code",
                name="code",
                error=EventPageState.code_error,
                required=True,
                auto_complete="off",
                auto_capitalize="characters",
                data_testid="access-code",
            ),
            button(
                "Show tickets", type="submit", class_name="mt-[1.875rem] min-h-12", data_testid="enter-code"
            ),
            on_submit=EventPageState.enter_code,
            class_name="flex flex-wrap items-start gap-3",
        ),
        open=EventPageState.event.state == "needs_code",
    )
