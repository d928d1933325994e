"""The way back to an order that awaits payment."""

import reflex as rx

from ticketapp.components.actions import button, link_button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.status import notice
from ticketapp.components.tokens import Text, show_if
from ticketapp.state.open_order import OpenOrderState


def open_order_notice() -> rx.Component:
    """Say that an order awaits payment, and lead on to paying or changing it."""
    order = OpenOrderState.order
    return rx.fragment(
        show_if(
            order.is_open,
            notice(
                rx.cond(
                    order.is_paying,
                    f"We are asking your bank about {order.total_text} for {order.title}. "
                    + rx.cond(
                        order.is_confirmed,
                        "Your places are confirmed.",
                        f"Your places are kept until {order.deadline_text}.",
                    ),
                    f"{order.total_text} for {order.title}, held until {order.deadline_text}.",
                ),
                tone="wait",
                title="Order " + order.reference + " awaits payment",
                action=rx.el.div(
                    rx.cond(
                        order.is_paying,
                        link_button("See how it stands", href="/order/" + order.reference),
                        rx.fragment(
                            link_button(
                                "Pay it", href="/checkout?currency=" + order.currency, tone="primary"
                            ),
                            change_tickets_button(order.id),
                        ),
                    ),
                    class_name="flex flex-wrap gap-2",
                ),
                class_name="mb-8",
                data_testid="open-order",
            ),
        )
    )


def change_tickets_button(order_id: Text) -> rx.Component:
    """Take an unpaid order apart, so that its tickets can be changed in the cart."""
    return button(
        "Change tickets",
        on_click=OpenOrderState.reopen(order_id),
        disabled=is_cut_off,
        data_testid="change-tickets",
    )
