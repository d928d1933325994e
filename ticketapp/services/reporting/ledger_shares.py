"""Which part of a movement of money belongs to which event.

Sales and what was given back are booked event by event. Whatever concerns an order as a whole (the provider's fee, a
dispute, money that came too late) is shared by what the order paid for each event, and no cent is lost.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.money import Currency, Money
from ticketapp.integrations.sets import among
from ticketapp.models import LedgerEntry, OrderLine
from ticketapp.models.base import table_of

REVERSALS = ("refund", "refund-fee", "refund-tax")
_LEDGER, _LINES = table_of(LedgerEntry), table_of(OrderLine)
Weights = Mapping[UUID, int]
_EVENTS_COUNT = sa.func.count(sa.distinct(_LINES.c.event_id))
_PAID = (
    sa.select(
        _LINES.c.order_id,
        _LINES.c.event_id,
        sa.cast(sa.func.sum(_LINES.c.price_minor * _LINES.c.quantity), sa.BigInteger),
    )
    .where(among(_LINES.c.order_id, "orders"))
    .group_by(_LINES.c.order_id, _LINES.c.event_id)
)
_BACK = sa.select(_LEDGER.c.ref, _LEDGER.c.amount_minor).where(
    among(_LEDGER.c.order_id, "orders"), _LEDGER.c.kind.in_(REVERSALS)
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What orders paid for each event, and what refunds gave back of each."""

    of_orders: Mapping[UUID, Weights]
    of_refunds: Mapping[UUID, Weights]

    def share(
        self, amount_minor: int, currency: str, *, order_id: UUID, refund_id: UUID | None = None
    ) -> dict[UUID, int]:
        """Share an amount, which may be below zero, among the events of its order."""
        weights = self.of_refunds.get(refund_id) if refund_id else None
        weights = weights or self.of_orders.get(order_id, {})
        if not sum(weights.values()):
            return {}
        events = sorted(weights)
        shares = Money(abs(amount_minor), Currency(currency)).split([weights[event] for event in events])
        sign = -1 if amount_minor < 0 else 1
        return {event: sign * share.minor for event, share in zip(events, shares, strict=True)}


def parts_of(session: Session, order_ids: Collection[UUID]) -> Parts:
    """Read what orders, however many, paid and were given back for each event."""
    asked = {"orders": list(order_ids)}
    of_orders: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for order_id, event_id, amount_minor in session.execute(_PAID, asked):
        of_orders[order_id][event_id] = amount_minor
    of_refunds: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for ref, amount_minor in session.execute(_BACK, asked):
        refund_id, _, event_id = ref.partition(":")
        of_refunds[UUID(refund_id)][UUID(event_id)] += amount_minor
    return Parts(of_orders, of_refunds)


def orders_of_events(event_ids: Collection[UUID]) -> sa.Select[Any]:
    """Select the orders in which something of these events was bought."""
    return sa.select(_LINES.c.order_id).where(_LINES.c.event_id.in_(event_ids))


def orders_of_one_event(event_ids: Collection[UUID]) -> sa.Subquery:
    """Select the orders in which nothing else was bought, each with its event as text: nearly all, and easily summed."""
    event = sa.func.min(sa.cast(_LINES.c.event_id, sa.String)).label("event")
    return _by_order(event_ids, event).having(_EVENTS_COUNT == 1).subquery()


def orders_of_several_events(event_ids: Collection[UUID]) -> sa.Select[Any]:
    """Select the orders in which something of these events was bought together with something of another."""
    return _by_order(event_ids).having(_EVENTS_COUNT > 1)


def _by_order(event_ids: Collection[UUID], *more: sa.Label[Any]) -> sa.Select[Any]:
    return (
        sa.select(_LINES.c.order_id, *more)
        .where(_LINES.c.order_id.in_(orders_of_events(event_ids)))
        .group_by(_LINES.c.order_id)
    )


def refund_of(kind: str, ref: str) -> UUID | None:
    """Tell of which refund a transfer is, by what it is called."""
    is_of_refund = kind in ("refund-paid", "refund-failed", "refund-settled")
    return UUID(ref.partition(":")[0]) if is_of_refund else None


def order_ids_of(rows: Iterable[Any]) -> set[UUID]:
    return {row.order_id for row in rows if row.order_id is not None}
