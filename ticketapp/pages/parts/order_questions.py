"""What is asked before an order is undone: the amount stands in the question and on the button."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.dialog import dialog
from ticketapp.state.order import CANCEL, OrderState


def order_questions() -> rx.Component:
    return rx.fragment(_cancel(), _give_back())


def _cancel() -> rx.Component:
    return dialog(
        "Cancel this order?",
        rx.el.p(
            "Its tickets go back on sale at once. Nothing is charged; a payment under way is called off first.",
            class_name="text-soft",
        ),
        is_open=OrderState.asked == CANCEL,
        on_close=OrderState.close_question,
        key="cancel-question",
        actions=rx.fragment(
            button("Keep it", tone="quiet", on_click=OrderState.close_question),
            button(
                "Cancel order",
                tone="danger",
                on_click=OrderState.cancel_order,
                busy=OrderState.is_busy,
                disabled=is_cut_off,
                data_testid="confirm-cancel",
            ),
        ),
    )


def _give_back() -> rx.Component:
    return dialog(
        "Give tickets back?",
        rx.el.p(
            "You get ",
            rx.el.strong(OrderState.asked_text, class_name="figures", data_testid="return-amount"),
            " back on the card you paid with. The tickets stop working at once and go back on sale. "
            "This cannot be undone.",
            class_name="text-soft",
        ),
        is_open=(OrderState.asked != "") & (OrderState.asked != CANCEL),
        on_close=OrderState.close_question,
        key="return-question",
        actions=rx.fragment(
            button("Keep them", tone="quiet", on_click=OrderState.close_question),
            button(
                "Give back for ",
                OrderState.asked_text,
                tone="danger",
                on_click=OrderState.give_back,
                busy=OrderState.is_busy,
                disabled=is_cut_off,
                data_testid="confirm-return",
            ),
        ),
    )
