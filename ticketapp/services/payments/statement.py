"""A buyer's payments, each with what became of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import moment_text
from ticketapp.models import Event, Order, OrderLine, Payment, PaymentStatus, Refund, RefundStatus
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ordering.views import BANKS_TAKE
from ticketapp.services.payments.errors import refusal_words
from ticketapp.services.payments.receipt_views import refund_text
from ticketapp.services.payments.views import PaymentView, payment_view

LIST_MAX = 200
_PAYMENTS, _ORDERS, _REFUNDS = table_of(Payment), table_of(Order), table_of(Refund)
_LINES, _EVENTS = table_of(OrderLine), table_of(Event)
_SHORT = {
    PaymentStatus.STARTED: ("Asking your bank", "wait"),
    PaymentStatus.NEEDS_ACTION: ("Waiting for you", "ask"),
    PaymentStatus.AUTHORISED: ("Set aside", "wait"),
    PaymentStatus.SUCCEEDED: ("Paid", "go"),
    PaymentStatus.FAILED: ("Not paid", "stop"),
    PaymentStatus.CANCELLED: ("Called off", "quiet"),
}


@dataclass(frozen=True)
class PaymentStatement:
    """One attempt to pay: what it was for, what was charged, and what went back."""

    id: str = ""
    reference: str = ""
    title: str = ""
    amount_text: str = ""
    short_text: str = ""
    tone: str = "quiet"
    status_text: str = ""
    attempt: int = 0
    provider: str = ""
    provider_ref: str = ""
    started_text: str = ""
    settled_text: str = ""
    refunds: list[str] = field(default_factory=list)
    returned_text: str = ""
    has_invoice: bool = False


def list_my_statements(session: Session, *, actor: Actor) -> list[PaymentStatement]:
    """List the person's payments, newest first."""
    mine = _payments().where(_PAYMENTS.c.person_id == actor.person_id)
    newest = mine.order_by(_PAYMENTS.c.created_at.desc(), _PAYMENTS.c.id.desc()).limit(LIST_MAX)
    return _statements(session, session.execute(newest).all())


def get_my_statement(session: Session, *, actor: Actor | None, payment_id: UUID) -> PaymentStatement:
    """Give one of the person's payments in full.

    Raises:
        NotFound: there is none, or it is another person's.
    """
    rows = session.execute(_payments().where(_PAYMENTS.c.id == payment_id)).all()
    if actor is None or not rows or rows[0].person_id != actor.person_id:
        raise NotFound("We could not find this payment.")
    return _statements(session, rows)[0]


def _payments() -> sa.Select[Any]:
    return sa.select(_PAYMENTS, _ORDERS.c.reference, _ORDERS.c.invoiced_at).join(
        _ORDERS, _ORDERS.c.id == _PAYMENTS.c.order_id
    )


def _statements(session: Session, rows: Sequence[Any]) -> list[PaymentStatement]:
    events: dict[UUID, list[Any]] = defaultdict(list)
    for event in session.execute(
        sa.select(_LINES.c.order_id, _EVENTS.c.name, _EVENTS.c.timezone)
        .join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id)
        .where(_LINES.c.order_id.in_([row.order_id for row in rows]))
        .order_by(_LINES.c.id)
    ):
        events[event.order_id].append(event)
    refunds: dict[UUID, list[Any]] = defaultdict(list)
    for refund in session.execute(
        sa.select(_REFUNDS)
        .where(_REFUNDS.c.payment_id.in_([row.id for row in rows]))
        .order_by(_REFUNDS.c.created_at, _REFUNDS.c.id)
    ):
        refunds[refund.payment_id].append(refund)
    return [_statement(row, events[row.order_id], refunds[row.id]) for row in rows]


def _given_back(shown: PaymentView, refunds: list[Any], returned_minor: int) -> tuple[str, str, str]:
    """Say how far money that was charged is on its way back: in a few words, their tone, and a sentence."""
    is_whole = returned_minor == shown.amount_minor
    charged = f"{shown.amount_text} was charged."
    if any(refund.status is RefundStatus.FAILED for refund in refunds):
        return (
            "Refund delayed",
            "stop",
            f"{charged} Its refund could not be carried out yet; we are looking into it.",
        )
    if all(refund.status is RefundStatus.DONE for refund in refunds):
        short = "Paid back" if is_whole else "Partly paid back"
        return short, "quiet", f"{charged} What went back is below."
    return "Refund started", "wait", f"{charged} What goes back is below. {BANKS_TAKE}"


def _statement(row: Any, events: list[Any], refunds: list[Any]) -> PaymentStatement:
    shown, timezone = payment_view(row), events[0].timezone
    returned_minor = sum(refund.amount_minor for refund in refunds)
    short_text, tone, said = *_SHORT[row.status], shown.status_text
    if row.status is PaymentStatus.FAILED:
        # Whether another card is wanted is for the order to say: it may be paid by now, or over.
        said = refusal_words(row.error_code)
    if returned_minor:
        short_text, tone, said = _given_back(shown, refunds, returned_minor)
    returned = money_text(Money(returned_minor, Currency(row.currency))) if returned_minor else ""
    return PaymentStatement(
        id=shown.id,
        reference=row.reference,
        title=", ".join(dict.fromkeys(event.name for event in events)),
        amount_text=shown.amount_text,
        short_text=short_text,
        tone=tone,
        status_text=said,
        attempt=row.attempt,
        provider=row.provider,
        provider_ref=shown.provider_ref,
        started_text=moment_text(row.created_at, timezone),
        settled_text=moment_text(row.settled_at, timezone) if row.settled_at else "",
        refunds=[refund_text(refund, timezone) for refund in refunds],
        returned_text=returned,
        has_invoice=row.invoiced_at is not None and row.status is PaymentStatus.SUCCEEDED,
    )
