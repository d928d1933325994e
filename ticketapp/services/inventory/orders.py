"""What ordering asks of the stock: tie holds to an order, sell them, free them, take back what was sold."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.integrations.sets import Keys, among, dialect_of
from ticketapp.models import Hold, HoldStatus, SeatStatus
from ticketapp.models.base import table_of
from ticketapp.models.stock import EventSeat
from ticketapp.services.inventory.book import StockBook, lock_events
from ticketapp.services.inventory.moves import (
    confirm_holds,
    end_holds,
    locked,
    log_holds,
)

_HOLDS, _SEATS = table_of(Hold), table_of(EventSeat)
_OF_ORDERS = among(_HOLDS.c.order_id, "orders")

# How much longer places are kept because their buyer's bank asks: once, however often it asks.
BANK_KEEPS_PLACES = timedelta(minutes=10)

_GIVEN = Keys("given", {"hold_id": sa.Uuid(), "order_id": sa.Uuid()})


def attach_to_orders(
    session: Session, orders_by_hold: Mapping[UUID, UUID], event_ids: Collection[UUID], now: datetime
) -> set[UUID]:
    """Give live holds, all of these events, to orders and tell which were still there to give.

    A hold that another order of the same person had is given too: ordering replaces an order only under its row lock.
    """
    lock_events(session, event_ids)
    dialect = dialect_of(session)
    given = _GIVEN.given(dialect, orders_by_hold.items()) | {"now": now}
    return set(session.execute(_attach(dialect), given).scalars())


@cache
def _attach(dialect: str) -> Any:
    given = _GIVEN.table(dialect).c
    now = sa.bindparam("now", type_=_HOLDS.c.expires_at.type)
    return (
        sa.update(_HOLDS)
        .where(_HOLDS.c.id == given.hold_id, _HOLDS.c.status == HoldStatus.LIVE, _HOLDS.c.expires_at > now)
        .values(order_id=given.order_id)
        .returning(_HOLDS.c.id)
    )


def return_to_cart(session: Session, order_id: UUID, now: datetime) -> None:
    """Take live holds out of an order that ends unpaid, back into the cart they came from; their clock runs on.

    One that has just run out goes too: only what is in a cart is still expired.
    """
    _, rows = locked(session, _HOLDS.c.order_id == order_id, _HOLDS.c.status == HoldStatus.LIVE)
    session.execute(sa.update(_HOLDS).where(_HOLDS.c.id.in_([row.id for row in rows])).values(order_id=None))
    log_holds(session, rows, "hold.back_in_cart", now)


def confirm_for_orders(session: Session, order_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Sell the holds of paid orders and tell which orders now have all of theirs.

    Holds that ended before the money came are taken again when the very same places are free; an order that cannot
    have all of its holds is left as it was, for the caller to refund.
    """
    book, rows = locked(session, _OF_ORDERS, orders=list(order_ids))
    by_order: dict[UUID, list[Any]] = {}
    for row in rows:
        by_order.setdefault(row.order_id, []).append(row)
    ended_seats = [row.seat_id for row in rows if row.seat_id and row.status is not HoldStatus.LIVE]
    free = _free_among(session, ended_seats)
    confirmed: set[UUID] = set()
    to_sell: list[Any] = []
    taken_again = _Retaking(book, free)
    for order_id, holds in by_order.items():
        open_holds = [row for row in holds if row.status is not HoldStatus.CONFIRMED]
        if taken_again.has_room_for([row for row in open_holds if row.status is not HoldStatus.LIVE]):
            confirmed.add(order_id)
            to_sell.extend(open_holds)
    confirm_holds(session, book, to_sell, now)
    return confirmed


