"""The cart: everything held, grouped by event, with its clock."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, four_faces, loading, skeleton
from ticketapp.components.headings import page_title
from ticketapp.components.status import live_region, notice
from ticketapp.components.tokens import show_if, show_text
from ticketapp.live.vars import cart_error, is_cart_awaited, live_cart
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.cart_clock import cart_clock
from ticketapp.pages.parts.cart_groups import cart_summary, event_group
from ticketapp.pages.parts.open_order import open_order_notice
from ticketapp.state.cart import CartState
from ticketapp.state.open_order import OpenOrderState


@framed(route="/cart", title="Cart · Ticketapp", on_load=OpenOrderState.load)
def cart() -> list[rx.Component]:
    """Show what is held, change it, and go on to pay."""
    shown = live_cart()
    return [
        page_title("Cart"),
        live_region(CartState.said),
        open_order_notice(),
        four_faces(
            is_loading=is_cart_awaited(),
            error=cart_error(),
            is_empty=(shown.quantity == 0) & (shown.ended_quantity == 0),
            loading_face=loading(*[skeleton("h-32 w-full rounded-lg")] * 2, class_name="grid gap-4"),
            empty_face=empty_state(
                "Your cart is empty",
                "Tickets you add are held for you while you pay.",
                action=link_button("See what is on", href="/", tone="primary"),
                icon_name="cart",
                data_testid="cart-empty",
            ),
            full_face=rx.el.div(
                rx.el.div(
                    show_text(CartState.said, notice(CartState.said, tone="go")),
                    rx.foreach(shown.events, event_group),
                    class_name="grid content-start gap-10",
                ),
                show_if(shown.quantity > 0, cart_summary()),
                class_name="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]",
            ),
            on_retry=CartState.look_again,
        ),
        cart_clock(
            action=link_button(
                "Check out",
                href="/checkout",
                tone="primary",
                class_name="lg:hidden",
                data_testid="bar-checkout",
            )
        ),
    ]
