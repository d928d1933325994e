"""Take stock and give it back. Nothing else writes event_stock, tier_stock, event_seats or holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError, NotFound
from ticketapp.core.times import epoch_ms
from ticketapp.integrations.sets import insert_rows
from ticketapp.integrations.transactions import takes_turns
from ticketapp.models import Event, Hold, HoldStatus, LogEntry
from ticketapp.models.base import table_of
from ticketapp.services.inventory import facts as facts_of
from ticketapp.services.inventory.book import StockBook
from ticketapp.services.inventory.deciding import Decider
from ticketapp.services.inventory.errors import NoMoreExtensions, NotActive
from ticketapp.services.inventory.moves import LOG_COLUMNS, end_holds, locked, log_holds
from ticketapp.services.inventory.requests import Held, HoldRequest
from ticketapp.services.messaging.changes import announce

_HOLDS, _LOG = table_of(Hold), table_of(LogEntry)
_HOLD_COLUMNS = (
    "id",
    "person_id",
    "event_id",
    "tier_id",
    "seat_id",
    "quantity",
    "price_minor",
    "status",
    "created_at",
    "expires_at",
    "extensions",
    "request_key",
    "request_print",
    "line",
)
_NO_ORDER = _HOLDS.c.order_id.is_(None)
_IN_CART = sa.and_(_NO_ORDER, _HOLDS.c.left_cart_at.is_(None))


@takes_turns
def hold_many(session: Session, requests: Sequence[HoldRequest], now: datetime) -> list[Held | AppError]:
    """Decide a batch of hold requests in arrival order: each gets all it asked for, or a refusal, and nothing between.

    Run through `runtime.grouped`. A refusal is returned, not raised, so that neighbours are untouched.
    """
    facts = facts_of.load_facts(session, requests, now)
    decider = Decider(
        facts,
        now,
        read_free=lambda tier_id, limit: facts_of.free_seats(session, tier_id, limit),
        read_seats=lambda seat_ids: facts_of.seats_by_id(session, seat_ids),
    )
    outcomes = [decider.decide(request) for request in requests]
    facts.book.save()
    _write_made(session, decider, now)
    return outcomes


def _write_made(session: Session, decider: Decider, now: datetime) -> None:
    holds: list[tuple[Any, ...]] = []
    log: list[tuple[Any, ...]] = []
    for request, fingerprint, lines in decider.made:
        for place, line in enumerate(lines):
            holds.append(
                (
                    line.hold_id,
                    request.person_id,
                    line.event_id,
                    line.tier_id,
                    line.seat_id,
                    line.quantity,
                    line.price_minor,
                    HoldStatus.LIVE,
                    now,
                    line.expires_at,
                    0,
                    request.key,
                    fingerprint,
                    place,
                )
            )
            log.append((now, "hold.made", 1, line.hold_id, request.person_id, _said(line.quantity)))
        announce(session, "user", request.person_id)
    insert_rows(session, _HOLDS, _HOLD_COLUMNS, holds)
    insert_rows(session, _LOG, LOG_COLUMNS, log)


@cache
def _said(quantity: int) -> dict[str, int]:
    # One object for all: equal values of a column are written out once.
    return {"quantity": quantity}


def release_holds(session: Session, *, person_id: UUID, hold_ids: Sequence[UUID], now: datetime) -> None:
    """Give back the person's own holds that no order has taken yet.

    Raises:
        NotFound: one of them is not this person's.
        NotActive: one of them has ended or belongs to an order.
    """
    wanted = set(hold_ids)
    book, rows = locked(session, _HOLDS.c.id.in_(wanted), _HOLDS.c.person_id == person_id)
    if {row.id for row in rows} != wanted:
        raise NotFound
    if any(row.status is not HoldStatus.LIVE or row.order_id is not None for row in rows):
        raise NotActive
    end_holds(session, book, rows, HoldStatus.RELEASED, now)


def reduce_hold(session: Session, *, person_id: UUID, tier_id: UUID, quantity: int, now: datetime) -> None:
    """Give back so many places of a tier from the person's cart, the newest hold first.

    Raises:
        NotActive: the cart holds fewer.
    """
    book, rows = locked(
        session,
        _HOLDS.c.person_id == person_id,
        _HOLDS.c.tier_id == tier_id,
        _IN_CART,
        _HOLDS.c.status == HoldStatus.LIVE,
    )
    if sum(row.quantity for row in rows) < quantity:
        raise NotActive
    left, whole = quantity, []
    for row in sorted(rows, key=lambda row: row.created_at, reverse=True):
        if left == 0:
            break
        if row.quantity <= left:
            whole.append(row)
            left -= row.quantity
            continue
        session.execute(sa.update(_HOLDS).where(_HOLDS.c.id == row.id).values(quantity=row.quantity - left))
        event = book.events[row.event_id]
        event.move(event.tiers[tier_id], held=-left)
        log_holds(session, [row], "hold.reduced", now, quantity=left)
        left = 0
    end_holds(session, book, whole, HoldStatus.RELEASED, now)
    announce(session, "user", person_id)


def leave_cart(session: Session, *, person_id: UUID, hold_ids: Sequence[UUID], now: datetime) -> None:
    """Take the person's expired holds off their cart; they stay on record."""
    session.execute(
        sa.update(_HOLDS)
        .where(
            _HOLDS.c.id.in_(hold_ids),
            _HOLDS.c.person_id == person_id,
            _IN_CART,
            _HOLDS.c.status == HoldStatus.EXPIRED,
        )
        .values(left_cart_at=now)
    )
    announce(session, "user", person_id)


