"""The checkout: who it is for, how it travels, and paying, with the sum always in sight."""

import reflex as rx

from ticketapp.components.countdown import hold_bar
from ticketapp.components.faces import four_faces, loading, skeleton
from ticketapp.components.headings import page_title
from ticketapp.components.tokens import Child, show_if
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.checkout_form import checkout_form
from ticketapp.pages.parts.checkout_summary import checkout_notices, checkout_summary, nothing_to_pay
from ticketapp.state.checkout import CheckoutState


@framed(route="/checkout", title="Checkout · Ticketapp", on_load=CheckoutState.load)
def checkout() -> list[Child]:
    """Turn a cart into a paid order."""
    shown = CheckoutState.checkout
    return [
        page_title("Checkout"),
        four_faces(
            is_loading=CheckoutState.is_loading,
            error=CheckoutState.error,
            is_empty=shown.quantity == 0,
            loading_face=loading(
                skeleton("h-96 w-full rounded-lg"),
                skeleton("h-64 w-full rounded-lg"),
                class_name="grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]",
            ),
            empty_face=nothing_to_pay(),
            full_face=rx.el.div(
                checkout_summary(),
                rx.el.div(
                    checkout_notices(),
                    checkout_form(),
                    class_name="grid min-w-0 content-start gap-6 lg:order-first",
                ),
                class_name="group/checkout grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]",
            ),
            on_retry=CheckoutState.load,
        ),
        show_if(
            shown.deadline_ms > 0,
            hold_bar(
                shown.deadline_ms,
                until_text=shown.deadline_text,
                summary=f"{CheckoutState.tickets_text} · {shown.total_text}",
                on_expire=CheckoutState.reload,
            ),
        ),
    ]
