"""Read, for a whole batch at once, what decides its requests besides the counters."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.integrations.sets import Keys, dialect_of
from ticketapp.models import EventSeat, Hold, HoldStatus, Membership, SeatStatus
from ticketapp.models.base import table_of
from ticketapp.services.inventory.book import StockBook
from ticketapp.services.inventory.requests import (
    HeldLine,
    HoldRequest,
    Line,
    SeatLine,
)
from ticketapp.services.inventory.seats import FreeSeat

_HOLDS, _SEATS, _MEMBERSHIPS = table_of(Hold), table_of(EventSeat), table_of(Membership)
_ASKED = Keys("asked", {"person_id": sa.Uuid(), "request_key": sa.String()})
_LIMITED = Keys("limited", {"person_id": sa.Uuid(), "tier_id": sa.Uuid()})
# Where most requests find their seats; a tier is read whole only when these do not do.
BEST_SEATS_FIRST_LOOK = 400


@dataclass(slots=True)
class SeatNow:
    """A seat of a request as it is under the lock; `holder` is who holds it, if anybody."""

    seat_id: UUID
    event_id: UUID
    tier_id: UUID
    section: str
    row: str
    number: str
    status: SeatStatus
    holder: UUID | None = None
    own_line: HeldLine | None = None

    @property
    def label(self) -> str:
        return f"{self.section}, row {self.row}, seat {self.number}"


@dataclass(slots=True)
class Facts:
    """Everything a batch of requests is decided with.

    `earlier` has the answers given before, by person and key; `owned` how many of a limited tier are in a person's
    cart, and theirs in all.
    """

    book: StockBook
    earlier: dict[tuple[UUID, str], tuple[int, list[HeldLine]]]
    seats: dict[UUID, SeatNow]
    owned: dict[tuple[UUID, UUID], tuple[int, int]] = field(default_factory=dict)
    clubs: set[tuple[UUID, str]] = field(default_factory=set)


def load_facts(session: Session, requests: Sequence[HoldRequest], now: datetime) -> Facts:
    """Lock the events of the requests and read what decides them."""
    book = StockBook(session, (request.event_id for request in requests))
    facts = Facts(book, _earlier(session, requests), _named_seats(session, requests))
    _read_persons(session, requests, facts, now)
    return facts


@cache
def _earlier_query(dialect: str) -> sa.Select[*tuple[Any, ...]]:
    asked = _ASKED.table(dialect)
    found = _ASKED.each(
        dialect,
        asked,
        sa.select(_HOLDS).where(
            _HOLDS.c.person_id == asked.c.person_id, _HOLDS.c.request_key == asked.c.request_key
        ),
    )
    return (
        sa.select(found, _SEATS.c.section, _SEATS.c.row, _SEATS.c.number)
        .outerjoin(_SEATS, _SEATS.c.id == found.c.seat_id)
        .order_by(found.c.line)
    )


def _earlier(
    session: Session, requests: Sequence[HoldRequest]
) -> dict[tuple[UUID, str], tuple[int, list[HeldLine]]]:
    dialect = dialect_of(session)
    keys = _ASKED.given(dialect, [(request.person_id, request.key) for request in requests])
    earlier: dict[tuple[UUID, str], tuple[int, list[HeldLine]]] = {}
    for row in session.connection().execute(_earlier_query(dialect), keys):
        lines = earlier.setdefault((row.person_id, row.request_key), (row.request_print, []))[1]
        line = held_line(row)
        # One key twice in a batch finds its rows twice.
        if line not in lines:
            lines.append(line)
    return earlier


def held_line(row: sa.Row[tuple[object, ...]]) -> HeldLine:
    """Make the answer's line from a hold row joined with its seat's labels; the currency is added by the caller."""
    return HeldLine(
        row.id,
        row.event_id,
        row.tier_id,
        row.seat_id,
        row.section or "",
        row.row or "",
        row.number or "",
        row.quantity,
        row.price_minor,
        "",
        row.status,
        row.expires_at,
    )


def _named_seats(session: Session, requests: Sequence[HoldRequest]) -> dict[UUID, SeatNow]:
    wanted = {line.seat_id for request in requests for line in request.lines if isinstance(line, SeatLine)}
    if not wanted:
        return {}
    is_live = _HOLDS.c.status.in_((HoldStatus.LIVE, HoldStatus.CONFIRMED))
    query = (
        sa.select(
            _SEATS,
            _HOLDS.c.id.label("hold_id"),
            _HOLDS.c.person_id,
            _HOLDS.c.price_minor,
            _HOLDS.c.expires_at,
            _HOLDS.c.status.label("hold_status"),
        )
        .outerjoin(_HOLDS, sa.and_(_HOLDS.c.seat_id == _SEATS.c.id, is_live))
        .where(_SEATS.c.id.in_(wanted))
    )
    seats: dict[UUID, SeatNow] = {}
    for row in session.connection().execute(query):
        seat = SeatNow(row.id, row.event_id, row.tier_id, row.section, row.row, row.number, row.status)
        if row.hold_id is not None and row.hold_status is HoldStatus.LIVE:
            seat.holder = row.person_id
            seat.own_line = HeldLine(
                row.hold_id,
                row.event_id,
                row.tier_id,
                row.id,
                row.section,
                row.row,
                row.number,
                1,
                row.price_minor,
                "",
                HoldStatus.LIVE,
                row.expires_at,
            )
        seats[row.id] = seat
    return seats


def free_seats(session: Session, tier_id: UUID, limit: int | None) -> list[FreeSeat]:
    """Read a tier's free seats, best first; all of them without a limit."""
    query = (
        sa.select(
            _SEATS.c.id, _SEATS.c.section, _SEATS.c.row, _SEATS.c.place, _SEATS.c.section_rank, _SEATS.c.rank
        )
        .where(_SEATS.c.tier_id == tier_id, _SEATS.c.status == SeatStatus.FREE)
        .order_by(_SEATS.c.section_rank, _SEATS.c.rank)
        .limit(limit)
    )
    return [FreeSeat(*row) for row in session.connection().execute(query)]


