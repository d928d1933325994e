"""Confirm an e-mail address by a link from a letter."""

import reflex as rx

from ticketapp.components.actions import link, link_button
from ticketapp.components.tokens import show_if, show_text
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.entrance_form import entrance, entrance_form, token_field
from ticketapp.state.entrance import EntranceState


@framed(route="/verify-email", title="Confirm your address · Ticketapp", on_load=EntranceState.load)
def verify_email() -> rx.Component:
    """Confirm an address."""
    return entrance(
        "Confirm your address",
        show_text(
            EntranceState.token,
            entrance_form("/auth/verify-email", token_field(), submit="Confirm", testid="submit-verify"),
        ),
        show_if(
            (EntranceState.token == "") & (EntranceState.notice == "") & (EntranceState.form_error == ""),
            rx.el.p(
                "Open the link in the letter we sent you. If it did not arrive, ask for another one in ",
                link("your account", href="/account"),
                ".",
                class_name="text-soft",
            ),
        ),
        link_button("See what is on", href="/", class_name="justify-self-start"),
    )
