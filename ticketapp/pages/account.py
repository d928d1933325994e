"""One's own account."""

import reflex as rx

from ticketapp.components.faces import four_faces, loading, skeleton
from ticketapp.components.headings import page_title
from ticketapp.components.status import notice
from ticketapp.components.tokens import Child, show_text
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.account_parts import about, devices, password
from ticketapp.state.account import AccountState


@framed(route="/account", title="Account · Ticketapp", on_load=AccountState.load)
def account() -> list[Child]:
    """Change the name or the password, and see which devices are signed in."""
    return [
        page_title("Account"),
        show_text(
            AccountState.notice,
            rx.el.div(
                notice(AccountState.notice, tone="go", data_testid="notice"), role="status", class_name="mb-6"
            ),
        ),
        four_faces(
            is_loading=AccountState.is_loading,
            error=AccountState.error,
            is_empty=False,
            loading_face=loading(*[skeleton("h-48 w-full rounded-lg")] * 2, class_name="grid gap-6"),
            empty_face=rx.fragment(),
            full_face=rx.el.div(
                rx.el.div(about(), password(), class_name="grid content-start gap-10"),
                devices(),
                class_name="grid gap-10 lg:grid-cols-2",
            ),
            on_retry=AccountState.load,
        ),
    ]
