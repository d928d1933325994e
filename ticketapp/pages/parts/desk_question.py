"""What is asked before an organizer gives tickets back: the sum, and why."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.dialog import dialog
from ticketapp.components.fields import text_area
from ticketapp.services.payments.desk import NOTE_MAX
from ticketapp.state.order_desk import OrderDeskState


def refund_question() -> rx.Component:
    """Draw the question; the sum stands in it and on the button that confirms it."""
    return dialog(
        "Refund these tickets?",
        rx.el.p(
            OrderDeskState.asked_count_text,
            " of order ",
            rx.el.span(OrderDeskState.order.reference, class_name="code-text"),
            ", in all ",
            rx.el.strong(OrderDeskState.asked_text, class_name="figures", data_testid="refund-amount"),
            ". They stop working at once and go back on sale; the money goes back the way it was paid. "
            "This cannot be undone.",
            class_name="text-soft",
        ),
        rx.el.form(
            text_area(
                "Why",
                name="note",
                rows=2,
                hint="The buyer reads it on the credit note.",
                error=OrderDeskState.note_error,
                required=True,
                max_length=NOTE_MAX,
                data_testid="refund-note",
            ),
            rx.el.div(
                button("Keep them", tone="quiet", on_click=OrderDeskState.close_question),
                button(
                    "Refund ",
                    OrderDeskState.asked_text,
                    type="submit",
                    tone="danger",
                    busy=OrderDeskState.is_busy,
                    disabled=is_cut_off,
                    data_testid="confirm-refund",
                ),
                class_name="flex flex-wrap justify-end gap-3",
            ),
            on_submit=OrderDeskState.refund,
            no_validate=True,
            class_name="grid gap-4",
        ),
        is_open=OrderDeskState.asked.length() > 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var of a list has it.
        on_close=OrderDeskState.close_question,
        key="refund-question",
    )
