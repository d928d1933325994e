"""How an event's state looks wherever its organizer meets it."""

import reflex as rx

from ticketapp.components.status import badge
from ticketapp.components.tokens import Text


def state_badge(state: Text, text: Text) -> rx.Component:
    """Draw an event's state in its colour and its words."""
    tone = rx.match(
        state,
        ("on_sale", "go"),
        ("cancelled", "stop"),
        ("paused", "wait"),
        ("held_by_others", "wait"),
        ("sold_out", "accent"),
        "quiet",
    ).to(str)
    return badge(text, tone=tone)
