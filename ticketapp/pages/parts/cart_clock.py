"""What reminds a person of their hold on every page that sells: the bar with the clock, and the offer of more time."""

import reflex as rx

from ticketapp.components.actions import button, link_button
from ticketapp.components.countdown import countdown, hold_bar
from ticketapp.components.dialog import dialog
from ticketapp.components.tokens import Child
from ticketapp.state.cart import CartState


def cart_clock(action: Child | None = None) -> rx.Component:
    """Draw the bar while anything in the cart is held, and ask near the end whether more time is needed."""
    cart = CartState.cart
    return rx.fragment(
        rx.cond(
            cart.deadline_ms > 0,
            hold_bar(
                cart.deadline_ms,
                until_text=CartState.until_text,
                summary=f"{_tickets_text(cart.quantity)} · {CartState.total_text}",
                action=link_button("Cart", href="/cart", tone="primary", data_testid="to-cart")
                if action is None
                else action,
                on_expire=CartState.load,
            ),
            rx.fragment(),
        ),
        rx.cond(
            CartState.warn_at_ms > 0,
            countdown(
                CartState.warn_at_ms,
                on_expire=CartState.offer_time,
                is_calm=True,
                class_name="hidden",
                data_testid="warning-clock",
                aria_hidden="true",
            ),
            rx.fragment(),
        ),
        _more_time(),
    )


def _more_time() -> rx.Component:
    return dialog(
        "Need more time?",
        rx.el.p("Your tickets go back on sale when the clock ends.", class_name="text-soft"),
        is_open=CartState.is_time_offered,
        on_close=CartState.decline_time,
        key="more-time",
        is_modal=False,
        actions=rx.fragment(
            button("No, thanks", tone="quiet", on_click=CartState.decline_time),
            button(
                "Give me ",
                CartState.extension_text,
                tone="primary",
                icon_name="clock",
                on_click=CartState.extend_all,
                data_testid="extend-hold",
            ),
        ),
    )


def _tickets_text(count: rx.Var[int]) -> rx.Var[str]:
    return rx.cond(count == 1, "1 ticket", f"{count} tickets")
