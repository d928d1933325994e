"""Venues and the seats they have."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.core.ids import new_id
from ticketapp.integrations.sets import insert_rows
from ticketapp.models import Seat, Section, Venue
from ticketapp.models.base import table_of
from ticketapp.services.catalog.drafts import VenueDraft

_SEAT_COLUMNS = ("id", "section_id", "row", "number", "place", "rank")


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A block of seats: rows from the front, each with as many seats; the middle of the first row is the best."""

    name: str
    rows: Sequence[str]
    seats_per_row: int


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """A seat of a venue with its section, as an event takes it over."""

    section: str
    section_rank: int
    row: str
    number: str
    place: int
    rank: int


def find_or_add(session: Session, draft: VenueDraft, *, timezone: str) -> Venue:
    """Give the venue with this name and address, made if it is new."""
    venue = session.exec(
        select(Venue).where(
            col(Venue.name) == draft.name,
            col(Venue.address) == draft.address,
            col(Venue.city) == draft.city,
            col(Venue.country) == draft.country,
        )
    ).first()
    if venue is None:
        venue = Venue(
            name=draft.name,
            address=draft.address,
            city=draft.city,
            country=draft.country,
            timezone=timezone,
        )
        session.add(venue)
        session.flush()  # The event refers to the venue.
    return venue


def add_sections(session: Session, *, venue_id: UUID, plans: Sequence[SectionPlan]) -> None:
    """Give a venue its seats, the best section first."""
    sections = [
        Section(id=new_id(), venue_id=venue_id, name=plan.name, rank=rank) for rank, plan in enumerate(plans)
    ]
    session.add_all(sections)
    session.flush()  # The seats refer to their sections, and they are written as a set.
    insert_rows(
        session,
        table_of(Seat),
        _SEAT_COLUMNS,
        [
            (new_id(), section.id, row, number, place, rank)
            for section, plan in zip(sections, plans, strict=True)
            for row, number, place, rank in _seats_of(plan)
        ],
    )


def list_sections(session: Session, venue_id: UUID) -> list[str]:
    """Name a venue's sections, the best first."""
    query = select(Section.name).where(col(Section.venue_id) == venue_id).order_by(col(Section.rank))
    return list(session.exec(query))


def list_seats(session: Session, *, venue_id: UUID, sections: Collection[str]) -> list[PlannedSeat]:
    """Read the seats of some of a venue's sections."""
    query = (
        sa.select(
            *(
                col(part)
                for part in (Section.name, Section.rank, Seat.row, Seat.number, Seat.place, Seat.rank)
            )
        )
        .join(Seat)
        .where(col(Section.venue_id) == venue_id, col(Section.name).in_(sections))
        .order_by(col(Section.rank), col(Seat.rank))
    )
    return [PlannedSeat(*row) for row in session.execute(query)]


def _seats_of(plan: SectionPlan) -> list[tuple[str, str, int, int]]:
    middle = (plan.seats_per_row + 1) / 2
    seats = [
        (depth + abs(place - middle) / 2, row, place)
        for depth, row in enumerate(plan.rows)
        for place in range(1, plan.seats_per_row + 1)
    ]
    ranked = sorted(seats)
    return [(row, str(place), place, rank) for rank, (_, row, place) in enumerate(ranked)]
