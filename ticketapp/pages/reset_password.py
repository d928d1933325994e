"""Choose a new password by a link from a letter."""

import reflex as rx

from ticketapp.components.actions import link
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.entrance_form import entrance, entrance_form, password_field, token_field
from ticketapp.state.entrance import EntranceState


@framed(route="/reset-password", title="Choose a new password · Ticketapp", on_load=EntranceState.load)
def reset_password() -> rx.Component:
    """Choose a new password."""
    return entrance(
        "Choose a new password",
        entrance_form(
            "/auth/reset-password",
            token_field(),
            password_field("New password", is_new=True),
            submit="Set the password",
            testid="submit-reset",
        ),
        rx.el.p(link("Ask for a new link", href="/forgot-password"), class_name="text-soft"),
        lead="Every device is signed out then.",
    )