def extend_holds(
    session: Session, *, person_id: UUID, event_id: UUID, deadline_ms: int, now: datetime
) -> datetime:
    """Give the person's cart holds of an event more time, by the event's rule, and tell the new earliest end.

    Whoever asks says when they end; the same asked twice is given once.

    Raises:
        NotActive: nothing in the cart is still held.
        NoMoreExtensions: the event's rule allows no further one.
    """
    _, rows = locked(
        session,
        _HOLDS.c.person_id == person_id,
        _HOLDS.c.event_id == event_id,
        _IN_CART,
        _HOLDS.c.status == HoldStatus.LIVE,
        _HOLDS.c.expires_at > now,
    )
    event = session.get(Event, event_id)
    if event is None or not rows:
        raise NotActive
    ends_at = min(row.expires_at for row in rows)
    if epoch_ms(ends_at) != deadline_ms:
        return ends_at
    if any(row.extensions >= event.extensions_max for row in rows):
        raise NoMoreExtensions("This hold cannot be extended again. Check out before it ends.")
    span = timedelta(minutes=event.extension_minutes)
    for row in rows:
        session.execute(
            sa.update(_HOLDS)
            .where(_HOLDS.c.id == row.id)
            .values(expires_at=row.expires_at + span, extensions=row.extensions + 1)
        )
    log_holds(session, rows, "hold.extended", now)
    announce(session, "user", person_id)
    return ends_at + span


def expire_due(session: Session, *, now: datetime, limit: int) -> int:
    """Expire cart holds whose time has passed and tell how many. An order's holds end with the order."""
    due = (
        session.execute(
            sa.select(_HOLDS.c.id)
            .where(_HOLDS.c.status == HoldStatus.LIVE, _NO_ORDER, _HOLDS.c.expires_at <= now)
            .order_by(_HOLDS.c.expires_at)
            .limit(limit)
        )
        .scalars()
        .all()
    )
    if not due:
        return 0
    book, rows = locked(
        session,
        _HOLDS.c.id.in_(due),
        _HOLDS.c.status == HoldStatus.LIVE,
        _NO_ORDER,
        _HOLDS.c.expires_at <= now,
    )
    end_holds(session, book, rows, HoldStatus.EXPIRED, now)
    return len(rows)


def release_event(session: Session, *, event_id: UUID, now: datetime) -> int:
    """Release every cart hold of an event, because it was cancelled, and tell how many."""
    # Locked even with no hold to release: one that is being decided must be seen here, or see the cancellation.
    book = StockBook(session, [event_id])
    book.events[event_id].is_changed = True
    rows = session.execute(
        sa.select(_HOLDS)
        .where(_HOLDS.c.event_id == event_id, _HOLDS.c.status == HoldStatus.LIVE, _NO_ORDER)
        .order_by(_HOLDS.c.id)
    ).all()
    end_holds(session, book, rows, HoldStatus.RELEASED, now)
    return len(rows)


def take_over(session: Session, *, from_person: UUID, to_person: UUID, now: datetime) -> None:
    """Move a guest's holds to the account they signed in with; what is held stays held."""
    rows = session.execute(sa.select(_HOLDS).where(_HOLDS.c.person_id == from_person)).all()
    # The two may have used the same idempotency keys, so the moved holds get keys of their own.
    session.execute(
        sa.update(_HOLDS)
        .where(_HOLDS.c.person_id == from_person)
        .values(person_id=to_person, request_key=sa.cast(_HOLDS.c.id, sa.String()))
    )
    log_holds(session, rows, "hold.taken_over", now)
    for person in (from_person, to_person):
        announce(session, "user", person)
