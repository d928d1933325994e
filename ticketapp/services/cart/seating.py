"""Read an event's seats for choosing: its sections first, then the rows of one section."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, func, select
from sqlmodel import Session, col

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.models import EventSeat, SeatStatus, Tier

SECTION_SEATS_MAX = 3_000


@dataclass(frozen=True)
class SeatSection:
    """A section with what is free in it and what that costs."""

    name: str = ""
    free: int = 0
    total: int = 0
    price_text: str = ""


@dataclass(frozen=True)
class SeatChoice:
    """One seat; `status` is as of `version`, live news may be newer."""

    id: str = ""
    number: str = ""
    label: str = ""
    tier_id: str = ""
    price_text: str = ""
    status: str = ""
    version: int = 0


@dataclass(frozen=True)
class SeatRow:
    """One row of a section, in the order of its places."""

    name: str = ""
    seats: list[SeatChoice] = field(default_factory=list)


def list_sections(session: Session, *, event_id: UUID, tier_ids: Collection[UUID]) -> list[SeatSection]:
    """List the sections in which these tiers have seats, best first."""
    is_free = case((col(EventSeat.status) == SeatStatus.FREE, 1), else_=0)
    rows = session.execute(
        select(
            col(EventSeat.section),
            func.sum(is_free).label("free"),
            func.count().label("total"),
            func.min(Tier.price_minor).label("lowest"),
            func.max(Tier.price_minor).label("highest"),
            func.min(Tier.currency).label("currency"),
        )
        .join(Tier, col(Tier.id) == col(EventSeat.tier_id))
        .where(col(EventSeat.event_id) == event_id, col(EventSeat.tier_id).in_(tier_ids))
        .group_by(col(EventSeat.section))
        .order_by(func.min(EventSeat.section_rank), col(EventSeat.section))
    ).all()
    return [SeatSection(row.section, int(row.free), row.total, _price_range(row)) for row in rows]


def list_rows(session: Session, *, event_id: UUID, section: str, tier_ids: Collection[UUID]) -> list[SeatRow]:
    """List the rows of a section; seats of tiers that this visitor may not see look blocked."""
    found = session.execute(
        select(
            col(EventSeat.id),
            col(EventSeat.row),
            col(EventSeat.number),
            col(EventSeat.status),
            col(EventSeat.version),
            col(EventSeat.tier_id),
            col(Tier.name).label("tier"),
            col(Tier.price_minor),
            col(Tier.currency),
        )
        .join(Tier, col(Tier.id) == col(EventSeat.tier_id))
        .where(col(EventSeat.event_id) == event_id, col(EventSeat.section) == section)
        .order_by(func.length(EventSeat.row), col(EventSeat.row), col(EventSeat.place))
        .limit(SECTION_SEATS_MAX)
    ).all()
    rows: dict[str, list[SeatChoice]] = defaultdict(list)
    for seat in found:
        rows[seat.row].append(_choice(seat, seat.tier_id in tier_ids))
    return [SeatRow(name, seats) for name, seats in rows.items()]


def nearest_free(rows: Sequence[SeatRow], seat_id: str, *, own: Collection[str]) -> SeatChoice | None:
    """Find what to offer instead of a seat that went: beside one's own seats if possible, else closest to it.

    Rows are those of its section, in their order; the tier, and so the price, stays the same.
    """
    places = {
        seat.id: (depth, across) for depth, row in enumerate(rows) for across, seat in enumerate(row.seats)
    }
    if seat_id not in places:
        return None
    gone_depth, gone_across = places[seat_id]
    mine = [places[seat] for seat in own if seat in places]
    beside_mine = {(depth, across + side) for depth, across in mine for side in (-1, 1)}
    tier_id = rows[gone_depth].seats[gone_across].tier_id

    def distance(seat: SeatChoice) -> tuple[bool, int, int]:
        depth, across = places[seat.id]
        return (depth, across) not in beside_mine, abs(depth - gone_depth), abs(across - gone_across)

    free = [
        seat
        for row in rows
        for seat in row.seats
        if seat.status == SeatStatus.FREE and seat.tier_id == tier_id and seat.id not in {*own, seat_id}
    ]
    return min(free, key=distance, default=None)


def _choice(seat: Row[Any], is_offered: bool) -> SeatChoice:  # noqa: FBT001
    price = money_text(Money(seat.price_minor, Currency(seat.currency)))
    return SeatChoice(
        id=str(seat.id),
        number=seat.number,
        label=f"Row {seat.row} seat {seat.number}, {seat.tier}, {price}",
        tier_id=str(seat.tier_id),
        price_text=price,
        status=seat.status.value if is_offered else SeatStatus.BLOCKED.value,
        version=seat.version,
    )


def _price_range(row: Row[Any]) -> str:
    lowest, highest = (
        money_text(Money(minor, Currency(row.currency))) for minor in (row.lowest, row.highest)
    )
    return lowest if row.lowest == row.highest else f"{lowest} to {highest}"