def keep_for_bank(session: Session, order_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """Give the live holds of locked orders more time, because the buyer's bank asks, and tell each order's new end.

    A hold gets it once in its life, in whatever order it then is.
    """
    rows = session.execute(
        sa.select(_HOLDS).where(_OF_ORDERS, _HOLDS.c.status == HoldStatus.LIVE), {"orders": list(order_ids)}
    ).all()
    ends: dict[UUID, datetime] = {}
    for row in rows:
        end = row.expires_at
        if row.bank_asked_at is None:
            end += BANK_KEEPS_PLACES
            session.execute(
                sa.update(_HOLDS).where(_HOLDS.c.id == row.id).values(expires_at=end, bank_asked_at=now)
            )
        ends[row.order_id] = min(ends.get(row.order_id, end), end)
    log_holds(session, [row for row in rows if row.bank_asked_at is None], "hold.kept_for_bank", now)
    return ends


def still_held(session: Session, hold_ids: Collection[UUID]) -> set[UUID]:
    """Tell which of these holds are live."""
    query = sa.select(_HOLDS.c.id).where(among(_HOLDS.c.id, "holds"), _HOLDS.c.status == HoldStatus.LIVE)
    return set(session.execute(query, {"holds": list(hold_ids)}).scalars())


class _Retaking:
    """Count what ended holds would take again, order by order, so that two orders cannot both have the last place."""

    def __init__(self, book: StockBook, free_seats: set[UUID]) -> None:
        self._book = book
        self._free_seats = free_seats
        self._tiers: dict[UUID, int] = {}
        self._events: dict[UUID, int] = {}

    def has_room_for(self, ended: list[Any]) -> bool:
        tiers, events, seats = dict(self._tiers), dict(self._events), set(self._free_seats)
        for row in ended:
            event = self._book.events[row.event_id]
            tiers[row.tier_id] = tiers.get(row.tier_id, 0) + row.quantity
            events[row.event_id] = events.get(row.event_id, 0) + row.quantity
            if tiers[row.tier_id] > event.tiers[row.tier_id].left:
                return False
            if event.left is not None and events[row.event_id] > event.left:
                return False
            if row.seat_id is not None and row.seat_id not in seats:
                return False
            seats.discard(row.seat_id)
        self._tiers, self._events, self._free_seats = tiers, events, seats
        return True


def _free_among(session: Session, seat_ids: list[UUID]) -> set[UUID]:
    if not seat_ids:
        return set()
    query = sa.select(_SEATS.c.id).where(_SEATS.c.id.in_(seat_ids), _SEATS.c.status == SeatStatus.FREE)
    return set(session.execute(query).scalars())


def release_for_orders(
    session: Session, order_ids: Collection[UUID], now: datetime, *, status: HoldStatus
) -> None:
    """End the live holds of orders that will not be paid, as expired or as released."""
    book, rows = locked(session, _OF_ORDERS, _HOLDS.c.status == HoldStatus.LIVE, orders=list(order_ids))
    end_holds(session, book, rows, status, now)


def return_sold(session: Session, quantities: Mapping[UUID, int], now: datetime) -> None:
    """Free sold places, so many per hold, because their tickets were refunded or cancelled."""
    book, rows = locked(session, _HOLDS.c.id.in_(list(quantities)), _HOLDS.c.status == HoldStatus.CONFIRMED)
    for row in rows:
        quantity = quantities[row.id]
        assert 0 < quantity <= row.quantity, "cannot return more than was sold"
        event = book.events[row.event_id]
        event.move(event.tiers[row.tier_id], sold=-quantity)
        if row.seat_id is not None:
            event.mark_seat(row.seat_id, SeatStatus.FREE)
        is_whole = quantity == row.quantity
        values = (
            {"status": HoldStatus.RELEASED, "ended_at": now, "left_cart_at": now}
            if is_whole
            else {"quantity": row.quantity - quantity}
        )
        session.execute(sa.update(_HOLDS).where(_HOLDS.c.id == row.id).values(**values))
        log_holds(session, [row], "hold.returned", now, quantity=quantity)
    book.save()
