"""What becomes of money after it was paid: the provider's fee, refunds that come back, disputes. Each is booked once."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError, NotFound
from ticketapp.integrations.provider_facts import DisputeFact, Fee, RefundFact
from ticketapp.models import Event, OrderLine, Payment, Refund, RefundStatus, StripeDispute
from ticketapp.models.base import table_of
from ticketapp.services.ledger import after_sale as ledger
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record

_PAYMENTS, _REFUNDS = table_of(Payment), table_of(Refund)
_EVENTS, _LINES = table_of(Event), table_of(OrderLine)


class TooEarly(AppError):
    """The provider speaks of something that we have not written down yet."""

    code = "too_early"
    status = 409


def book_fee(session: Session, *, key: str, fee: Fee, now: datetime) -> None:
    """Book what the provider kept of a payment.

    Raises:
        NotFound: there is no such payment.
    """
    payment = _payment(session, key)
    kept = ledger.ProviderFee(fee.ref, payment.order_id, payment.provider, fee.amount_minor, fee.currency)
    ledger.post_fees(session, [kept], now)


def record_refund_failed(session: Session, *, fact: RefundFact, now: datetime) -> None:
    """Write down that money did not reach the buyer after all: it is ours again, and owed to them again.

    Raises:
        TooEarly: we have not heard yet that the refund was made.
        NotFound: we asked for no such refund.
    """
    row = session.execute(
        sa.select(_REFUNDS.c.status, _REFUNDS.c.attempt).where(_REFUNDS.c.key == fact.key).with_for_update()
    ).first()
    if row is None:
        raise NotFound("We could not find this refund.")
    if fact.attempt < row.attempt:
        return
    if row.status is RefundStatus.ASKED:
        raise TooEarly("This refund was not heard of as made yet.")
    failed = session.execute(
        sa.update(_REFUNDS)
        .where(
            _REFUNDS.c.key == fact.key,
            _REFUNDS.c.status == RefundStatus.DONE,
            _REFUNDS.c.settled_by.is_(None),
        )
        .values(status=RefundStatus.FAILED)
        .returning(*_REFUNDS.c)
    ).first()
    if failed is None:
        return
    payment = session.get_one(Payment, failed.payment_id)
    ledger.post_refund_failed(
        session,
        ledger.RefundFailed(
            failed.id,
            failed.order_id,
            payment.provider,
            failed.amount_minor,
            failed.currency,
            failed.attempt,
        ),
        now,
    )
    record(
        session,
        kind="refund.failed",
        subject=failed.order_id,
        data={"refund": str(failed.id), "amount_minor": failed.amount_minor},
        now=now,
    )
    announce(session, "user", payment.person_id)
    announce_to_organizers(session, failed.order_id)


def record_dispute(session: Session, *, key: str, fact: DisputeFact, now: datetime) -> None:
    """Write down how a dispute stands and book what was withdrawn and returned for it.

    Raises:
        NotFound: there is no such payment.
    """
    payment = _payment(session, key)
    known = session.get(StripeDispute, fact.id)
    if known is None:
        known = StripeDispute(
            id=fact.id,
            payment_id=payment.id,
            amount_minor=fact.amount_minor,
            currency=fact.currency,
            status="",
            opened_at=fact.opened_at,
        )
        session.add(known)
        _log_dispute(session, "payment.disputed", payment.order_id, fact, now)
    if fact.is_closed and known.closed_at is None:
        known.closed_at = now
        _log_dispute(session, "payment.dispute_closed", payment.order_id, fact, now)
    known.move_to(fact.status)
    ledger.post_dispute(session, ledger.Disputed(payment.order_id, payment.provider, fact.movements), now)
    announce_to_organizers(session, payment.order_id)


def buyer_of(session: Session, payment_id: UUID) -> UUID:
    """Tell who made a payment."""
    return session.execute(sa.select(_PAYMENTS.c.person_id).where(_PAYMENTS.c.id == payment_id)).scalar_one()


def announce_to_organizers(session: Session, order_id: UUID) -> None:
    """Tell the pages of everybody whose events an order is of."""
    concerned = (
        sa.select(_EVENTS.c.organizer_id)
        .join(_LINES, _LINES.c.event_id == _EVENTS.c.id)
        .where(_LINES.c.order_id == order_id)
        .distinct()
    )
    for organizer_id in session.scalars(concerned):
        announce(session, "org", organizer_id)


def _log_dispute(session: Session, kind: str, order_id: UUID, fact: DisputeFact, now: datetime) -> None:
    told = {"dispute": fact.id, "amount_minor": fact.amount_minor, "status": fact.status}
    record(session, kind=kind, subject=order_id, data=told, now=now)


def _payment(session: Session, key: str) -> Any:
    """Give a payment, locked: several events tell of one fee or dispute, and the second waits for the first."""
    row = session.execute(sa.select(_PAYMENTS).where(_PAYMENTS.c.key == key).with_for_update()).first()
    if row is None:
        raise NotFound("We could not find this payment.")
    return row
