"""Sums over what was sold. Each function is one set-based statement over the events it is given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from ticketapp.models import Event, Order, OrderLine, Payment, PaymentStatus, Ticket, TicketStatus, Tier
from ticketapp.services.inventory.queries import Availability
from ticketapp.services.reporting.concerns import Concern
from ticketapp.services.reporting.views import LatestOrder, Payments, SalesPoint

ORDERS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class TierTotals:
    """What one tier brought in one currency; refunded tickets are in the gross and taken off by the refunds."""

    event_id: UUID
    tier_id: UUID
    currency: str
    gross_minor: int
    fees_minor: int
    taxes_minor: int
    refunds_minor: int
    first_paid_at: datetime


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event with everything that is counted about it."""

    event: Event
    stock: Availability
    admitted: int
    tiers: list[Tier]
    totals: list[TierTotals]


@dataclass(frozen=True, slots=True)
class Sums:
    """What some events brought: the part of a dashboard that grows dearer with every order."""

    totals: list[TierTotals]
    payments: Payments
    orders: list[LatestOrder]
    points: list[SalesPoint]
    points_text: str
    concerns: list[Concern]


@dataclass(frozen=True, slots=True)
class OrderPart:
    """The part of an order that belongs to the events asked for."""

    order: Order
    event_ids: frozenset[UUID]
    quantity: int
    amount_minor: int


def tier_totals(session: Session, event_ids: Collection[UUID]) -> list[TierTotals]:
    """Add up the paid lines of each tier."""
    refunded = _refunded_tickets(event_ids)
    back = sa.func.coalesce(refunded.c.quantity, 0)
    query = (
        sa.select(
            col(OrderLine.event_id),
            col(OrderLine.tier_id),
            col(Order.currency),
            _sum(col(OrderLine.price_minor) * col(OrderLine.quantity)),
            _sum(_kept(col(OrderLine.fee_minor), back)),
            _sum(_kept(col(OrderLine.tax_minor), back)),
            _sum(col(OrderLine.price_minor) * back),
            sa.func.min(col(Order.paid_at)),
        )
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .outerjoin(refunded, refunded.c.order_line_id == col(OrderLine.id))
        .where(col(OrderLine.event_id).in_(event_ids), col(Order.paid_at).is_not(None))
        .group_by(col(OrderLine.event_id), col(OrderLine.tier_id), col(Order.currency))
    )
    return [TierTotals(*row) for row in session.execute(query)]


def sold_by_span(
    session: Session, event_ids: Collection[UUID], *, span_s: int, offset_s: int
) -> dict[int, int]:
    """Count the tickets paid for in each span of time; keys count spans since 1970, shifted by the zone's offset."""
    span = (_epoch(col(Order.paid_at)) + offset_s) // span_s
    query = (
        sa.select(span, _sum(col(OrderLine.quantity)))
        .select_from(OrderLine)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(col(OrderLine.event_id).in_(event_ids), col(Order.paid_at).is_not(None))
        .group_by(span)
    )
    return {int(number): sold for number, sold in session.execute(query)}


def latest_orders(session: Session, event_ids: Collection[UUID]) -> list[OrderPart]:
    """Read the newest orders, newest first, with only the lines of these events."""
    newest = (
        sa.select(col(OrderLine.order_id))
        .where(col(OrderLine.event_id).in_(event_ids))
        .group_by(col(OrderLine.order_id))
        # Ids carry the time they were made, so the newest orders have the highest.
        .order_by(col(OrderLine.order_id).desc())
        .limit(ORDERS_SHOWN)
    )
    order_ids = list(session.scalars(newest))
    orders = {
        order.id: order for order in session.scalars(sa.select(Order).where(col(Order.id).in_(order_ids)))
    }
    lines: dict[UUID, list[OrderLine]] = {order_id: [] for order_id in order_ids}
    found = sa.select(OrderLine).where(
        col(OrderLine.order_id).in_(order_ids), col(OrderLine.event_id).in_(event_ids)
    )
    for line in session.scalars(found):
        lines[line.order_id].append(line)
    return [_part(orders[order_id], lines[order_id]) for order_id in order_ids]


def payments_by_status(session: Session, event_ids: Collection[UUID]) -> dict[PaymentStatus, int]:
    """Count the attempts to pay for orders of these events."""
    orders = sa.select(col(OrderLine.order_id)).where(col(OrderLine.event_id).in_(event_ids))
    query = (
        sa.select(col(Payment.status), sa.func.count())
        .where(col(Payment.order_id).in_(orders))
        .group_by(col(Payment.status))
    )
    return dict(map(tuple, session.execute(query)))


def _kept(amount_minor: Any, back: Any) -> Any:
    """Say what is left of a line's fee or tax: the share that went back is rounded as the ledger books it."""
    return amount_minor - amount_minor * back // col(OrderLine.quantity)


def _refunded_tickets(event_ids: Collection[UUID]) -> sa.Subquery:
    return (
        sa.select(col(Ticket.order_line_id), sa.func.count().label("quantity"))
        .where(col(Ticket.event_id).in_(event_ids), col(Ticket.status) == TicketStatus.REFUNDED)
        .group_by(col(Ticket.order_line_id))
        .subquery()
    )


def _part(order: Order, lines: list[OrderLine]) -> OrderPart:
    return OrderPart(
        order=order,
        event_ids=frozenset(line.event_id for line in lines),
        quantity=sum(line.quantity for line in lines),
        amount_minor=sum(line.price_minor * line.quantity for line in lines),
    )


def _sum(expression: Any) -> Any:
    # PostgreSQL adds 64-bit numbers up to a decimal.
    return sa.cast(sa.func.sum(expression), sa.BigInteger)


def _epoch(moment: Any) -> Any:
    return sa.cast(sa.extract("epoch", moment), sa.BigInteger)
