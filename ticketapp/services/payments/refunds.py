"""Give money back: each refund is a row with a key first, and happens once at the provider afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.ids import new_id
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.integrations.payments import RefundOrder
from ticketapp.models import (
    Event,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Ticket,
    TicketStatus,
)
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.inventory import orders as stock
from ticketapp.services.invoicing.operations import write_credit_notes
from ticketapp.services.ledger import operations as ledger
from ticketapp.services.ledger.rules import PartsOfSale
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.jobs import NewJob, enqueue_many
from ticketapp.services.ordering.operations import lock_orders, log_orders
from ticketapp.services.ordering.settling import mail_job
from ticketapp.services.payments.errors import NothingToRefund, TicketsChanged
from ticketapp.services.payments.permission import check_permission, in_reach
from ticketapp.services.payments.worth import (
    BY_BUYER,
    BY_ORGANIZER,
    EVENT_CANCELLED,
    Why,
    given_back,
    what_was_said,
)

REFUND_JOB = "refund"
_REFUNDS, _PAYMENTS, _ORDERS = table_of(Refund), table_of(Payment), table_of(Order)
_EVENTS, _TICKETS = table_of(Event), table_of(Ticket)


@dataclass(frozen=True, slots=True)
class NewRefund:
    """Money to give back; `key` is unique: a second one under it takes its whole transaction back."""

    payment_id: UUID
    order_id: UUID
    key: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """What was given back, and the refund on its way (None when nothing had been paid for it)."""

    order_id: UUID
    reference: str
    order_status: OrderStatus
    refund_id: UUID | None
    amount_minor: int
    currency: str
    amount_text: str


def ask_refunds(session: Session, refunds: Sequence[NewRefund], now: datetime) -> None:
    """Write refunds down and promise to carry each out."""
    if not refunds:
        return
    rows = [
        {
            "id": new_id(),
            "payment_id": refund.payment_id,
            "order_id": refund.order_id,
            "key": refund.key,
            "amount_minor": refund.amount_minor,
            "currency": refund.currency,
            "reason": refund.reason,
            "status": RefundStatus.ASKED,
            "created_at": now,
        }
        for refund in refunds
    ]
    session.execute(sa.insert(_REFUNDS), rows)
    enqueue_many(
        session,
        [NewJob(REFUND_JOB, f"{REFUND_JOB}:{refund.key}", {"key": refund.key}, now) for refund in refunds],
    )


def refund_tickets(
    session: Session,
    *,
    actor: Actor,
    order_id: UUID,
    ticket_ids: Collection[UUID] | None = None,
    note: str = "",
    now: datetime,
) -> RefundAsked:
    """Take back valid tickets of a paid order, all that this person may speak of or those named, and give the money back.

    The tickets die, the places become free and the books are turned back here and now; the provider is asked by a job.
    `note` says why, in words.

    Raises:
        NotFound: there is no such order or ticket, or it is not this person's to give back.
        RefundNotAllowed: the event's rule does not let the buyer give these tickets back.
        NothingToRefund: none of them is valid any more.
        TicketsChanged: some of those named are not.
    """
    order = lock_orders(session, [order_id]).get(order_id)
    if order is None:
        raise NotFound("We could not find these tickets.")
    tickets = in_reach(actor, order, _tickets(session, order_id, ticket_ids))
    is_a_strangers = not tickets and order.person_id != actor.person_id
    if is_a_strangers or (ticket_ids is not None and len(tickets) != len(set(ticket_ids))):
        raise NotFound("We could not find these tickets.")
    check_permission(session, actor, tickets, now)
    valid = [ticket for ticket in tickets if ticket.status is TicketStatus.VALID]
    if not valid:
        raise NothingToRefund
    if ticket_ids is not None and len(valid) < len(tickets):
        raise TicketsChanged
    by = BY_BUYER if order.person_id == actor.person_id else BY_ORGANIZER
    return _take_back(session, order, valid, Why(actor.person_id, by, note), now)


def refund_cancelled_event(session: Session, *, event_id: UUID, limit: int, now: datetime) -> int:
    """Give back so many orders' valid tickets of a cancelled event, and tell how many orders that were."""
    order_ids = (
        session.execute(
            sa.select(_TICKETS.c.order_id)
            .where(_TICKETS.c.event_id == event_id, _TICKETS.c.status == TicketStatus.VALID)
            .distinct()
            .limit(limit)
        )
        .scalars()
        .all()
    )
    for order_id, order in lock_orders(session, order_ids).items():
        tickets = [t for t in _tickets(session, order_id, None) if t.event_id == event_id]
        valid = [ticket for ticket in tickets if ticket.status is TicketStatus.VALID]
        if valid:
            _take_back(session, order, valid, Why(order.person_id, EVENT_CANCELLED), now)
    return len(order_ids)


def _tickets(session: Session, order_id: UUID, ticket_ids: Collection[UUID] | None) -> Sequence[Any]:
    query = (
        sa.select(_TICKETS, _EVENTS.c.organizer_id, _EVENTS.c.starts_at, _EVENTS.c.refund_until_hours)
        .join(_EVENTS, _EVENTS.c.id == _TICKETS.c.event_id)
        .where(_TICKETS.c.order_id == order_id)
        .order_by(_TICKETS.c.id)
        # Somebody may be letting the ticket in at this moment: whoever has it first decides.
        .with_for_update(of=_TICKETS, key_share=True)
    )
    if ticket_ids is not None:
        query = query.where(_TICKETS.c.id.in_(list(ticket_ids)))
    return session.execute(query).all()


