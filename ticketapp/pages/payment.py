"""/payments/<id>: one payment in full."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, failed_state, loading, skeleton
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.payment_body import payment_body
from ticketapp.state.payments import PaymentState


@framed(route="/payments/[payment]", title="Payment · Ticketapp", on_load=PaymentState.load, active="tickets")
def payment() -> list[rx.Component]:
    """Tell what was charged, when, and what went back."""
    return [
        rx.cond(
            PaymentState.is_missing,
            empty_state(
                "We could not find this payment",
                "The address may be mistyped, or the payment is somebody else's.",
                action=link_button("My payments", href="/payments"),
                icon_name="search",
                is_whole_page=True,
                data_testid="payment-missing",
            ),
            rx.cond(
                PaymentState.error != "",
                failed_state(PaymentState.error, on_retry=PaymentState.load),
                rx.cond(
                    PaymentState.is_loading,
                    loading(
                        skeleton("h-10 w-56"), skeleton("h-64 w-full rounded-lg"), class_name="grid gap-6"
                    ),
                    payment_body(),
                ),
            ),
        )
    ]
