"""Orders whose time has passed. A place is freed only when no money can move for it any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import HoldStatus, OpenOrder, Order, OrderStatus
from ticketapp.models.base import table_of
from ticketapp.services.inventory import orders as stock
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.jobs import NewJob, enqueue_many
from ticketapp.services.ordering.operations import lock_orders, log_orders
from ticketapp.services.ordering.rules import UNKNOWN_PAYMENT_KEEPS_SEAT
from ticketapp.services.ordering.settling import mail_job

EXPIRE_ORDER = "expire-order"
_ORDERS, _OPEN = table_of(Order), table_of(OpenOrder)


def expire_due_orders(session: Session, *, now: datetime, limit: int) -> int:
    """End orders whose time has passed and tell how many were due.

    Where no payment was begun, nothing can be charged any more: the order expires at once. Where one was, the order
    only starts to expire (it cannot be paid again), and a job asks the provider to call the payment off first. One
    whose places were confirmed does not expire: its money is being taken.
    """
    due = session.execute(
        sa.select(_ORDERS.c.id)
        .where(
            _ORDERS.c.status == OrderStatus.AWAITING_PAYMENT,
            _ORDERS.c.confirmed_at.is_(None),
            _ORDERS.c.expires_at <= now,
        )
        .order_by(_ORDERS.c.expires_at)
        .limit(limit)
    ).scalars().all()  # fmt: skip
    rows = [
        row
        for row in lock_orders(session, due).values()
        if row.status is OrderStatus.AWAITING_PAYMENT and row.confirmed_at is None and row.expires_at <= now
    ]
    _expire(session, [row for row in rows if row.paying_at is None], "not_paid_in_time", now)
    _start_expiring(session, [row for row in rows if row.paying_at is not None], now)
    return len(rows)


def finish_expiring(session: Session, *, order_id: UUID, now: datetime) -> OrderStatus | None:
    """Expire an order whose payment was called off, or whose provider has not known for too long; tell how it stands.

    An order that was paid meanwhile stays paid, and one whose places were confirmed waits for its money.
    """
    row = lock_orders(session, [order_id]).get(order_id)
    if row is None or row.status is not OrderStatus.EXPIRING:
        return row and row.status
    if row.confirmed_at is not None:
        return OrderStatus.EXPIRING
    if row.paying_at is not None and now < row.expires_at + UNKNOWN_PAYMENT_KEEPS_SEAT:
        return OrderStatus.EXPIRING
    _expire(
        session, [row], "not_paid_in_time" if row.paying_at is None else "payment_unknown_for_too_long", now
    )
    return OrderStatus.EXPIRED


def _start_expiring(session: Session, rows: Sequence[Any], now: datetime) -> None:
    if not rows:
        return
    session.execute(
        sa.update(_ORDERS)
        .where(_ORDERS.c.id.in_([row.id for row in rows]))
        .values(status=OrderStatus.EXPIRING)
    )
    enqueue_many(
        session,
        [
            NewJob(EXPIRE_ORDER, f"{EXPIRE_ORDER}:{row.id}", {"order": str(row.id)}, run_at=now)
            for row in rows
        ],
    )
    for row in rows:
        announce(session, "user", row.person_id)


def _expire(session: Session, rows: Sequence[Any], reason: str, now: datetime) -> None:
    if not rows:
        return
    order_ids = [row.id for row in rows]
    stock.release_for_orders(session, order_ids, now, status=HoldStatus.EXPIRED)
    session.execute(
        sa.update(_ORDERS)
        .where(_ORDERS.c.id.in_(order_ids))
        .values(status=OrderStatus.EXPIRED, ended_at=now, end_reason=reason)
    )
    session.execute(sa.delete(_OPEN).where(_OPEN.c.order_id.in_(order_ids)))
    log_orders(session, "order.expired", ((row.id, row.person_id, {"reason": reason}) for row in rows), now)
    enqueue_many(session, [mail_job(row.id, "expired", now) for row in rows if row.paying_at is not None])
    for row in rows:
        announce(session, "user", row.person_id)
