"""Ask for a link to choose a new password."""

import reflex as rx

from ticketapp.components.actions import link
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.entrance_form import email_field, entrance, entrance_form
from ticketapp.state.entrance import EntranceState


@framed(route="/forgot-password", title="Forgot your password · Ticketapp", on_load=EntranceState.load)
def forgot_password() -> rx.Component:
    """Have a link sent."""
    return entrance(
        "Forgot your password?",
        entrance_form(
            "/auth/forgot-password", email_field(), submit="Send me a link", testid="submit-forgot"
        ),
        rx.el.p(link("Back to signing in", href="/sign-in"), class_name="text-soft"),
        lead="We send a link to your address. It works once, for an hour.",
    )
