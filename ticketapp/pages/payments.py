"""/payments: what the caller paid, or tried to."""

import reflex as rx

from ticketapp.components.actions import link_button, plain_link
from ticketapp.components.faces import empty_state, four_faces, skeleton_table
from ticketapp.components.headings import beside, page_title
from ticketapp.components.status import badge
from ticketapp.components.tokens import CARD, show_text
from ticketapp.pages.frame import framed
from ticketapp.services.payments.statement import PaymentStatement
from ticketapp.state.payments import PaymentsState


@framed(route="/payments", title="My payments · Ticketapp", on_load=PaymentsState.load, active="tickets")
def payments() -> list[rx.Component]:
    """List the caller's payments, newest first."""
    return [
        page_title("My payments", actions=link_button("My orders", href="/orders", icon_name="list")),
        four_faces(
            is_loading=PaymentsState.is_loading,
            error=PaymentsState.error,
            is_empty=PaymentsState.payments.length() == 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var of a list has it.
            loading_face=skeleton_table(5),
            empty_face=empty_state(
                "No payments yet",
                "What you pay in this browser, or with your account, is listed here with its invoice.",
                action=link_button("See what is on", href="/", tone="primary"),
                icon_name="card",
                data_testid="payments-empty",
            ),
            full_face=rx.el.ul(rx.foreach(PaymentsState.payments, _payment), class_name="grid gap-3"),
            on_retry=PaymentsState.load,
        ),
    ]


def _payment(payment: PaymentStatement) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            plain_link(
                payment.title,
                href="/payments/" + payment.id,
                class_name="display text-lg after:absolute after:inset-0",
            ),
            beside(
                rx.el.span(payment.reference, class_name="code-text"),
                payment.started_text,
                class_name="text-sm text-soft",
            ),
            class_name="min-w-0",
        ),
        rx.el.div(
            badge(payment.short_text, tone=payment.tone),
            rx.el.div(
                rx.el.p(payment.amount_text, class_name="numerals text-lg whitespace-nowrap"),
                show_text(
                    payment.returned_text,
                    rx.el.p(payment.returned_text, " back", class_name="text-sm text-soft figures"),
                ),
                class_name="text-end",
            ),
            class_name="flex items-center gap-4",
        ),
        data_testid="payment-row",
        class_name=[CARD, "relative flex flex-wrap items-center justify-between gap-3 p-4 hover:bg-sunken"],
    )
