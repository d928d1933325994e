"""/organizer/events/<slug>: one event's desk."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, skeleton_lines
from ticketapp.pages.organizer_frame import organizer_framed
from ticketapp.pages.parts.event_desk import event_desk
from ticketapp.state.event_form import EventDeskState

_EVENT = EventDeskState.event


@organizer_framed(
    route="/organizer/events/[slug]",
    title=rx.cond(_EVENT.name != "", _EVENT.name + " · Ticketapp", "Event · Ticketapp"),
    on_load=EventDeskState.load,
    active="events",
)
def organizer_event() -> list[rx.Component]:
    """Change an event, its tiers and its state."""
    return [
        rx.cond(
            EventDeskState.is_missing,
            empty_state(
                "There is no such event",
                "It may belong to another team.",
                action=link_button("Your events", href="/organizer/events", tone="primary"),
                is_whole_page=True,
            ),
            rx.cond(_EVENT.id == "", skeleton_lines(8), event_desk()),
        )
    ]
