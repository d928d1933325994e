"""My tickets on their shelves, and the question whose name is on one."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import button, file_button
from ticketapp.components.dialog import dialog
from ticketapp.components.fields import text_field
from ticketapp.components.headings import beside, section
from ticketapp.components.status import badge
from ticketapp.components.tokens import CARD, Child, show_if
from ticketapp.pages.parts.ticket_card import ticket_card
from ticketapp.services.ticketing.views import TicketView
from ticketapp.state.tickets import TicketsState


def shelf(title: str, shown: rx.Var[list[TicketView]], **props: Any) -> Child:
    """Draw tickets that are still to be shown at a door."""
    return _filled(
        shown, title, rx.el.ul(rx.foreach(shown, _ticket), class_name="grid gap-6 xl:grid-cols-2"), **props
    )


def past_shelf(title: str, shown: rx.Var[list[TicketView]], **props: Any) -> Child:
    """Draw tickets whose event is over: what they were for, without a code."""
    return _filled(shown, title, rx.el.ul(rx.foreach(shown, _past), class_name="grid gap-2"), **props)


def _filled(shown: rx.Var[list[TicketView]], title: str, tickets: Child, **props: Any) -> Child:
    return show_if(
        shown.length() > 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var of a list has it.
        section(title, tickets, **props),
    )


def _past(shown: TicketView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(shown.event_name, class_name="font-semibold"),
            beside(shown.when_text, shown.place_text, class_name="text-sm text-soft"),
            class_name="min-w-0 grow",
        ),
        rx.el.p(
            show_if(shown.seat_label != "", shown.seat_label + ", "),
            shown.tier_name,
            " · ",
            shown.attendee_name,
            class_name="text-sm text-soft figures",
        ),
        badge(
            rx.cond(shown.is_valid & ~shown.is_used, "Not used", shown.status_text),
            tone=rx.cond(shown.is_used, "ask", "quiet"),
        ),
        data_testid="past-ticket",
        class_name=[CARD, "flex flex-wrap items-center gap-x-6 gap-y-2 p-4"],
    )


def _ticket(shown: TicketView) -> rx.Component:
    return rx.el.li(
        ticket_card(
            shown,
            show_if(
                shown.is_valid,
                button(
                    "Change name",
                    size="sm",
                    icon_name="edit",
                    on_click=TicketsState.ask_name(shown.id, shown.attendee_name),
                    data_testid="change-name",
                ),
            ),
            show_if(
                shown.is_valid,
                file_button(
                    "Calendar",
                    href="/api/events/" + shown.event_slug + "/calendar.ics",
                    size="sm",
                    icon_name="calendar",
                    data_testid="calendar",
                ),
            ),
        )
    )


def name_question() -> rx.Component:
    return dialog(
        "Whose ticket is it?",
        rx.el.form(
            text_field(
                "Name of the holder",
                name="holder",
                required=True,
                default_value=TicketsState.name,
                error=TicketsState.name_error,
                hint="The code changes with the name: one printed before no longer works.",
                key=TicketsState.renaming,
                data_testid="holder",
            ),
            rx.el.div(
                button("Leave it", tone="quiet", on_click=TicketsState.close_question),
                button("Save name", tone="primary", type="submit", data_testid="save-name"),
                class_name="mt-4 flex flex-wrap justify-end gap-3",
            ),
            on_submit=TicketsState.rename,
        ),
        is_open=TicketsState.renaming != "",
        on_close=TicketsState.close_question,
        key="rename-question",
    )
