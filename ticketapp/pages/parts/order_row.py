"""One order in the buyer's list."""

import reflex as rx

from ticketapp.components.actions import plain_link
from ticketapp.components.headings import beside
from ticketapp.components.status import badge
from ticketapp.components.tokens import CARD
from ticketapp.services.ordering.views import OrderView

TONES = (("paid", "go"), ("awaiting_payment", "wait"), ("expiring", "wait"), ("partly_refunded", "wait"))


def order_row(order: OrderView) -> rx.Component:
    """Draw one of the buyer's orders."""
    return rx.el.li(
        rx.el.div(
            plain_link(
                order.title,
                href="/order/" + order.reference,
                class_name="display text-lg after:absolute after:inset-0",
            ),
            beside(
                rx.el.span(order.reference, class_name="code-text"),
                order.created_text,
                class_name="text-sm text-soft",
            ),
            class_name="min-w-0",
        ),
        rx.el.div(
            badge(
                order.status_text, tone=rx.match(order.status, *TONES, "quiet"), data_testid="order-status"
            ),
            rx.el.span(order.total_text, class_name="numerals text-lg whitespace-nowrap"),
            class_name="flex items-center gap-4",
        ),
        data_testid="order-row",
        class_name=[CARD, "relative flex flex-wrap items-center justify-between gap-3 p-4 hover:bg-sunken"],
    )
