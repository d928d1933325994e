"""What happened to an order, in words for those who run one of its events."""

from dataclasses import dataclass
from typing import Any

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import moment_text
from ticketapp.models import PaymentStatus, RefundStatus
from ticketapp.services.payments.worth import BY_BUYER, BY_ORGANIZER, EVENT_CANCELLED
from ticketapp.services.reporting.order_desk_views import DeskEntry, tickets_text

_PAYMENT_WORDS = {
    PaymentStatus.STARTED: ("Waiting for the provider", "wait"),
    PaymentStatus.NEEDS_ACTION: ("Waiting for the buyer at their bank", "wait"),
    PaymentStatus.AUTHORISED: ("Set aside at the bank, not charged yet", "wait"),
    PaymentStatus.SUCCEEDED: ("Paid", "go"),
    PaymentStatus.FAILED: ("Failed", "stop"),
    PaymentStatus.CANCELLED: ("Called off", "quiet"),
}
_REFUND_WORDS = {
    RefundStatus.ASKED: ("On its way", "wait"),
    RefundStatus.DONE: ("Paid back", "go"),
    RefundStatus.FAILED: ("Did not reach the buyer", "stop"),
}
_KINDS = {
    "order.placed": ("Order placed", "quiet"),
    "order.confirmed": ("Places confirmed before the money is taken", "go"),
    "order.not_confirmed": ("Ended before any money was taken", "stop"),
    "order.paid": ("Paid, tickets issued", "go"),
    "order.cancelled": ("Cancelled", "stop"),
    "order.expired": ("Expired without payment", "stop"),
    "order.reopened": ("Went back to the cart", "quiet"),
    "order.replaced": ("Replaced by a newer order", "quiet"),
    "order.paid_but_no_hold": ("Paid when the places were gone; the money goes back", "stop"),
    "order.taken_over": ("Moved to the account its buyer signed in to", "quiet"),
    "order.refunded": ("Given back", "wait"),
    "refund.failed": ("A refund did not reach the buyer", "stop"),
    "refund.tried_again": ("The refund was tried again", "wait"),
    "refund.settled": ("Paid back another way", "go"),
    "payment.disputed": ("The buyer's bank disputes the payment", "stop"),
    "payment.dispute_closed": ("The dispute is decided", "ask"),
}
_REASONS = {
    BY_BUYER: "by the buyer",
    "by_buyer": "by the buyer",
    EVENT_CANCELLED: "the event was cancelled",
    "not_paid_in_time": "not paid in time",
    "payment_failed": "the payment failed",
    "payment_unknown_for_too_long": "the bank did not answer",
}


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Which part of an order may be told: whose events, and whether others sell in it too."""

    organizer_ids: frozenset[str]
    is_shared: bool
    currency: str
    timezone: str

    def text(self, amount_minor: int) -> str:
        return money_text(Money(amount_minor, Currency(self.currency)))


def payment_entry(row: Any, own: OwnPart) -> DeskEntry:
    """Tell of an attempt to pay; of an order that is shared the whole amount is nobody's to see."""
    words, tone = _PAYMENT_WORDS[row.status]
    amount = "with other organizers' tickets" if own.is_shared else own.text(row.amount_minor)
    parts = [amount, row.provider.capitalize(), row.provider_ref or "", row.error_code or ""]
    return DeskEntry(
        text=f"{words}, attempt {row.attempt}",
        detail=" · ".join(part for part in parts if part),
        at_text=moment_text(row.settled_at or row.created_at, own.timezone),
        tone=tone,
    )


def refund_entry(row: Any, own: OwnPart, *, own_minor: int) -> DeskEntry:
    """Tell of money that goes back: of a shared order only the own part of it."""
    words, tone = _REFUND_WORDS[row.status]
    amount = own.text(own_minor if own.is_shared else row.amount_minor)
    has_failed = row.status is RefundStatus.FAILED
    return DeskEntry(
        text=f"{words}: {amount}",
        detail=" · ".join(part for part in (row.provider_ref or "", row.settled_note) if part),
        failed_id=str(row.id) if has_failed and not own.is_shared else "",
        at_text=moment_text(row.done_at or row.created_at, own.timezone),
        tone=tone,
    )


def history_entry(row: Any, own: OwnPart) -> DeskEntry | None:
    """Tell of one fact in the log; None when it is about other organizers' tickets alone."""
    words, tone = _KINDS.get(row.kind, (row.kind, "quiet"))
    details = [_REASONS.get(row.data.get("reason", ""), "")]
    if row.kind == "order.refunded":
        told = _refunded(row, own)
        if told is None:
            return None
        words, *more = told
        details += more
    elif row.kind.startswith("refund."):
        details += [row.data.get("note", ""), f"by {row.actor_name}" if row.actor_name else ""]
    return DeskEntry(
        text=words,
        detail=" · ".join(part for part in details if part),
        at_text=moment_text(row.at, own.timezone),
        tone=tone,
    )


def _refunded(row: Any, own: OwnPart) -> tuple[str, str, str] | None:
    data = row.data
    # What was written before the parts were kept is told only where all of it is the organizer's.
    parts = data.get("parts")
    if parts is None and own.is_shared:
        return None
    ours = [data] if parts is None else [part for key, part in parts.items() if key in own.organizer_ids]
    if not ours:
        return None
    count = sum(part["tickets"] for part in ours)
    amount = own.text(sum(part["amount_minor"] for part in ours))
    who = f"by {row.actor_name}" if data["reason"] == BY_ORGANIZER else ""
    note = data.get("note", "")
    return f"{tickets_text(count)} given back for {amount}", who, f"“{note}”" if note else ""
