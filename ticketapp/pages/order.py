"""One order, as its buyer sees it."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, failed_state, loading, skeleton
from ticketapp.components.tokens import Child
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.order_body import order_body
from ticketapp.pages.parts.order_clock import order_clock
from ticketapp.pages.parts.order_questions import order_questions
from ticketapp.state.order import OrderState


@framed(
    route="/order/[reference]",
    title=rx.cond(
        OrderState.receipt.order.reference != "",
        "Order " + OrderState.receipt.order.reference + " · Ticketapp",
        "Order · Ticketapp",
    ),
    on_load=OrderState.load,
)
def order() -> list[Child]:
    """Tell how an order stands, show its tickets, and let its buyer undo it."""
    return [
        rx.cond(
            OrderState.is_missing,
            _missing(),
            rx.cond(
                OrderState.error != "",
                failed_state(OrderState.error, on_retry=OrderState.load),
                rx.cond(OrderState.is_loading, _skeleton(), order_body()),
            ),
        ),
        order_clock(),
        order_questions(),
    ]


def _missing() -> rx.Component:
    return empty_state(
        "We could not find this order",
        "The address may be mistyped, or the order belongs to somebody else. If you bought it, sign in, or open "
        "this page in the browser you bought it with.",
        action=rx.el.div(
            link_button("Sign in", href="/sign-in?next=/orders", tone="primary"),
            link_button("My orders", href="/orders"),
            class_name="flex flex-wrap gap-2",
        ),
        icon_name="search",
        data_testid="order-missing",
        is_whole_page=True,
    )


def _skeleton() -> rx.Component:
    return loading(
        skeleton("h-10 w-80"),
        skeleton("h-24 w-full rounded-lg"),
        skeleton("h-72 w-full rounded-lg"),
        class_name="grid gap-6",
    )