def seats_by_id(session: Session, seat_ids: Iterable[UUID]) -> dict[UUID, SeatNow]:
    """Read seats just chosen among the free ones."""
    query = sa.select(_SEATS).where(_SEATS.c.id.in_(list(seat_ids)))
    return {
        row.id: SeatNow(row.id, row.event_id, row.tier_id, row.section, row.row, row.number, row.status)
        for row in session.connection().execute(query)
    }


@cache
def _owned_query(dialect: str) -> sa.Select[*tuple[Any, ...]]:
    limited = _LIMITED.table(dialect)
    found = _LIMITED.each(
        dialect,
        limited,
        sa.select(_HOLDS.c.person_id, _HOLDS.c.tier_id, _HOLDS.c.order_id, _HOLDS.c.quantity).where(
            _HOLDS.c.person_id == limited.c.person_id,
            _HOLDS.c.tier_id == limited.c.tier_id,
            _HOLDS.c.left_cart_at.is_(None),
            _HOLDS.c.status.in_((HoldStatus.LIVE, HoldStatus.CONFIRMED)),
        ),
    )
    in_cart = sa.case((found.c.order_id.is_(None), found.c.quantity), else_=0)
    # PostgreSQL's sums of whole numbers are decimals until they are told not to be.
    sums = (sa.cast(sa.func.sum(count), sa.Integer) for count in (in_cart, found.c.quantity))
    return sa.select(found.c.person_id, found.c.tier_id, *sums).group_by(found.c.person_id, found.c.tier_id)


def _read_persons(session: Session, requests: Sequence[HoldRequest], facts: Facts, now: datetime) -> None:
    """Count what people have of limited tiers, and see who is a member where only members may buy."""
    asking = {
        tier.tier_id: tier
        for event in facts.book.events.values()
        for tier in event.tiers.values()
        if tier.is_limited or tier.facts.required_club
    }
    if not asking:
        return
    buyers: dict[UUID, set[UUID]] = {tier_id: set() for tier_id in asking}
    for request in requests:
        for line in request.lines:
            if (tier_id := _tier_of(line, facts.seats)) is not None and tier_id in buyers:
                buyers[tier_id].add(request.person_id)
    limited = [
        (person, tier) for tier, people in buyers.items() if asking[tier].is_limited for person in people
    ]
    facts.owned = _count_owned(session, limited)
    clubs = {tier_id: club for tier_id, tier in asking.items() if (club := tier.facts.required_club)}
    facts.clubs = _members_among(
        session, set().union(*(buyers[tier_id] for tier_id in clubs)), clubs.values(), now
    )


def _tier_of(line: Line, seats: dict[UUID, SeatNow]) -> UUID | None:
    if not isinstance(line, SeatLine):
        return line.tier_id
    seat = seats.get(line.seat_id)
    return seat and seat.tier_id


def _count_owned(
    session: Session, limited: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    if not limited:
        return {}
    dialect = dialect_of(session)
    rows = session.connection().execute(_owned_query(dialect), _LIMITED.given(dialect, limited))
    return {(person_id, tier_id): (in_cart, owned) for person_id, tier_id, in_cart, owned in rows}


def _members_among(
    session: Session, people: Collection[UUID], clubs: Collection[str], now: datetime
) -> set[tuple[UUID, str]]:
    if not people:
        return set()
    query = sa.select(_MEMBERSHIPS.c.person_id, _MEMBERSHIPS.c.club).where(
        _MEMBERSHIPS.c.person_id.in_(people),
        _MEMBERSHIPS.c.club.in_(set(clubs)),
        sa.or_(_MEMBERSHIPS.c.until.is_(None), _MEMBERSHIPS.c.until > now),
    )
    return {(row.person_id, row.club) for row in session.connection().execute(query)}
