"""Move holds from one status to another, counters, seats and log with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.integrations.sets import among, insert_rows
from ticketapp.models import Hold, HoldStatus, LogEntry, SeatStatus
from ticketapp.models.base import table_of
from ticketapp.models.stock import HOLD_MOVES
from ticketapp.services.inventory.book import StockBook
from ticketapp.services.messaging.changes import announce

_HOLDS, _LOG = table_of(Hold), table_of(LogEntry)
LOG_COLUMNS = ("at", "kind", "version", "subject", "actor", "data")
_LOG_KINDS = {
    HoldStatus.CONFIRMED: "hold.confirmed",
    HoldStatus.RELEASED: "hold.released",
    HoldStatus.EXPIRED: "hold.expired",
}

_MOVE = (
    sa.update(_HOLDS)
    .where(among(_HOLDS.c.id, "holds"))
    .values(
        status=sa.bindparam("to_status"), ended_at=sa.bindparam("at"), left_cart_at=sa.bindparam("left_at")
    )
)


def locked(session: Session, *conditions: Any, **given: Any) -> tuple[StockBook, Sequence[Any]]:
    """Lock the events of the holds that meet the conditions, then read the holds as they are under the lock.

    `given` are the parameters that the conditions name.
    """
    events = (
        session.execute(sa.select(_HOLDS.c.event_id).where(*conditions).distinct(), given).scalars().all()
    )
    book = StockBook(session, events)
    rows = session.execute(sa.select(_HOLDS).where(*conditions).order_by(_HOLDS.c.id), given).all()
    # A hold of an event that came up between the two reads has no lock; it waits for the next call.
    return book, [row for row in rows if row.event_id in book.events]


def end_holds(
    session: Session, book: StockBook, rows: Sequence[Any], status: HoldStatus, now: datetime
) -> None:
    """Release or expire live holds: places and seats become free in the same transaction. Saves the book."""
    for row in rows:
        assert status in HOLD_MOVES[row.status], f"{row.status} to {status}"
        event = book.events[row.event_id]
        event.move(event.tiers[row.tier_id], held=-row.quantity)
        if row.seat_id is not None:
            event.mark_seat(row.seat_id, SeatStatus.FREE)
    _set_status(session, rows, status, now)
    book.save()


def confirm_holds(session: Session, book: StockBook, rows: Sequence[Any], now: datetime) -> None:
    """Sell holds: live ones from held to sold, ended ones straight from the free stock. Saves the book."""
    for row in rows:
        assert HoldStatus.CONFIRMED in HOLD_MOVES[row.status], f"{row.status} to confirmed"
        event = book.events[row.event_id]
        event.move(
            event.tiers[row.tier_id],
            held=-row.quantity if row.status is HoldStatus.LIVE else 0,
            sold=row.quantity,
        )
        if row.seat_id is not None:
            event.mark_seat(row.seat_id, SeatStatus.SOLD)
    _set_status(session, rows, HoldStatus.CONFIRMED, now)
    book.save()


def _set_status(session: Session, rows: Sequence[Any], status: HoldStatus, now: datetime) -> None:
    if not rows:
        return
    # An expired line stays on the cart, so that it can be taken again with one tap.
    left_cart_at = now if status is HoldStatus.RELEASED else None
    session.execute(
        _MOVE,
        {
            "holds": [row.id for row in rows],
            "to_status": status,
            "at": now,
            "left_at": left_cart_at,
        },
    )
    log_holds(session, rows, _LOG_KINDS[status], now)
    for person_id in {row.person_id for row in rows}:
        announce(session, "user", person_id)


def log_holds(
    session: Session, rows: Sequence[Any], kind: str, now: datetime, *, quantity: int | None = None
) -> None:
    """Write one log entry per hold; `quantity` where only part of it moved."""
    insert_rows(
        session,
        _LOG,
        LOG_COLUMNS,
        [(now, kind, 1, row.id, row.person_id, {"quantity": quantity or row.quantity}) for row in rows],
    )
