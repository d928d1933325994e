"""My orders with how each stands."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, four_faces, skeleton_table
from ticketapp.components.headings import page_title, pagination
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.order_row import order_row
from ticketapp.state.orders import OrdersState


@framed(route="/orders", title="My orders · Ticketapp", on_load=OrdersState.load, active="tickets")
def orders() -> list[rx.Component]:
    """List the caller's orders, newest first."""
    listed = OrdersState.orders
    return [
        page_title(
            "My orders",
            actions=rx.fragment(
                link_button("My payments", href="/payments", icon_name="card"),
                link_button("My tickets", href="/tickets", icon_name="ticket"),
            ),
        ),
        four_faces(
            is_loading=OrdersState.is_loading,
            error=OrdersState.error,
            is_empty=listed.orders.length() == 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var of a list has it.
            loading_face=skeleton_table(5),
            empty_face=empty_state(
                "No orders yet",
                "Orders you make in this browser, or with your account, are listed here.",
                action=link_button("See what is on", href="/", tone="primary"),
                data_testid="orders-empty",
            ),
            full_face=rx.el.div(
                rx.el.ul(rx.foreach(listed.orders, order_row), class_name="grid gap-3"),
                rx.cond(listed.pages > 1, _pages(), rx.fragment()),
                class_name="grid gap-6",
            ),
            on_retry=OrdersState.load,
        ),
    ]


def _pages() -> rx.Component:
    listed = OrdersState.orders
    return pagination(
        listed.count_text,
        has_previous=listed.page > 1,
        has_next=listed.page < listed.pages,
        previous_href=f"/orders?page={listed.page - 1}",
        next_href=f"/orders?page={listed.page + 1}",
    )
