"""What a batch of order requests is decided on, read in a few statements and kept up to date while deciding."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.integrations.sets import among
from ticketapp.models import (
    Event,
    EventSeat,
    EventStatus,
    Hold,
    HoldStatus,
    Membership,
    OpenOrder,
    Order,
    OrderLine,
    OrderStatus,
    Person,
    Tier,
)
from ticketapp.models.base import table_of
from ticketapp.services.ordering.requests import OrderedLine, PlacedOrder, PlaceOrder

_PEOPLE, _HOLDS, _ORDERS, _LINES = table_of(Person), table_of(Hold), table_of(Order), table_of(OrderLine)
_EVENTS, _TIERS, _SEATS = table_of(Event), table_of(Tier), table_of(EventSeat)
_OPEN, _CLUBS = table_of(OpenOrder), table_of(Membership)


# The lock on the people makes two checkouts of one person wait for each other, in any number of processes.
_LOCK_PEOPLE = (
    sa.select(_PEOPLE.c.id, _PEOPLE.c.email)
    .where(among(_PEOPLE.c.id, "people"))
    .order_by(_PEOPLE.c.id)
    .with_for_update(key_share=True)
)
_OPEN_ORDERS = (
    sa.select(_ORDERS)
    .where(_ORDERS.c.id.in_(sa.select(_OPEN.c.order_id).where(among(_OPEN.c.person_id, "people"))))
    .order_by(_ORDERS.c.id)
    .with_for_update()
)
_ORDERS_BY_ID = sa.select(_ORDERS).where(among(_ORDERS.c.id, "orders"))
_LINES_OF = sa.select(_LINES).where(among(_LINES.c.order_id, "orders")).order_by(_LINES.c.id)
_HOLD_FACTS = (
    sa.select(
        *(
            _HOLDS.c[name]
            for name in (
                "id",
                "person_id",
                "event_id",
                "tier_id",
                "seat_id",
                "quantity",
                "price_minor",
                "status",
                "expires_at",
                "order_id",
            )
        ),
        *(
            _TIERS.c[name]
            for name in (
                "name",
                "fee_minor",
                "currency",
                "min_per_order",
                "max_per_order",
                "max_per_person",
                "required_club",
            )
        ),
        _EVENTS.c.name.label("event_name"),
        _EVENTS.c.organizer_id,
        _EVENTS.c.status.label("event_status"),
        _EVENTS.c.allows_guests,
        _EVENTS.c.tax_basis_points,
        _EVENTS.c.authorises_first,
        _SEATS.c.section,
        _SEATS.c.row,
        _SEATS.c.number,
    )
    .join(_TIERS, _TIERS.c.id == _HOLDS.c.tier_id)
    .join(_EVENTS, _EVENTS.c.id == _HOLDS.c.event_id)
    .outerjoin(_SEATS, _SEATS.c.id == _HOLDS.c.seat_id)
    .order_by(_HOLDS.c.created_at, _HOLDS.c.line, _HOLDS.c.id)
)
_NAMED = _HOLD_FACTS.where(among(_HOLDS.c.id, "holds"))
_CARTS = _HOLD_FACTS.where(
    among(_HOLDS.c.person_id, "people"),
    _HOLDS.c.order_id.is_(None),
    _HOLDS.c.left_cart_at.is_(None),
    _HOLDS.c.status == HoldStatus.LIVE,
)
_OF_ORDERS = _HOLD_FACTS.where(among(_HOLDS.c.order_id, "orders"), _HOLDS.c.status == HoldStatus.LIVE)
_OWNED = (
    sa.select(_HOLDS.c.person_id, _HOLDS.c.tier_id, sa.func.sum(_HOLDS.c.quantity))
    .where(
        among(_HOLDS.c.person_id, "people"),
        among(_HOLDS.c.tier_id, "tiers"),
        _HOLDS.c.status.in_([HoldStatus.LIVE, HoldStatus.CONFIRMED]),
    )
    .group_by(_HOLDS.c.person_id, _HOLDS.c.tier_id)
)


@dataclass(slots=True)
class HoldFact:
    """A hold with what its tier and event say about it; `order_id` follows the decisions of the batch."""

    row: Any
    order_id: UUID | None

    def is_live(self, now: datetime) -> bool:
        return self.row.status is HoldStatus.LIVE and self.row.expires_at > now

    @property
    def seat_label(self) -> str:
        row = self.row
        return "" if row.seat_id is None else f"{row.section}, row {row.row}, seat {row.number}"

    @property
    def is_called_off(self) -> bool:
        return self.row.event_status is EventStatus.CANCELLED


@dataclass(slots=True)
class Facts:
    """Everything a batch needs to know."""

    holds: dict[UUID, HoldFact] = field(default_factory=dict)
    open_orders: dict[UUID, PlacedOrder] = field(default_factory=dict)
    ended_orders: dict[UUID, PlacedOrder] = field(default_factory=dict)
    guests: set[UUID] = field(default_factory=set)
    clubs: set[tuple[UUID, str]] = field(default_factory=set)
    owned: dict[tuple[UUID, UUID], int] = field(default_factory=dict)

    def open_orders_for(self, person_id: UUID, event_ids: set[UUID]) -> list[PlacedOrder]:
        """List the person's open orders that touch one of these events."""
        return [
            order
            for order in self.open_orders.values()
            if order.person_id == person_id and event_ids.intersection(order.event_ids)
        ]

    def holds_of(self, order_id: UUID) -> list[HoldFact]:
        return [hold for hold in self.holds.values() if hold.order_id == order_id]


