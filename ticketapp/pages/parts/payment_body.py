"""A payment in full: what was charged, when, by whom, and what went back."""

import reflex as rx

from ticketapp.components.actions import link, link_button
from ticketapp.components.figures import fact, facts
from ticketapp.components.headings import breadcrumb, page_title
from ticketapp.components.status import badge, notice
from ticketapp.components.tokens import CARD, show_if, show_text
from ticketapp.state.payments import PaymentState

_PAYMENT = PaymentState.payment


def payment_body() -> rx.Component:
    """Draw the payment."""
    return rx.el.div(
        breadcrumb([("My payments", "/payments"), (_PAYMENT.reference, "")], class_name="-mb-4"),
        page_title(
            _PAYMENT.amount_text,
            over=badge(_PAYMENT.short_text, tone=_PAYMENT.tone, data_testid="payment-status"),
            lead=_PAYMENT.title,
            class_name="mb-0",
        ),
        show_if(_PAYMENT.tone != "go", notice(_PAYMENT.status_text, tone=_PAYMENT.tone)),
        facts(
            fact(
                "Order", link(_PAYMENT.reference, href="/order/" + _PAYMENT.reference, class_name="code-text")
            ),
            fact("Attempt", _PAYMENT.attempt),
            fact("Begun", _PAYMENT.started_text),
            show_text(_PAYMENT.settled_text, fact("Answered", _PAYMENT.settled_text)),
            fact("Carried out by", rx.el.span(_PAYMENT.provider, class_name="capitalize")),
            show_text(
                _PAYMENT.provider_ref,
                fact(
                    "Their name for it", rx.el.span(_PAYMENT.provider_ref, class_name="code-text break-all")
                ),
            ),
            show_text(
                _PAYMENT.returned_text,
                fact(
                    "Went back",
                    rx.foreach(_PAYMENT.refunds, lambda text: rx.el.span(text, class_name="block")),
                ),
            ),
            class_name=[CARD, "p-5"],
        ),
        show_if(
            _PAYMENT.has_invoice,
            link_button(
                "Invoice",
                href="/order/" + _PAYMENT.reference + "/invoice",
                icon_name="list",
                class_name="justify-self-start",
            ),
        ),
        class_name="mx-auto grid w-full max-w-3xl gap-6",
    )
