"""My tickets, big enough to be scanned from the screen."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, four_faces, loading, skeleton
from ticketapp.components.headings import page_title
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.ticket_shelves import name_question, past_shelf, shelf
from ticketapp.state.tickets import TicketsState


@framed(route="/tickets", title="My tickets · Ticketapp", on_load=TicketsState.load, active="tickets")
def tickets() -> list[rx.Component]:
    """Show the caller's tickets: today's first, then those to come, then the past."""
    shelves = TicketsState.shelves
    return [
        page_title("My tickets", actions=link_button("My orders", href="/orders", icon_name="history")),
        four_faces(
            is_loading=TicketsState.is_loading,
            error=TicketsState.error,
            is_empty=TicketsState.is_empty,
            loading_face=loading(
                *[skeleton("h-72 w-full rounded-lg")] * 2, class_name="grid gap-6 xl:grid-cols-2"
            ),
            empty_face=empty_state(
                "No tickets here",
                "Tickets you buy in this browser, or with your account, are kept here.",
                action=rx.el.div(
                    link_button("See what is on", href="/", tone="primary"),
                    link_button("Sign in", href="/sign-in?next=/tickets"),
                    class_name="flex flex-wrap gap-2",
                ),
                data_testid="tickets-empty",
            ),
            full_face=rx.el.div(
                shelf("Today", shelves.today, data_testid="tickets-today"),
                shelf("Upcoming", shelves.upcoming, data_testid="tickets-upcoming"),
                past_shelf("Past", shelves.past, data_testid="tickets-past"),
                class_name="grid gap-10",
            ),
            on_retry=TicketsState.load,
        ),
        name_question(),
    ]
