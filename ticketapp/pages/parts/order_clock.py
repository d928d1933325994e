"""Until when the places of an unpaid order are kept."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.countdown import hold_bar
from ticketapp.components.tokens import show_if, show_text
from ticketapp.state.order import OrderState


def order_clock() -> rx.Component:
    """Draw the bar with the clock while the order can be paid, and while the buyer's bank asks."""
    receipt, shown = OrderState.receipt, OrderState.receipt.order
    return rx.fragment(
        show_if(
            receipt.can_pay,
            hold_bar(
                shown.deadline_ms,
                until_text=shown.deadline_text,
                summary=shown.total_text,
                action=link_button("Pay now", href="/checkout", tone="primary", data_testid="pay-now"),
                on_expire=OrderState.reload,
            ),
        ),
        show_text(
            receipt.bank_url,
            hold_bar(
                shown.deadline_ms,
                until_text=shown.deadline_text,
                summary="Your bank is asking",
                on_expire=OrderState.reload,
            ),
        ),
    )