def _take_back(session: Session, order: Any, tickets: Sequence[Any], why: Why, now: datetime) -> RefundAsked:
    back = given_back(session, order.id, tickets)
    amount_minor = back.total_minor
    session.execute(
        sa.update(_TICKETS)
        .where(_TICKETS.c.id.in_([ticket.id for ticket in tickets]))
        .values(status=TicketStatus.REFUNDED, revision=_TICKETS.c.revision + 1)
    )
    stock.return_sold(session, back.by_hold, now)
    left = session.execute(
        sa.select(sa.func.count()).where(
            _TICKETS.c.order_id == order.id, _TICKETS.c.status == TicketStatus.VALID
        )
    ).scalar_one()
    status = OrderStatus.PARTLY_REFUNDED if left else OrderStatus.REFUNDED
    session.execute(
        sa.update(_ORDERS)
        .where(_ORDERS.c.id == order.id)
        .values(
            status=status,
            refunded_minor=_ORDERS.c.refunded_minor + amount_minor,
            ended_at=None if left else now,
            end_reason=None if left else why.reason,
        )
    )
    refund_id = _ask_for(session, order, back.parts, f"back:{tickets[0].id}", why.reason, now)
    if refund_id is not None:
        write_credit_notes(
            session, order=order, refund_id=refund_id, given_back=back.lines, note=why.words, now=now
        )
    log_orders(
        session,
        "order.refunded",
        [(order.id, why.actor_id, what_was_said(tickets, back.parts, why))],
        now,
    )
    enqueue_many(session, [mail_job(order.id, f"refunded-{tickets[0].id}", now, back_minor=amount_minor)])
    announce(session, "user", order.person_id)
    for organizer_id in {ticket.organizer_id for ticket in tickets}:
        announce(session, "org", organizer_id)
    text = money_text(Money(amount_minor, Currency(order.currency)))
    return RefundAsked(order.id, order.reference, status, refund_id, amount_minor, order.currency, text)


def _ask_for(
    session: Session, order: Any, parts: tuple[PartsOfSale, ...], key: str, reason: str, now: datetime
) -> UUID | None:
    amount_minor = sum(part.total_minor for part in parts)
    if amount_minor == 0:
        return None
    payment = session.execute(
        sa.select(_PAYMENTS.c.id)
        .where(
            _PAYMENTS.c.order_id == order.id,
            _PAYMENTS.c.status == PaymentStatus.SUCCEEDED,
            _PAYMENTS.c.id.not_in(
                sa.select(_REFUNDS.c.payment_id).where(
                    _REFUNDS.c.order_id == order.id, _REFUNDS.c.key.like("payment:%")
                )
            ),
        )
    ).one()  # fmt: skip
    ask_refunds(session, [NewRefund(payment.id, order.id, key, amount_minor, order.currency, reason)], now)
    refund_id = session.execute(sa.select(_REFUNDS.c.id).where(_REFUNDS.c.key == key)).scalar_one()
    ledger.post_reversal(session, ledger.Reversal(refund_id, order.id, order.currency, parts), now)
    return refund_id


@dataclass(frozen=True, slots=True)
class RefundToCarryOut:
    """A refund as the provider needs to hear it; `is_done` says that it needs not."""

    order: RefundOrder
    is_done: bool


def get_refund_to_carry_out(session: Session, key: str) -> RefundToCarryOut:
    """Read what the provider is to be asked.

    Raises:
        NotFound: there is no such refund.
    """
    row = session.execute(
        sa.select(_REFUNDS, _PAYMENTS.c.provider_ref.label("charge_ref"))
        .join(_PAYMENTS, _PAYMENTS.c.id == _REFUNDS.c.payment_id)
        .where(_REFUNDS.c.key == key)
    ).first()
    if row is None:
        raise NotFound("We could not find this refund.")
    order = RefundOrder(row.key, row.charge_ref, row.amount_minor, row.currency, row.attempt)
    return RefundToCarryOut(order, row.status is not RefundStatus.ASKED)


def record_refund_done(session: Session, *, key: str, provider_ref: str, attempt: int, now: datetime) -> None:
    """Write down that the provider gave the money back at this attempt; told again, nothing changes."""
    row = session.execute(
        sa.update(_REFUNDS)
        .where(
            _REFUNDS.c.key == key,
            _REFUNDS.c.attempt == attempt,
            _REFUNDS.c.status == RefundStatus.ASKED,
        )
        .values(status=RefundStatus.DONE, provider_ref=provider_ref, done_at=now)
        .returning(*_REFUNDS.c)
    ).first()
    if row is None:
        return
    payment = session.get_one(Payment, row.payment_id)
    ledger.post_refund_paid(
        session,
        ledger.RefundPaid(
            row.id, row.order_id, payment.provider, row.amount_minor, row.currency, row.attempt
        ),
        now,
    )
    announce(session, "user", payment.person_id)
