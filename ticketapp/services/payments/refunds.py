"""Give money back: each refund is a row with a key first, and happens once at the provider afterwards."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.ids import new_id
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.integrations.payments import RefundOrder
from ticketapp.models import (
    Event,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Scan,
    ScanResult,
    Ticket,
    TicketStatus,
)
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.inventory import orders as stock
from ticketapp.services.ledger import operations as ledger
from ticketapp.services.ledger.rules import PartsOfSale
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.jobs import NewJob, enqueue_many
from ticketapp.services.ordering.facts import ordered_line
from ticketapp.services.ordering.operations import lock_orders, log_orders
from ticketapp.services.ordering.settling import mail_job
from ticketapp.services.payments.amounts import parts_of_some
from ticketapp.services.payments.errors import NothingToRefund, RefundNotAllowed
from ticketapp.services.payments.rules import why_kept

REFUND_JOB = "refund"
EVENT_CANCELLED = "event_cancelled"
_REFUNDS, _PAYMENTS, _ORDERS = table_of(Refund), table_of(Payment), table_of(Order)
_LINES, _EVENTS, _TICKETS, _SCANS = table_of(OrderLine), table_of(Event), table_of(Ticket), table_of(Scan)


@dataclass(frozen=True, slots=True)
class NewRefund:
    """Money to give back; `key` is unique, so that asking again asks nothing new."""

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
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = sqlite.insert(_REFUNDS) if is_sqlite else postgresql.insert(_REFUNDS)
    session.execute(insert.on_conflict_do_nothing(index_elements=["key"]), rows)
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
    reason: str = "asked",
    now: datetime,
) -> RefundAsked:
    """Take back valid tickets of a paid order, all of them or those named, and start giving the money back.

    The tickets die, the places become free and the books are turned back here and now; the provider is asked by a job.

    Raises:
        NotFound: there is no such order or ticket, or it is not this person's to give back.
        RefundNotAllowed: the event's rule does not let the buyer give these tickets back.
        NothingToRefund: none of them is valid any more.
    """
    order = lock_orders(session, [order_id]).get(order_id)
    tickets = _tickets(session, order_id, ticket_ids)
    if order is None or (ticket_ids is not None and len(tickets) != len(set(ticket_ids))):
        raise NotFound("We could not find these tickets.")
    _check_permission(session, actor, order, tickets, now)
    valid = [ticket for ticket in tickets if ticket.status is TicketStatus.VALID]
    if not valid:
        raise NothingToRefund
    return _take_back(session, order, valid, actor.person_id, reason, now)


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
            _take_back(session, order, valid, order.person_id, EVENT_CANCELLED, now)
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


def _check_permission(
    session: Session, actor: Actor, order: Any, tickets: Sequence[Any], now: datetime
) -> None:
    if tickets and all(may_manage(actor, ticket.organizer_id) for ticket in tickets):
        return
    if order.person_id != actor.person_id:
        raise NotFound("We could not find these tickets.")
    used = used_tickets(session, [ticket.id for ticket in tickets])
    for ticket in tickets:
        refusal = why_kept(
            until_hours=ticket.refund_until_hours,
            starts_at=ticket.starts_at,
            is_used=ticket.id in used,
            now=now,
        )
        if refusal:
            raise RefundNotAllowed(refusal)


def used_tickets(session: Session, ticket_ids: Collection[UUID]) -> set[UUID]:
    """Tell on which of these tickets somebody is in."""
    admitted = sa.select(_SCANS.c.ticket_id).where(
        _SCANS.c.ticket_id.in_(list(ticket_ids)),
        _SCANS.c.result == ScanResult.ADMITTED,
        _SCANS.c.undone_at.is_(None),
    )
    return set(session.execute(admitted).scalars())


def _take_back(
    session: Session, order: Any, tickets: Sequence[Any], actor_id: UUID, reason: str, now: datetime
) -> RefundAsked:
    parts, by_hold = _given_back(session, order.id, tickets)
    amount_minor = sum(part.total_minor for part in parts)
    session.execute(
        sa.update(_TICKETS)
        .where(_TICKETS.c.id.in_([ticket.id for ticket in tickets]))
        .values(status=TicketStatus.REFUNDED, revision=_TICKETS.c.revision + 1)
    )
    stock.return_sold(session, by_hold, now)
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
            end_reason=None if left else reason,
        )
    )
    refund_id = _ask_for(session, order, parts, f"back:{tickets[0].id}", reason, now)
    log_orders(
        session,
        "order.refunded",
        [(order.id, actor_id, {"tickets": len(tickets), "amount_minor": amount_minor, "reason": reason})],
        now,
    )
    enqueue_many(session, [mail_job(order.id, f"refunded-{tickets[0].id}", now)])
    announce(session, "user", order.person_id)
    for organizer_id in {ticket.organizer_id for ticket in tickets}:
        announce(session, "org", organizer_id)
    text = money_text(Money(amount_minor, Currency(order.currency)))
    return RefundAsked(order.id, order.reference, status, refund_id, amount_minor, order.currency, text)


def _given_back(
    session: Session, order_id: UUID, tickets: Sequence[Any]
) -> tuple[tuple[PartsOfSale, ...], dict[UUID, int]]:
    """Say what these tickets are worth, event by event, and how many places of which hold they are."""
    lines = {
        row.id: ordered_line(row)
        for row in session.execute(sa.select(_LINES).where(_LINES.c.order_id == order_id))
    }
    counted = (
        sa.select(_TICKETS.c.order_line_id, sa.func.count().label("count"))
        .where(_TICKETS.c.order_id == order_id, _TICKETS.c.status == TicketStatus.REFUNDED)
        .group_by(_TICKETS.c.order_line_id)
    )
    before = {row.order_line_id: row[1] for row in session.execute(counted)}
    sums: dict[UUID, list[PartsOfSale]] = defaultdict(list)
    by_hold: dict[UUID, int] = {}
    for line_id, quantity in Counter(ticket.order_line_id for ticket in tickets).items():
        line = lines[line_id]
        by_hold[line.hold_id] = quantity
        sums[line.event_id].append(parts_of_some(line, given_back=before.get(line_id, 0), quantity=quantity))
    parts = tuple(
        PartsOfSale(
            event_id,
            sum(part.net_minor for part in some),
            sum(part.fee_minor for part in some),
            sum(part.tax_minor for part in some),
        )
        for event_id, some in sums.items()
    )
    return parts, by_hold


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
    order = RefundOrder(row.key, row.charge_ref, row.amount_minor, row.currency)
    return RefundToCarryOut(order, row.status is not RefundStatus.ASKED)


def record_refund_done(session: Session, *, key: str, provider_ref: str, now: datetime) -> None:
    """Write down that the provider gave the money back; told again, nothing changes."""
    row = session.execute(
        sa.update(_REFUNDS)
        .where(_REFUNDS.c.key == key, _REFUNDS.c.status == RefundStatus.ASKED)
        .values(status=RefundStatus.DONE, provider_ref=provider_ref, done_at=now)
        .returning(*_REFUNDS.c)
    ).first()
    if row is None:
        return
    payment = session.get_one(Payment, row.payment_id)
    ledger.post_refund_paid(
        session,
        ledger.RefundPaid(row.id, row.order_id, payment.provider, row.amount_minor, row.currency),
        now,
    )
    announce(session, "user", payment.person_id)
