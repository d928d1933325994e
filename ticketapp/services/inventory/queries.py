"""Read what is available. Every answer is advice; the reservation decides."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import EventSeat, EventStock, SeatStatus, TierStock
from ticketapp.models.base import table_of

_SEATS, _TIER_STOCK, _EVENT_STOCK = table_of(EventSeat), table_of(TierStock), table_of(EventStock)


@dataclass(frozen=True, slots=True)
class TierNumbers:
    """A tier's places; `available` honours the event's capacity too."""

    capacity: int
    held: int
    sold: int
    available: int


@dataclass(frozen=True, slots=True)
class Availability:
    """An event's places at one version of its stock."""

    version: int
    max_attendees: int | None
    held: int
    sold: int
    available: int
    tiers: dict[UUID, TierNumbers]


@dataclass(frozen=True, slots=True)
class SeatNumbers:
    """A seat of an event as it is now."""

    id: UUID
    tier_id: UUID
    section: str
    row: str
    number: str
    status: SeatStatus
    version: int


def availability(session: Session, event_ids: Collection[UUID]) -> dict[UUID, Availability]:
    """Read the places of many events in one statement; unknown ids are left out."""
    query = (
        sa.select(
            _EVENT_STOCK,
            _TIER_STOCK.c.tier_id,
            _TIER_STOCK.c.capacity,
            _TIER_STOCK.c.held.label("tier_held"),
            _TIER_STOCK.c.sold.label("tier_sold"),
        )
        .outerjoin(_TIER_STOCK, _TIER_STOCK.c.event_id == _EVENT_STOCK.c.event_id)
        .where(_EVENT_STOCK.c.event_id.in_(list(event_ids)))
    )
    rows_by_event: dict[UUID, list[sa.Row[tuple[object, ...]]]] = {}
    for row in session.execute(query):
        rows_by_event.setdefault(row.event_id, []).append(row)
    return {event_id: _availability(rows) for event_id, rows in rows_by_event.items()}


def _availability(rows: list[sa.Row[tuple[object, ...]]]) -> Availability:
    event = rows[0]
    tiers = {
        row.tier_id: (row.capacity, row.tier_held, row.tier_sold) for row in rows if row.tier_id is not None
    }
    left_in_tiers = sum(capacity - held - sold for capacity, held, sold in tiers.values())
    left = (
        left_in_tiers
        if event.max_attendees is None
        else min(left_in_tiers, event.max_attendees - event.held - event.sold)
    )
    return Availability(
        event.version,
        event.max_attendees,
        event.held,
        event.sold,
        left,
        {
            tier_id: TierNumbers(capacity, held, sold, min(capacity - held - sold, left))
            for tier_id, (capacity, held, sold) in tiers.items()
        },
    )


def list_seats(
    session: Session, event_id: UUID, *, section: str | None = None, since_version: int = 0
) -> list[SeatNumbers]:
    """Read an event's seats in the order of the house; only one section, or only what changed after a version."""
    query = (
        sa.select(
            _SEATS.c.id,
            _SEATS.c.tier_id,
            _SEATS.c.section,
            _SEATS.c.row,
            _SEATS.c.number,
            _SEATS.c.status,
            _SEATS.c.version,
        )
        .where(_SEATS.c.event_id == event_id, _SEATS.c.version > since_version)
        .order_by(_SEATS.c.section_rank, _SEATS.c.section, _SEATS.c.row, _SEATS.c.place)
    )
    if section is not None:
        query = query.where(_SEATS.c.section == section)
    return [SeatNumbers(*row) for row in session.execute(query)]
