"""My orders with how each stands."""

import reflex as rx

from ticketapp.components.actions import link_button, plain_link
from ticketapp.components.faces import empty_state, four_faces, skeleton_table
from ticketapp.components.headings import beside, page_title, pagination
from ticketapp.components.status import badge
from ticketapp.components.tokens import CARD
from ticketapp.pages.frame import framed
from ticketapp.services.ordering.views import OrderView
from ticketapp.state.orders import OrdersState

TONES = (("paid", "go"), ("awaiting_payment", "wait"), ("expiring", "wait"), ("partly_refunded", "wait"))


@framed(route="/orders", title="My orders · Ticketapp", on_load=OrdersState.load, active="tickets")
def orders() -> list[rx.Component]:
    """List the caller's orders, newest first."""
    listed = OrdersState.orders
    return [
        page_title("My orders", actions=link_button("My tickets", href="/tickets", icon_name="ticket")),
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
                rx.el.ul(rx.foreach(listed.orders, _order), class_name="grid gap-3"),
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


def _order(order: OrderView) -> rx.Component:
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
