"""Read carts. A cart has no table of its own: it is a person's holds without an order, and their wishes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Uuid, and_, bindparam, func, null, select
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
from ticketapp.services.cart.building import build_cart, is_live
from ticketapp.services.inventory import queries as stock
from ticketapp.services.inventory.requests import HeldLine

LINES_MAX = 500
RESERVATIONS_MAX = 200


def in_cart(person_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Say which holds are a person's cart: without an order, not dismissed, held or ended by time."""
    return and_(
        col(Hold.person_id) == person_id,
        col(Hold.left_cart_at).is_(None),
        col(Hold.order_id).is_(None),
        col(Hold.status).in_((HoldStatus.LIVE, HoldStatus.EXPIRED)),
    )


# Made once: making a statement costs more than running it.
_HOLDS = (
    select(
        col(Hold.id),
        col(Hold.event_id),
        col(Hold.tier_id),
        col(Hold.seat_id),
        col(Hold.quantity),
        col(Hold.price_minor),
        col(Hold.status),
        col(Hold.expires_at),
        col(Hold.extensions),
        col(Tier.key),
        col(Tier.name),
        col(Tier.currency),
        col(Tier.max_per_order),
        col(Tier.position),
        col(EventSeat.section),
        col(EventSeat.row),
        col(EventSeat.number),
        col(EventSeat.section_rank),
        col(EventSeat.place),
        (col(EventSeat.status) == SeatStatus.FREE).label("seat_is_free"),
    )
    .join(Tier, col(Tier.id) == col(Hold.tier_id))
    .outerjoin(EventSeat, col(EventSeat.id) == col(Hold.seat_id))
    .where(in_cart(bindparam("person", type_=Uuid())))
    .order_by(
        col(Tier.position),
        col(EventSeat.section_rank),
        col(EventSeat.row),
        col(EventSeat.place),
        col(Hold.id),
    )
    .limit(LINES_MAX)
)
_WISHES = (
    select(
        col(CartWish.event_id),
        col(CartWish.tier_id),
        col(CartWish.quantity),
        null().label("seat_id"),
        col(Tier.key),
        col(Tier.name),
        col(Tier.currency),
        col(Tier.price_minor),
        col(Tier.max_per_order),
    )
    .join(Tier, col(Tier.id) == col(CartWish.tier_id))
    .where(col(CartWish.person_id) == bindparam("person"))
    .order_by(col(Tier.position), col(Tier.id))
    .limit(LINES_MAX)
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
    """Show a person's cart grouped by event; nobody's cart is empty.

    A hold whose time has passed is shown as ended at once; its places return when the expiry job has run.
    """
    if person_id is None:
        return views.CartView()
    connection = session.connection()
    holds: Sequence[Any] = connection.execute(_HOLDS, {"person": person_id}).all()
    wishes: Sequence[Any] = connection.execute(_WISHES, {"person": person_id}).all()
    event_ids = sorted({row.event_id for row in (*holds, *wishes)})
    if not event_ids:
        return views.CartView()
    facts: Sequence[Any] = connection.execute(_EVENTS, {"events": event_ids}).all()
    ended = sorted({row.event_id for row in holds if not is_live(row, now)})
    free = stock.availability(session, ended) if ended else {}
    return build_cart(facts, holds, wishes, free, now)


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
