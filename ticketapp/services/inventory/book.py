"""The stock of the events a transaction has locked: read once, changed in memory, written back as sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.integrations.sets import among
from ticketapp.models import Event, EventSeat, EventStock, SeatStatus, Tier, TierStock
from ticketapp.models.base import table_of
from ticketapp.services.messaging.changes import announce

_EVENT_STOCK, _TIER_STOCK, _SEATS = table_of(EventStock), table_of(TierStock), table_of(EventSeat)
_EVENTS, _TIERS = table_of(Event), table_of(Tier)

_LOCK = (
    sa.select(_EVENT_STOCK)
    .where(among(_EVENT_STOCK.c.event_id, "events"))
    .order_by(_EVENT_STOCK.c.event_id)
    .with_for_update()
)
# A statement of its own: it must see what was committed while we waited for the lock.
_FACTS = (
    sa.select(
        _TIER_STOCK,
        *(
            _TIERS.c[name]
            for name in (
                "name",
                "price_minor",
                "currency",
                "sale_starts_at",
                "sale_ends_at",
                "min_per_order",
                "max_per_order",
                "max_per_person",
                "required_club",
                "access_code",
                "is_seated",
            )
        ),
        *(_EVENTS.c[name] for name in ("status", "ends_at", "hold_minutes")),
    )
    .join(_TIERS, _TIERS.c.id == _TIER_STOCK.c.tier_id)
    .join(_EVENTS, _EVENTS.c.id == _TIER_STOCK.c.event_id)
    .where(among(_TIER_STOCK.c.event_id, "events"))
)
_SAVE_TIER = (
    sa.update(_TIER_STOCK)
    .where(_TIER_STOCK.c.tier_id == sa.bindparam("key"))
    .values(held=sa.bindparam("held"), sold=sa.bindparam("sold"))
)
_SAVE_EVENT = (
    sa.update(_EVENT_STOCK)
    .where(_EVENT_STOCK.c.event_id == sa.bindparam("key"))
    .values(held=sa.bindparam("held"), sold=sa.bindparam("sold"), version=sa.bindparam("version"))
)
_SAVE_SEAT = (
    sa.update(_SEATS)
    .where(_SEATS.c.id == sa.bindparam("key"))
    .values(status=sa.bindparam("status"), version=sa.bindparam("version"))
)


@dataclass(slots=True, eq=False)
class TierCount:
    """A tier's numbers and selling rules, as they are under the lock; a limited one asks how many a person has."""

    tier_id: UUID
    capacity: int
    held: int
    sold: int
    facts: Any
    is_limited: bool
    is_changed: bool = False

    @property
    def left(self) -> int:
        return self.capacity - self.held - self.sold


@dataclass(slots=True, eq=False)
class EventCount:
    """An event's numbers as they are under the lock, with its tiers."""

    event_id: UUID
    max_attendees: int | None
    held: int
    sold: int
    version: int
    tiers: dict[UUID, TierCount] = field(default_factory=dict)
    seats: dict[UUID, SeatStatus] = field(default_factory=dict)
    facts: Any = None
    is_changed: bool = False

    @property
    def left(self) -> int | None:
        return None if self.max_attendees is None else self.max_attendees - self.held - self.sold

    def move(self, tier: TierCount, *, held: int = 0, sold: int = 0) -> None:
        """Change a tier's counters and the event's by the same amounts."""
        tier.held += held
        tier.sold += sold
        self.held += held
        self.sold += sold
        tier.is_changed = self.is_changed = True

    def mark_seat(self, seat_id: UUID, status: SeatStatus) -> None:
        self.seats[seat_id] = status
        self.is_changed = True


def _is_limited(tier: Any) -> bool:
    return tier.max_per_order is not None or tier.max_per_person is not None or tier.min_per_order > 1


def lock_events(session: Session, event_ids: Iterable[UUID]) -> Sequence[Any]:
    """Lock the stock of events in id order and give their rows."""
    return session.connection().execute(_LOCK, {"events": sorted(set(event_ids))}).all()


class StockBook:
    """The locked events of one transaction."""

    def __init__(self, session: Session, event_ids: Iterable[UUID]) -> None:
        """Lock the events in id order and read their numbers; unknown ids are left out."""
        self._session = session
        # Past the ORM's bookkeeping, which sets of rows have no use for.
        self._connection = session.connection()
        self.events: dict[UUID, EventCount] = {}
        wanted = sorted(set(event_ids))
        if not wanted:
            return
        for row in lock_events(session, wanted):
            self.events[row.event_id] = EventCount(
                row.event_id, row.max_attendees, row.held, row.sold, row.version
            )
        for row in self._connection.execute(_FACTS, {"events": wanted}).mappings():
            # A batch reads them thousands of times, and an attribute of a row is a search.
            facts = SimpleNamespace(**row)
            event = self.events[facts.event_id]
            # Each tier's row carries the event's facts too; an event without tiers sells nothing and needs none.
            event.facts = facts
            event.tiers[facts.tier_id] = TierCount(
                facts.tier_id, facts.capacity, facts.held, facts.sold, facts, is_limited=_is_limited(facts)
            )

    def save(self) -> None:
        """Write what changed, raise each changed event's version by one and announce it."""
        changed = [event for event in self.events.values() if event.is_changed]
        tiers = [tier for event in changed for tier in event.tiers.values() if tier.is_changed]
        if tiers:
            self._connection.execute(
                _SAVE_TIER, [{"key": t.tier_id, "held": t.held, "sold": t.sold} for t in tiers]
            )
        if changed:
            self._connection.execute(
                _SAVE_EVENT,
                [
                    {"key": e.event_id, "held": e.held, "sold": e.sold, "version": e.version + 1}
                    for e in changed
                ],
            )
        seats = [
            {"key": seat_id, "status": status, "version": event.version + 1}
            for event in changed
            for seat_id, status in event.seats.items()
        ]
        if seats:
            self._connection.execute(_SAVE_SEAT, seats)
        for event in changed:
            announce(self._session, "ev", event.event_id)
