"""What reminds a person of their hold on every page that sells: the bar with the clock, and the offer of more time."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import button, link_button
from ticketapp.components.countdown import countdown, hold_bar
from ticketapp.components.dialog import dialog
from ticketapp.components.tokens import Child
from ticketapp.live.vars import live_cart
from ticketapp.state.cart import CartState


def cart_clock(action: Child | None = None) -> rx.Component:
    """Draw the bar while anything in the cart is held, and ask near the end whether more time is needed."""
    cart = live_cart()
    return rx.fragment(
        rx.cond(
            cart.deadline_ms > 0,
            hold_bar(
                cart.deadline_ms,
                until_text=cart.deadline_text,
                summary=f"{_tickets_text(cart.quantity)} · {cart.total_text}",
                action=link_button("Cart", href="/cart", tone="primary", data_testid="to-cart")
                if action is None
                else action,
                on_expire=CartState.look_again,
            ),
            rx.fragment(),
        ),
        rx.cond(
            cart.warn_at_ms > 0,
            countdown(
                cart.warn_at_ms,
                on_expire=CartState.offer_time(cart.warn_at_ms),
                is_calm=True,
                class_name="hidden",
                data_testid="warning-clock",
                aria_hidden="true",
            ),
            rx.fragment(),
        ),
        _more_time(cart),
    )


def _more_time(cart: Any) -> rx.Component:
    return dialog(
        "Need more time?",
        rx.el.p("Your tickets go back on sale when the clock ends.", class_name="text-soft"),
        is_open=(CartState.offered_at_ms > 0) & (CartState.offered_at_ms == cart.warn_at_ms),
        on_close=CartState.decline_time,
        key="more-time",
        is_modal=False,
        actions=rx.fragment(
            button("No, thanks", tone="quiet", on_click=CartState.decline_time),
            button(
                "Give me ",
                cart.extension_text,
                tone="primary",
                icon_name="clock",
                on_click=CartState.extend_all,
                data_testid="extend-hold",
            ),
        ),
    )


def _tickets_text(count: rx.Var[int]) -> rx.Var[str]:
    return rx.cond(count == 1, "1 ticket", f"{count} tickets")
