"""/organizer/orders/<reference>: one order at the desk."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, failed_state, loading, skeleton
from ticketapp.pages.organizer_frame import organizer_framed
from ticketapp.pages.parts.desk_order import desk_order
from ticketapp.pages.parts.desk_question import refund_question
from ticketapp.pages.parts.failed_refund import settle_question
from ticketapp.state.order_desk import OrderDeskState

_ORDER = OrderDeskState.order


@organizer_framed(
    route="/organizer/orders/[reference]",
    title=rx.cond(_ORDER.reference != "", _ORDER.reference + " · Ticketapp", "Order · Ticketapp"),
    on_load=OrderDeskState.load,
    active="orders",
)
def organizer_order() -> list[rx.Component]:
    """Show an order with its money and its past, and give tickets of it back."""
    return [
        rx.cond(
            OrderDeskState.is_missing,
            empty_state(
                "There is no such order",
                "The reference may be mistyped, or the order is for another team's events.",
                action=link_button("Find an order", href="/organizer/orders", tone="primary"),
                icon_name="search",
                is_whole_page=True,
                data_testid="order-missing",
            ),
            rx.cond(
                OrderDeskState.error != "",
                failed_state(OrderDeskState.error, on_retry=OrderDeskState.load),
                rx.cond(_ORDER.reference == "", _skeleton(), desk_order()),
            ),
        ),
        refund_question(),
        settle_question(),
    ]


def _skeleton() -> rx.Component:
    return loading(
        skeleton("h-10 w-72"),
        skeleton("h-24 w-full rounded-lg"),
        skeleton("h-72 w-full rounded-lg"),
        class_name="grid gap-6",
    )
