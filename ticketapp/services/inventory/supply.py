"""Put stock on offer and change how much there is of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.ids import new_id
from ticketapp.integrations.sets import insert_rows
from ticketapp.models import EventSeat, EventStock, SeatStatus, TierStock
from ticketapp.models.base import table_of
from ticketapp.services.inventory.book import StockBook
from ticketapp.services.inventory.errors import CapacityTooSmall

_SEATS, _TIER_STOCK, _EVENT_STOCK = table_of(EventSeat), table_of(TierStock), table_of(EventStock)
_SEAT_COLUMNS = (
    "id",
    "event_id",
    "tier_id",
    "section",
    "row",
    "number",
    "place",
    "section_rank",
    "rank",
    "status",
    "version",
)


@dataclass(frozen=True, slots=True)
class NewSeat:
    """A seat to put on offer, labelled as its venue labels it; see `EventSeat`."""

    tier_id: UUID
    section: str
    row: str
    number: str
    place: int
    section_rank: int
    rank: int


def create_stock(session: Session, *, event_id: UUID, max_attendees: int | None) -> None:
    """Open an event's stock, without any tier yet."""
    session.execute(
        sa.insert(_EVENT_STOCK).values(
            event_id=event_id, max_attendees=max_attendees, held=0, sold=0, version=1
        )
    )


def add_tiers(session: Session, *, event_id: UUID, capacities: Mapping[UUID, int]) -> None:
    """Put tiers on offer, each with its capacity; a seated tier starts at 0 and grows with its seats."""
    insert_rows(
        session,
        _TIER_STOCK,
        ("tier_id", "event_id", "capacity", "held", "sold"),
        [(tier_id, event_id, capacity, 0, 0) for tier_id, capacity in capacities.items()],
    )
    _touch(session, event_id)


def add_seats(session: Session, *, event_id: UUID, seats: Sequence[NewSeat]) -> list[UUID]:
    """Put seats on offer, each of which adds one to its tier's capacity, and give their ids in the same order."""
    book = StockBook(session, [event_id])
    version = book.events[event_id].version + 1
    ids = [new_id() for _ in seats]
    insert_rows(
        session,
        _SEATS,
        _SEAT_COLUMNS,
        [
            (seat_id, event_id, *astuple(seat), SeatStatus.FREE, version)
            for seat_id, seat in zip(ids, seats, strict=True)
        ],
    )
    for tier_id, added in Counter(seat.tier_id for seat in seats).items():
        session.execute(
            sa.update(_TIER_STOCK)
            .where(_TIER_STOCK.c.tier_id == tier_id)
            .values(capacity=_TIER_STOCK.c.capacity + added)
        )
    book.events[event_id].is_changed = True
    book.save()
    return ids


def set_capacity(session: Session, *, event_id: UUID, tier_id: UUID, capacity: int) -> None:
    """Change how many places a tier has.

    Raises:
        CapacityTooSmall: more than that is held and sold already.
    """
    tier = StockBook(session, [event_id]).events[event_id].tiers[tier_id]
    if capacity < tier.held + tier.sold:
        raise CapacityTooSmall(
            capacity=f"{tier.held + tier.sold} are held or sold already. Choose that or more."
        )
    session.execute(sa.update(_TIER_STOCK).where(_TIER_STOCK.c.tier_id == tier_id).values(capacity=capacity))
    _touch(session, event_id)


def set_max_attendees(session: Session, *, event_id: UUID, max_attendees: int | None) -> None:
    """Change how many people the event admits over all tiers; None for no limit of its own.

    Raises:
        CapacityTooSmall: more than that is held and sold already.
    """
    event = StockBook(session, [event_id]).events[event_id]
    if max_attendees is not None and max_attendees < event.held + event.sold:
        raise CapacityTooSmall(
            max_attendees=f"{event.held + event.sold} are held or sold already. Choose that or more."
        )
    session.execute(
        sa.update(_EVENT_STOCK).where(_EVENT_STOCK.c.event_id == event_id).values(max_attendees=max_attendees)
    )
    _touch(session, event_id)


def _touch(session: Session, event_id: UUID) -> None:
    book = StockBook(session, [event_id])
    book.events[event_id].is_changed = True
    book.save()
