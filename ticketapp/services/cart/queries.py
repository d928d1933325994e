"""Read carts. A cart has no table of its own: it is a person's holds without an order, and their wishes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, func, null, select
from sqlmodel import Session, col

from ticketapp.core.errors import NotFound
from ticketapp.integrations.sets import among
from ticketapp.models import (
    CartWish,
    Event,
    EventSeat,
    Hold,
    HoldStatus,
    Organizer,
    SeatStatus,
    Tier,
    Venue,
)
from ticketapp.models.base import table_of
from ticketapp.services.cart import views
from ticketapp.services.cart.building import build_cart, by, is_live
from ticketapp.services.inventory import queries as stock
from ticketapp.services.inventory.requests import HeldLine

LINES_MAX = 500
RESERVATIONS_MAX = 200


def in_cart(person_id: UUID) -> ColumnElement[bool]:
    """Say which holds are a person's cart: without an order, not dismissed, held or ended by time."""
    return and_(col(Hold.person_id) == person_id, *_IN_ANY_CART)


def _lines_of(columns: Sequence[Any], *conditions: ColumnElement[bool]) -> Subquery:
    """Pick the first lines of each of the people given as the parameter `people`."""
    person_id, first = columns[:2]
    place = func.row_number().over(partition_by=person_id, order_by=first).label("place_in_cart")
    numbered = select(*columns, place).where(among(person_id, "people"), *conditions).subquery()
    return select(numbered).where(numbered.c.place_in_cart <= LINES_MAX).subquery()


_IN_ANY_CART = (
    col(Hold.left_cart_at).is_(None),
    col(Hold.order_id).is_(None),
    col(Hold.status).in_((HoldStatus.LIVE, HoldStatus.EXPIRED)),
)
_TIERS, _SEATS = table_of(Tier), table_of(EventSeat)
_HELD = _lines_of(
    [
        table_of(Hold).c[name]
        for name in (
            "person_id", "id", "event_id", "tier_id", "seat_id", "quantity", "price_minor", "status", "expires_at",
            "extensions",
        )
    ],
    *_IN_ANY_CART,
)  # fmt: skip
_WANTED = _lines_of([table_of(CartWish).c[name] for name in ("person_id", "tier_id", "event_id", "quantity")])
# Made once: making a statement costs more than running it.
_HOLDS = (
    select(
        _HELD,
        _TIERS.c.key,
        _TIERS.c.name,
        _TIERS.c.currency,
        _TIERS.c.max_per_order,
        _SEATS.c.section,
        _SEATS.c.row,
        _SEATS.c.number,
        (_SEATS.c.status == SeatStatus.FREE).label("seat_is_free"),
    )
    .join(_TIERS, _TIERS.c.id == _HELD.c.tier_id)
    .outerjoin(_SEATS, _SEATS.c.id == _HELD.c.seat_id)
    .order_by(_TIERS.c.position, _SEATS.c.section_rank, _SEATS.c.row, _SEATS.c.place, _HELD.c.id)
)
_WISHES = (
    select(
        _WANTED,
        null().label("seat_id"),
        _TIERS.c.key,
        _TIERS.c.name,
        _TIERS.c.currency,
        _TIERS.c.price_minor,
        _TIERS.c.max_per_order,
    )
    .join(_TIERS, _TIERS.c.id == _WANTED.c.tier_id)
    .order_by(_TIERS.c.position, _TIERS.c.id)
)
_EVENTS = (
    select(
        col(Event.id),
        col(Event.slug),
        col(Event.name),
        col(Event.starts_at),
        col(Event.timezone),
        col(Event.hold_policy),
        col(Event.extensions_max),
        col(Event.extension_minutes),
        col(Organizer.name).label("organizer"),
        col(Venue.name).label("venue"),
        col(Venue.city),
    )
    .join(Organizer, col(Organizer.id) == col(Event.organizer_id))
    .join(Venue, col(Venue.id) == col(Event.venue_id))
    .where(among(table_of(Event).c.id, "events"))
    .order_by(col(Event.starts_at), col(Event.id))
)


def get_cart(session: Session, *, person_id: UUID | None, now: datetime) -> views.CartView:
    """Show a person's cart grouped by event; nobody's cart is empty."""
    if person_id is None:
        return views.CartView()
    return get_carts(session, person_ids=[person_id], now=now)[person_id]


def get_carts(session: Session, *, person_ids: Collection[UUID], now: datetime) -> dict[UUID, views.CartView]:
    """Show the carts of many people, in as many statements as one takes.

    A hold whose time has passed is shown as ended at once; its places return when the expiry job has run.
    """
    connection = session.connection()
    people = {"people": sorted(person_ids)}
    holds: Sequence[Any] = connection.execute(_HOLDS, people).all()
    wishes: Sequence[Any] = connection.execute(_WISHES, people).all()
    event_ids = sorted({row.event_id for row in (*holds, *wishes)})
    facts: Sequence[Any] = connection.execute(_EVENTS, {"events": event_ids}).all() if event_ids else ()
    ended = sorted({row.event_id for row in holds if not is_live(row, now)})
    free = stock.availability(session, ended) if ended else {}
    holds_of, wishes_of = by("person_id", holds), by("person_id", wishes)
    return {
        person_id: build_cart(facts, holds_of[person_id], wishes_of[person_id], free, now)
        for person_id in person_ids
    }


def find_hold(session: Session, *, person_id: UUID, seat_id: UUID, now: datetime) -> UUID | None:
    """Find a person's hold of a seat, unless its time has passed."""
    return session.scalar(
        select(col(Hold.id)).where(
            in_cart(person_id),
            col(Hold.seat_id) == seat_id,
            col(Hold.status) == HoldStatus.LIVE,
            col(Hold.expires_at) > now,
        )
    )


def list_reservations(session: Session, *, person_id: UUID, hold_ids: Sequence[UUID]) -> list[HeldLine]:
    """Read a person's holds by their ids, in the order asked for.

    Raises:
        NotFound: one of them is unknown or another person's.
    """
    return _reservations(session, hold_ids, col(Hold.person_id) == person_id)


def list_order_reservations(session: Session, *, order_id: UUID, hold_ids: Sequence[UUID]) -> list[HeldLine]:
    """Read an order's holds by their ids, in the order asked for.

    Raises:
        NotFound: one of them is unknown or another order's.
    """
    return _reservations(session, hold_ids, col(Hold.order_id) == order_id)


def _reservations(session: Session, hold_ids: Sequence[UUID], owned: ColumnElement[bool]) -> list[HeldLine]:
    rows = session.execute(
        select(
            col(Hold.id),
            col(Hold.event_id),
            col(Hold.tier_id),
            col(Hold.seat_id),
            func.coalesce(EventSeat.section, ""),
            func.coalesce(EventSeat.row, ""),
            func.coalesce(EventSeat.number, ""),
            col(Hold.quantity),
            col(Hold.price_minor),
            col(Tier.currency),
            col(Hold.status),
            col(Hold.expires_at),
        )
        .join(Tier, col(Tier.id) == col(Hold.tier_id))
        .outerjoin(EventSeat, col(EventSeat.id) == col(Hold.seat_id))
        .where(col(Hold.id).in_(hold_ids), owned)
    ).all()
    lines = {row[0]: HeldLine(*row) for row in rows}
    if any(hold_id not in lines for hold_id in hold_ids):
        raise NotFound("We could not find these reservations.")
    return [lines[hold_id] for hold_id in hold_ids]
