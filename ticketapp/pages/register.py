"""Make an account."""

import reflex as rx

from ticketapp.components.actions import link
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.entrance_form import (
    email_field,
    entrance,
    entrance_form,
    name_field,
    next_field,
    password_field,
)
from ticketapp.state.entrance import EntranceState


@framed(route="/register", title="Make an account · Ticketapp", on_load=EntranceState.load)
def register() -> rx.Component:
    """Make an account; what is in the cart stays there."""
    return entrance(
        "Make an account",
        entrance_form(
            "/auth/register",
            next_field(),
            name_field(),
            email_field(),
            password_field(is_new=True),
            submit="Make an account",
            testid="submit-register",
        ),
        rx.el.p(
            "Have one already? ",
            link("Sign in", href=EntranceState.sign_in_href, data_testid="to-sign-in"),
            class_name="text-soft",
        ),
        lead="Your cart stays as it is.",
    )
