"""What an organizer can do about a refund that did not reach its buyer."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.dialog import dialog
from ticketapp.components.fields import text_area
from ticketapp.components.tokens import Text
from ticketapp.services.payments.again import NOTE_MAX
from ticketapp.state.failed_refund import FailedRefundState


def failed_refund_actions(refund_id: Text) -> rx.Component:
    """Draw the two ways out: try again, or say that it was paid another way."""
    return rx.el.div(
        button(
            "Try again",
            on_click=FailedRefundState.try_again(refund_id),
            busy=FailedRefundState.is_busy,
            disabled=is_cut_off,
            size="sm",
            icon_name="refresh",
            data_testid="refund-again",
        ),
        button(
            "Paid another way",
            on_click=FailedRefundState.ask(refund_id),
            disabled=is_cut_off,
            size="sm",
            tone="quiet",
            data_testid="refund-settle",
        ),
        class_name="mt-2 flex flex-wrap gap-2",
    )


def settle_question() -> rx.Component:
    """Draw the question how the money was paid."""
    return dialog(
        "How was it paid back?",
        rx.el.p(
            "Say so only once the buyer has the money. It is booked as paid from your bank, and Stripe is not asked again.",
            class_name="text-soft",
        ),
        rx.el.form(
            text_area(
                "How",
                name="note",
                rows=2,
                hint="The buyer reads it with the order.",
                error=FailedRefundState.note_error,
                required=True,
                max_length=NOTE_MAX,
                data_testid="settle-note",
            ),
            rx.el.div(
                button("Not yet", tone="quiet", on_click=FailedRefundState.close),
                button(
                    "It was paid",
                    type="submit",
                    busy=FailedRefundState.is_busy,
                    disabled=is_cut_off,
                    data_testid="confirm-settle",
                ),
                class_name="flex flex-wrap justify-end gap-3",
            ),
            on_submit=FailedRefundState.settle,
            no_validate=True,
            class_name="grid gap-4",
        ),
        is_open=FailedRefundState.asked != "",
        on_close=FailedRefundState.close,
        key="settle-question",
    )
