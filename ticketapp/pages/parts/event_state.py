"""How an event's state looks wherever its organizer meets it."""

import reflex as rx

from ticketapp.components.status import badge
from ticketapp.components.tokens import Text

STATE_TONES = (
    ("on_sale", "go"),
    ("cancelled", "stop"),
    ("paused", "wait"),
    ("held_by_others", "wait"),
    ("sold_out", "accent"),
)


def state_badge(state: Text, text: Text) -> rx.Component:
    """Draw an event's state in its colour and its words."""
    return badge(text, tone=rx.match(state, *STATE_TONES, "quiet"))
