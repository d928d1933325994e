"""Sign in."""

import reflex as rx

from ticketapp.components.actions import link
from ticketapp.components.status import notice
from ticketapp.components.tokens import show_if
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.entrance_form import (
    email_field,
    entrance,
    entrance_form,
    next_field,
    password_field,
)
from ticketapp.state.entrance import EntranceState
from ticketapp.state.viewer import ViewerState


@framed(route="/sign-in", title="Sign in · Ticketapp", on_load=EntranceState.load)
def sign_in() -> rx.Component:
    """Come in with an account."""
    return entrance(
        "Sign in",
        show_if(
            EntranceState.is_signed_in & (EntranceState.next_path != "/"),
            notice(
                f"You are signed in as {ViewerState.name}. That page is for somebody else: sign in as who may open it.",
                tone="ask",
                data_testid="other-account",
            ),
        ),
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
