"""Read one order as those who run its events see it: their lines, tickets and money, and what happened."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import moment_text
from ticketapp.models import (
    Event,
    LedgerEntry,
    LogEntry,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Person,
    Refund,
    Ticket,
)
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ledger.rules import fees, revenue, taxes
from ticketapp.services.reporting.drawing import ORDER_STATUS_TEXTS
from ticketapp.services.reporting.order_desk_views import DESK_END_TEXTS, DeskLine, DeskOrder, DeskTicket
from ticketapp.services.reporting.order_history import (
    OwnPart,
    history_entry,
    payment_entry,
    refund_entry,
)
from ticketapp.services.ticketing.queries import list_order_tickets
from ticketapp.services.ticketing.views import TicketView

ENTRIES_MAX = 200
_ORDERS, _LINES, _EVENTS, _PEOPLE = table_of(Order), table_of(OrderLine), table_of(Event), table_of(Person)
_PAYMENTS, _REFUNDS, _TICKETS = table_of(Payment), table_of(Refund), table_of(Ticket)
_LOG, _LEDGER = table_of(LogEntry), table_of(LedgerEntry)
_REVERSALS = ("refund", "refund-fee", "refund-tax")


def get_desk_order(session: Session, *, actor: Actor | None, reference: str) -> DeskOrder:
    """Give an order to who manages one of its events, with the part that is theirs.

    Raises:
        NotFound: there is none, or none of its events is theirs.
    """
    order = session.execute(sa.select(_ORDERS).where(_ORDERS.c.reference == reference.upper())).first()
    lines = _lines_of(session, order.id) if order is not None else []
    ours = [line for line in lines if may_manage(actor, line.organizer_id)]
    if order is None or not ours:
        raise NotFound("We could not find this order.")
    own = OwnPart(
        organizer_ids=frozenset(str(line.organizer_id) for line in ours),
        is_shared=len(ours) < len(lines),
        currency=order.currency,
        timezone=ours[0].timezone,
    )
    back = _given_back(session, order.id, {line.event_id for line in ours})
    return _desk_order(session, order, ours, own, back)


def _desk_order(
    session: Session, order: Any, ours: Sequence[Any], own: OwnPart, back: Counter[str]
) -> DeskOrder:
    total_minor = sum(line.price_minor * line.quantity for line in ours)
    status = OrderStatus(order.status)
    return DeskOrder(
        id=str(order.id),
        reference=order.reference,
        person_id=str(order.person_id),
        status=status.value,
        status_text=ORDER_STATUS_TEXTS[status],
        end_text=DESK_END_TEXTS.get(order.end_reason or "", ""),
        is_shared=own.is_shared,
        contact_name=order.contact_name,
        contact_email=order.contact_email,
        billing_name=order.billing_name,
        billing_address=order.billing_address,
        delivery_address=order.delivery_address,
        placed_text=moment_text(order.created_at, own.timezone),
        paid_text=moment_text(order.paid_at, own.timezone) if order.paid_at else "",
        currency=order.currency,
        total_text=own.text(total_minor),
        refunded_text=own.text(back.total()) if back.total() else "",
        kept_text=own.text(total_minor - back.total()) if order.paid_at else "",
        lines=[_line(line, order.currency) for line in ours],
        tickets=_tickets(session, order, ours),
        payments=[payment_entry(row, own) for row in _payments(session, order.id)],
        refunds=[
            refund_entry(row, own, own_minor=back[str(row.id)])
            for row in _refunds(session, order.id)
            if back[str(row.id)] or not own.is_shared
        ],
        history=[entry for row in _log(session, order.id) if (entry := history_entry(row, own)) is not None],
    )


def _lines_of(session: Session, order_id: UUID) -> Sequence[Any]:
    query = (
        sa.select(
            _LINES,
            *(_EVENTS.c[name] for name in ("slug", "name", "organizer_id", "starts_at", "timezone")),
        )
        .join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id)
        .where(_LINES.c.order_id == order_id)
        .order_by(_LINES.c.id)
    )
    return session.execute(query).all()


def _given_back(session: Session, order_id: UUID, event_ids: set[UUID]) -> Counter[str]:
    """Add up, refund by refund, what the books took back of these events."""
    accounts = [account(event_id) for event_id in event_ids for account in (revenue, fees, taxes)]
    query = sa.select(_LEDGER.c.ref, _LEDGER.c.amount_minor).where(
        _LEDGER.c.order_id == order_id, _LEDGER.c.kind.in_(_REVERSALS), _LEDGER.c.debit.in_(accounts)
    )
    back: Counter[str] = Counter()
    for ref, amount_minor in session.execute(query):
        back[ref.partition(":")[0]] += amount_minor
    return back


def _tickets(session: Session, order: Any, ours: Sequence[Any]) -> list[DeskTicket]:
    event_ids = {str(line.event_id) for line in ours}
    priced = (
        sa.select(_TICKETS.c.id, _LINES.c.price_minor)
        .join(_LINES, _LINES.c.id == _TICKETS.c.order_line_id)
        .where(_TICKETS.c.order_id == order.id)
    )
    prices = {str(ticket_id): price_minor for ticket_id, price_minor in session.execute(priced)}
    return [
        _ticket(shown, prices[shown.id], order.currency)
        for shown in list_order_tickets(session, order_id=order.id)
        if shown.event_id in event_ids
    ]


def _ticket(shown: TicketView, price_minor: int, currency: str) -> DeskTicket:
    return DeskTicket(
        id=shown.id,
        serial_text=shown.serial_text,
        event_name=shown.event_name,
        tier_name=shown.tier_name,
        seat_label=shown.seat_label,
        attendee_name=shown.attendee_name,
        status_text=shown.status_text,
        is_valid=shown.is_valid,
        is_used=shown.is_used,
        worth_minor=price_minor,
        worth_text=_text(price_minor, currency),
    )


def _line(line: Any, currency: str) -> DeskLine:
    return DeskLine(
        event_name=line.name,
        event_slug=line.slug,
        when_text=moment_text(line.starts_at, line.timezone),
        tier_name=line.tier_name,
        seat_label=line.seat_label,
        quantity=line.quantity,
        price_text=_text(line.price_minor, currency),
        total_text=_text(line.price_minor * line.quantity, currency),
    )


def _payments(session: Session, order_id: UUID) -> Sequence[Any]:
    query = sa.select(_PAYMENTS).where(_PAYMENTS.c.order_id == order_id)
    return session.execute(query.order_by(_PAYMENTS.c.attempt).limit(ENTRIES_MAX)).all()


def _refunds(session: Session, order_id: UUID) -> Sequence[Any]:
    query = sa.select(_REFUNDS).where(_REFUNDS.c.order_id == order_id)
    return session.execute(query.order_by(_REFUNDS.c.created_at, _REFUNDS.c.id).limit(ENTRIES_MAX)).all()


def _log(session: Session, order_id: UUID) -> Sequence[Any]:
    query = (
        sa.select(_LOG, _PEOPLE.c.name.label("actor_name"))
        .outerjoin(_PEOPLE, _PEOPLE.c.id == _LOG.c.actor)
        .where(_LOG.c.subject == order_id)
    )
    return session.execute(query.order_by(_LOG.c.id).limit(ENTRIES_MAX)).all()


def _text(amount_minor: int, currency: str) -> str:
    return money_text(Money(amount_minor, Currency(currency)))