def lock_people(session: Session, person_ids: Collection[UUID]) -> set[UUID]:
    """Lock people in id order, before any order of theirs, and tell which of them are guests."""
    people = {"people": sorted(set(person_ids))}
    return {row.id for row in session.execute(_LOCK_PEOPLE, people) if row.email is None}


def lock_open_orders(session: Session, person_ids: Collection[UUID]) -> Sequence[Any]:
    """Lock the open orders of people who are locked, before any stock, and give their rows."""
    return session.execute(_OPEN_ORDERS, {"people": sorted(set(person_ids))}).all()


def load_facts(
    session: Session,
    requests: Sequence[PlaceOrder],
    guests: set[UUID],
    open_rows: Sequence[Any],
    now: datetime,
) -> Facts:
    """Read what the requests name; the buyers and their open orders are locked."""
    facts = Facts(guests=guests)
    people = sorted({request.person_id for request in requests})
    _load_holds(session, requests, [row.id for row in open_rows], facts)
    facts.open_orders = _placed(session, open_rows)
    elsewhere = {hold.order_id for hold in facts.holds.values() if hold.order_id} - set(facts.open_orders)
    if elsewhere:
        facts.ended_orders = _placed(
            session, session.execute(_ORDERS_BY_ID, {"orders": list(elsewhere)}).all()
        )
    _load_limits(session, people, facts, now)
    return facts


def _load_holds(session: Session, requests: Sequence[PlaceOrder], open_ids: list[UUID], facts: Facts) -> None:
    named = {hold_id for request in requests for hold_id in request.hold_ids}
    whole_carts = {request.person_id for request in requests if not request.hold_ids}
    for statement, name, keys in (
        (_NAMED, "holds", named),
        (_CARTS, "people", whole_carts),
        (_OF_ORDERS, "orders", open_ids),
    ):
        if keys:
            for row in session.execute(statement, {name: list(keys)}):
                facts.holds[row.id] = HoldFact(row, row.order_id)


def _placed(session: Session, rows: Sequence[Any]) -> dict[UUID, PlacedOrder]:
    if not rows:
        return {}
    lines: dict[UUID, list[OrderedLine]] = defaultdict(list)
    for line in session.execute(_LINES_OF, {"orders": [row.id for row in rows]}):
        lines[line.order_id].append(ordered_line(line))
    return {row.id: placed_order(row, tuple(lines[row.id]), is_resumed=True) for row in rows}


def ordered_line(row: Any) -> OrderedLine:
    """Give a line's row as it leaves this area."""
    return OrderedLine(
        line_id=row.id,
        event_id=row.event_id,
        tier_id=row.tier_id,
        hold_id=row.hold_id,
        seat_id=row.seat_id,
        tier_name=row.tier_name,
        seat_label=row.seat_label,
        quantity=row.quantity,
        price_minor=row.price_minor,
        fee_minor=row.fee_minor,
        tax_minor=row.tax_minor,
    )


def placed_order(row: Any, lines: tuple[OrderedLine, ...], *, is_resumed: bool) -> PlacedOrder:
    """Give an order's row with its lines as they leave this area."""
    return PlacedOrder(
        order_id=row.id,
        reference=row.reference,
        person_id=row.person_id,
        status=OrderStatus(row.status),
        currency=row.currency,
        total_minor=row.total_minor,
        expires_at=row.expires_at,
        lines=lines,
        is_resumed=is_resumed,
        is_paying=row.paying_at is not None,
    )


def _load_limits(session: Session, people: list[UUID], facts: Facts, now: datetime) -> None:
    rows = [hold.row for hold in facts.holds.values()]
    if any(row.required_club for row in rows):
        clubs = session.execute(
            sa.select(_CLUBS.c.person_id, _CLUBS.c.club).where(
                _CLUBS.c.person_id.in_(people), sa.or_(_CLUBS.c.until.is_(None), _CLUBS.c.until > now)
            )
        )
        facts.clubs = {(row.person_id, row.club) for row in clubs}
    limited = {row.tier_id for row in rows if row.max_per_person is not None}
    if limited:
        owned = session.execute(_OWNED, {"people": people, "tiers": list(limited)})
        facts.owned = {(person_id, tier_id): int(count) for person_id, tier_id, count in owned}
