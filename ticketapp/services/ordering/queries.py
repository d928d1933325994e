"""Read orders."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.ids import parse_id
from ticketapp.integrations.sets import among
from ticketapp.models import Event, Order, OrderLine, OrderStatus, Venue
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ordering.views import OrderList, OrderView, order_view

LIST_MAX = 100
PAGE_SIZE = 20
_ORDERS, _LINES, _EVENTS, _VENUES = table_of(Order), table_of(OrderLine), table_of(Event), table_of(Venue)
_LINES_OF = (
    sa.select(
        _LINES,
        _EVENTS.c.slug.label("event_slug"),
        _EVENTS.c.name.label("event_name"),
        _EVENTS.c.organizer_id,
        _EVENTS.c.starts_at,
        _EVENTS.c.timezone,
        _VENUES.c.name.label("venue_name"),
        _VENUES.c.city,
    )
    .join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id)
    .join(_VENUES, _VENUES.c.id == _EVENTS.c.venue_id)
    .where(among(_LINES.c.order_id, "orders"))
    .order_by(_LINES.c.id)
)


def list_my_orders(session: Session, *, actor: Actor) -> list[OrderView]:
    """List the person's orders, newest first."""
    rows = session.execute(
        sa.select(_ORDERS)
        .where(_ORDERS.c.person_id == actor.person_id)
        .order_by(_ORDERS.c.created_at.desc(), _ORDERS.c.id.desc())
        .limit(LIST_MAX)
    ).all()
    lines = _lines_of(session, [row.id for row in rows])
    return [order_view(row, lines[row.id]) for row in rows]


def get_order_list(session: Session, *, actor: Actor, page: int) -> OrderList:
    """Give one page of the person's orders, newest first; a page beyond the last is the last."""
    mine = _ORDERS.c.person_id == actor.person_id
    total = session.execute(sa.select(sa.func.count()).select_from(_ORDERS).where(mine)).scalar_one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE_SIZE
    newest = sa.select(_ORDERS).where(mine).order_by(_ORDERS.c.created_at.desc(), _ORDERS.c.id.desc())
    rows = session.execute(newest.offset(first).limit(PAGE_SIZE)).all()
    lines = _lines_of(session, [row.id for row in rows])
    return OrderList(
        orders=[order_view(row, lines[row.id]) for row in rows],
        page=page,
        pages=pages,
        count_text=f"{first + 1} to {first + len(rows)} of {total}" if rows else "",
    )


def find_open_order(session: Session, *, actor: Actor, now: datetime) -> OrderView | None:
    """Find the person's newest order that awaits payment and still has time."""
    row = session.execute(
        sa.select(_ORDERS)
        .where(
            _ORDERS.c.person_id == actor.person_id,
            _ORDERS.c.status == OrderStatus.AWAITING_PAYMENT,
            sa.or_(_ORDERS.c.expires_at > now, _ORDERS.c.confirmed_at.is_not(None)),
        )
        .order_by(_ORDERS.c.created_at.desc(), _ORDERS.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else order_view(row, _lines_of(session, [row.id])[row.id])


def get_order(session: Session, *, actor: Actor, key: str | UUID) -> OrderView:
    """Give one order, named by its reference or its id, to its buyer or to who manages one of its events.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    row = _find(session, key)
    lines = _lines_of(session, [row.id])[row.id] if row is not None else []
    if row is None or not (
        row.person_id == actor.person_id or any(may_manage(actor, line.organizer_id) for line in lines)
    ):
        raise NotFound("We could not find this order.")
    return order_view(row, lines)


def check_buyer(session: Session, *, person_id: UUID, order_id: UUID) -> None:
    """Make sure that an order is a person's.

    Raises:
        NotFound: it is not.
    """
    row = _find(session, order_id)
    if row is None or row.person_id != person_id:
        raise NotFound("We could not find this order.")


def find_recent_reference(session: Session, *, actor: Actor, since: datetime) -> str | None:
    """Give the reference of the person's newest order, if it was made after a moment."""
    return session.execute(
        sa.select(_ORDERS.c.reference)
        .where(_ORDERS.c.person_id == actor.person_id, _ORDERS.c.created_at > since)
        .order_by(_ORDERS.c.created_at.desc(), _ORDERS.c.id.desc())
        .limit(1)
    ).scalar()


def get_order_of_record(session: Session, *, order_id: UUID) -> OrderView:
    """Give one order to the app's own background work.

    Raises:
        NotFound: there is none.
    """
    row = _find(session, order_id)
    if row is None:
        raise NotFound("We could not find this order.")
    return order_view(row, _lines_of(session, [row.id])[row.id])


def _find(session: Session, key: str | UUID) -> Any:
    is_reference = isinstance(key, str) and key.upper().startswith("TK-")
    named = _ORDERS.c.reference == str(key).upper() if is_reference else _ORDERS.c.id == parse_id(key)
    return session.execute(sa.select(_ORDERS).where(named)).first()


def _lines_of(session: Session, order_ids: list[UUID]) -> dict[UUID, list[Any]]:
    lines: dict[UUID, list[Any]] = defaultdict(list)
    if order_ids:
        for line in session.execute(_LINES_OF, {"orders": order_ids}):
            lines[line.order_id].append(line)
    return lines
