"""One event: what it is, when and where, and its tickets."""

import reflex as rx

from ticketapp.components.faces import failed_state
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.cart_clock import cart_clock
from ticketapp.pages.parts.event_body import event_body, event_skeleton, missing_event
from ticketapp.state.event_page import EventPageState
from ticketapp.state.seats import SeatsState


@framed(
    route="/event/[slug]",
    title=rx.cond(EventPageState.event.name != "", EventPageState.event.name + " · Ticketapp", "Ticketapp"),
    on_load=[EventPageState.load, SeatsState.load],
    active="events",
)
def event_page() -> list[rx.Component]:
    """Show one event and sell its tickets."""
    return [
        rx.cond(
            EventPageState.is_missing,
            missing_event(),
            rx.cond(
                EventPageState.error != "",
                failed_state(EventPageState.error, on_retry=EventPageState.reload),
                rx.cond(EventPageState.is_loading, event_skeleton(), event_body()),
            ),
        ),
        cart_clock(),
    ]
