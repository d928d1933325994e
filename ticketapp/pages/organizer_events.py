"""/organizer/events: what the organizer has announced and what it still plans."""

import reflex as rx

from ticketapp.components.actions import link, link_button
from ticketapp.components.charts import counted
from ticketapp.components.faces import empty_state, four_faces, skeleton_table
from ticketapp.components.figures import cell, number_cell, table, table_row
from ticketapp.components.headings import page_title
from ticketapp.pages.organizer_frame import organizer_framed
from ticketapp.pages.parts.event_state import state_badge
from ticketapp.services.catalog.views import OrganizerEvent
from ticketapp.state.event_form import OrganizerEventsState


@organizer_framed(
    route="/organizer/events",
    title="Events · Ticketapp",
    on_load=OrganizerEventsState.load,
    active="events",
)
def organizer_events() -> list[rx.Component]:
    """List the events that can be changed."""
    new = link_button(
        "New event", href="/organizer/events/new", tone="primary", icon_name="plus", data_testid="new-event"
    )
    return [
        page_title("Events", actions=new),
        four_faces(
            is_loading=OrganizerEventsState.is_loading,
            error=OrganizerEventsState.error,
            is_empty=OrganizerEventsState.events.length() == 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
            loading_face=skeleton_table(8),
            empty_face=empty_state(
                "No events yet", "Create the first one; nobody sees it until you publish it.", action=new
            ),
            full_face=table(
                [
                    "Event",
                    "When",
                    "Where",
                    "State",
                    ("Sold", "numeric"),
                    ("Held", "numeric"),
                    ("Places", "numeric"),
                ],
                rx.foreach(OrganizerEventsState.events, _row),
                caption="Events",
            ),
            on_retry=OrganizerEventsState.load,
        ),
    ]


def _row(event: OrganizerEvent) -> rx.Component:
    return table_row(
        cell(
            link(event.name, href="/organizer/events/" + event.slug),
            rx.el.div(event.artist, class_name="text-sm text-soft"),
        ),
        event.starts_text,
        cell(event.venue, rx.el.div(event.city, class_name="text-sm text-soft")),
        state_badge(event.state, event.state_text),
        number_cell(counted(event.sold)),
        number_cell(counted(event.held)),
        number_cell(counted(event.capacity)),
    )
