"""What answers where there is no page."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state
from ticketapp.pages.frame import framed


@framed(route="404", title="Not found · Ticketapp")
def not_found() -> rx.Component:
    """Say so, and lead back."""
    return empty_state(
        "There is no page here",
        "The address may be old or mistyped.",
        action=link_button("See what is on", href="/", tone="primary"),
        is_whole_page=True,
    )
