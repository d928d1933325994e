"""Find orders of one's own events by reference, name or mail."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import moment_text
from ticketapp.models import Event, Order, OrderLine, OrderStatus
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.reporting.drawing import ORDER_STATUS_TEXTS
from ticketapp.services.reporting.order_desk_views import DeskOrderRow, DeskOrders, EventOption

PAGE_SIZE = 25
QUERY_MAX = 100
EVENTS_MAX = 200
_ORDERS, _LINES, _EVENTS = table_of(Order), table_of(OrderLine), table_of(Event)


def search_orders(session: Session, *, actor: Actor, query: str, event: str, page: int) -> DeskOrders:
    """List the orders of the events somebody runs, newest first, a page at a time; `event` is a slug or "".

    Raises:
        NotFound: it is not an event of theirs.
    """
    events = own_events(session, actor)
    chosen = next((option for option in events if option.slug == event), None)
    if event and chosen is None:
        raise NotFound("We could not find this event.")
    ours = own(actor)
    if chosen is not None:
        ours = sa.and_(ours, _EVENTS.c.slug == chosen.slug)
    lines = sa.select(_LINES.c.order_id).join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id).where(ours)
    wanted = sa.and_(_ORDERS.c.id.in_(lines), _matches(query))
    total = session.execute(sa.select(sa.func.count()).select_from(_ORDERS).where(wanted)).scalar_one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE_SIZE
    newest = sa.select(_ORDERS).where(wanted).order_by(_ORDERS.c.created_at.desc(), _ORDERS.c.id.desc())
    rows = session.execute(newest.offset(first).limit(PAGE_SIZE)).all()
    parts = _parts(session, [row.id for row in rows], ours)
    return DeskOrders(
        orders=[_row(row, parts[row.id]) for row in rows],
        events=events,
        event_name=chosen.name if chosen else "",
        page=page,
        pages=pages,
        total=total,
        count_text=f"{first + 1} to {first + len(rows)} of {total}" if rows else "",
    )


def own_events(session: Session, actor: Actor) -> list[EventOption]:
    """List the events somebody runs, the latest to start first."""
    query = (
        sa.select(_EVENTS.c.slug, _EVENTS.c.name)
        .where(own(actor))
        .order_by(_EVENTS.c.starts_at.desc(), _EVENTS.c.id)
        .limit(EVENTS_MAX)
    )
    return [EventOption(slug, name) for slug, name in session.execute(query)]


def own(actor: Actor) -> sa.ColumnElement[bool]:
    """Say which events somebody runs: all for an administrator."""
    if actor.is_admin:
        return sa.true()
    managed = [organizer_id for organizer_id in actor.organizers if may_manage(actor, organizer_id)]
    return _EVENTS.c.organizer_id.in_(managed)


def _matches(query: str) -> sa.ColumnElement[bool]:
    words = " ".join(query.split()).lower()[:QUERY_MAX]
    if not words:
        return sa.true()
    return sa.or_(
        _ORDERS.c.reference.contains(words.upper(), autoescape=True),
        sa.func.lower(_ORDERS.c.contact_name).contains(words, autoescape=True),
        sa.func.lower(_ORDERS.c.contact_email).contains(words, autoescape=True),
    )


def _parts(session: Session, order_ids: list[UUID], ours: Any) -> dict[UUID, list[Any]]:
    parts: dict[UUID, list[Any]] = defaultdict(list)
    query = (
        sa.select(_LINES, _EVENTS.c.name.label("event_name"), _EVENTS.c.timezone)
        .join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id)
        .where(_LINES.c.order_id.in_(order_ids), ours)
        .order_by(_LINES.c.id)
    )
    for line in session.execute(query):
        parts[line.order_id].append(line)
    return parts


def _row(order: Any, lines: list[Any]) -> DeskOrderRow:
    amount_minor = sum(line.price_minor * line.quantity for line in lines)
    status = OrderStatus(order.status)
    return DeskOrderRow(
        reference=order.reference,
        placed_text=moment_text(order.created_at, lines[0].timezone),
        contact_name=order.contact_name,
        contact_email=order.contact_email,
        events_text=", ".join(dict.fromkeys(line.event_name for line in lines)),
        tickets=sum(line.quantity for line in lines),
        amount_text=money_text(Money(amount_minor, Currency(order.currency))),
        status=status.value,
        status_text=ORDER_STATUS_TEXTS[status],
    )
