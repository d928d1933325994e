"""The parts of the account page."""

import reflex as rx

from ticketapp.components.actions import button, text_button
from ticketapp.components.fields import plain_form, text_field
from ticketapp.components.figures import cell, table, table_row
from ticketapp.components.headings import section
from ticketapp.components.status import badge
from ticketapp.services.accounts.views import SessionView
from ticketapp.state.account import AccountState


def about() -> rx.Component:
    """Name and address."""
    address = rx.el.p(
        rx.el.span(AccountState.account.email, class_name="font-semibold", data_testid="account-email"),
        " ",
        rx.cond(
            AccountState.account.is_verified,
            badge("Confirmed", tone="go"),
            rx.fragment(
                badge("Not confirmed", tone="wait"),
                text_button("Send the letter again", on_click=AccountState.ask_to_verify, class_name="ms-3"),
            ),
        ),
    )
    form = rx.el.form(
        text_field(
            "Name",
            name="name",
            required=True,
            auto_complete="name",
            default_value=AccountState.account.name,
            key=AccountState.account.name,
            error=AccountState.name_error,
        ),
        button("Save the name", type="submit", class_name="justify-self-start", data_testid="save-name"),
        on_submit=AccountState.rename,
        class_name="grid gap-4",
    )
    return section("About you", address, form)


def password() -> rx.Component:
    """Set another password."""
    return section(
        "Password",
        plain_form(
            text_field(
                "Your password now",
                name="old_password",
                type="password",
                required=True,
                auto_complete="current-password",
                error=AccountState.old_password_error,
            ),
            text_field(
                "New password",
                name="password",
                type="password",
                required=True,
                auto_complete="new-password",
                hint="At least 8 characters. Every other device is signed out.",
                error=AccountState.password_error,
            ),
            button(
                "Change the password",
                type="submit",
                class_name="justify-self-start",
                data_testid="save-password",
            ),
            action="/auth/change-password",
            class_name="grid gap-4",
        ),
    )


def devices() -> rx.Component:
    """List what is signed in."""
    return section(
        "Where you are signed in",
        table(
            ["Signed in", "Until", ""],
            rx.foreach(AccountState.account.sessions, _device),
            caption="Devices and programs that are signed in",
        ),
        button(
            "Sign out everywhere else",
            on_click=AccountState.sign_out_others,
            class_name="justify-self-start",
            data_testid="sign-out-others",
        ),
    )


def _device(device: SessionView) -> rx.Component:
    return table_row(
        device.since_text,
        device.until_text,
        cell(
            rx.cond(
                device.is_here,
                badge("This one", tone="go"),
                text_button("Sign out", on_click=AccountState.sign_out_device(device.id)),
            )
        ),
    )
