"""What the pages where people come in have in common: one narrow card with one form."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.fields import plain_form, text_field
from ticketapp.components.headings import page_title
from ticketapp.components.status import notice, refusal
from ticketapp.components.tokens import Child, Text, show_text
from ticketapp.state.entrance import EntranceState


def entrance(title: str, *children: Child, lead: str = "") -> rx.Component:
    """Draw the card: title, what the last form said, and the rest."""
    return rx.el.div(
        page_title(title, lead=lead, class_name="mb-0"),
        show_text(
            EntranceState.notice,
            rx.el.div(notice(EntranceState.notice, tone="go", data_testid="notice"), role="status"),
        ),
        refusal(EntranceState.form_error, data_testid="form-error", class_name="empty:hidden"),
        *children,
        class_name="mx-auto grid w-full max-w-md gap-5",
    )


def entrance_form(action: str, *fields: Child, submit: str, testid: str) -> rx.Component:
    """Draw an ordinary form that posts to an address under /auth."""
    return plain_form(
        *fields,
        button(submit, type="submit", tone="primary", size="lg", class_name="w-full", data_testid=testid),
        action=action,
        class_name="card grid gap-5 p-5 sm:p-6",
    )


def next_field() -> rx.Component:
    """Carry along where the person wanted to go."""
    return rx.el.input(type="hidden", name="next", value=EntranceState.next_path, read_only=True)


def token_field() -> rx.Component:
    """Carry along the link's token."""
    return rx.el.input(type="hidden", name="token", value=EntranceState.token, read_only=True)


def email_field() -> rx.Component:
    """Ask for an e-mail address."""
    return text_field(
        "E-mail",
        name="email",
        type="email",
        required=True,
        auto_complete="username",
        input_mode="email",
        **kept(EntranceState.email, EntranceState.email_error),
    )


def name_field() -> rx.Component:
    """Ask for a name."""
    return text_field(
        "Name",
        name="name",
        required=True,
        auto_complete="name",
        **kept(EntranceState.name, EntranceState.name_error),
    )


def password_field(label: str = "Password", *, is_new: bool = False) -> rx.Component:
    """Ask for a password; a new one with the rule beside it."""
    return text_field(
        label,
        name="password",
        type="password",
        required=True,
        auto_complete="new-password" if is_new else "current-password",
        hint="At least 8 characters. A few words are easiest to remember." if is_new else "",
        error=EntranceState.password_error,
    )


def kept(text: Text, error: Text) -> dict[str, Text]:
    """Keep what was typed before; the key makes the field take a value that arrives after it was drawn."""
    return {"default_value": text, "key": text, "error": error}
