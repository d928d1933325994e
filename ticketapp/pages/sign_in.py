"""Sign in."""

import reflex as rx

from ticketapp.components.actions import link
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.entrance_form import (
    email_field,
    entrance,
    entrance_form,
    next_field,
    password_field,
)
from ticketapp.state.entrance import EntranceState


@framed(route="/sign-in", title="Sign in · Ticketapp", on_load=EntranceState.load)
def sign_in() -> rx.Component:
    """Come in with an account."""
    return entrance(
        "Sign in",
        entrance_form(
            "/auth/sign-in",
            next_field(),
            email_field(),
            password_field(),
            submit="Sign in",
            testid="submit-sign-in",
        ),
        rx.el.p(
            "New here? ",
            link("Make an account", href=EntranceState.register_href, data_testid="to-register"),
            class_name="text-soft",
        ),
        rx.el.p(link("Forgot your password?", href="/forgot-password"), class_name="text-soft"),
    )
