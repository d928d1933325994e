"""What one asks of the stock and what it answers, as data."""

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from ticketapp.models import HoldStatus


@dataclass(frozen=True, slots=True)
class PlacesLine:
    """So many places of a general-admission tier."""

    tier_id: UUID
    quantity: int

    @property
    def mark(self) -> str:
        return f"places {self.tier_id.int} {self.quantity};"


@dataclass(frozen=True, slots=True)
class SeatLine:
    """This seat."""

    seat_id: UUID

    @property
    def mark(self) -> str:
        return f"seat {self.seat_id.int};"


@dataclass(frozen=True, slots=True)
class BestSeatsLine:
    """The best free seats of a seated tier, side by side."""

    tier_id: UUID
    quantity: int

    @property
    def mark(self) -> str:
        return f"best {self.tier_id.int} {self.quantity};"


Line = PlacesLine | SeatLine | BestSeatsLine


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Hold all of these lines of one event for one person, or none of them.

    `key` makes a repeated request harmless: the same person and key get the first answer again. `hold_span` is used
    where the event sets no time of its own.
    """

    person_id: UUID
    event_id: UUID
    lines: tuple[Line, ...]
    key: str
    hold_span: timedelta
    access_codes: frozenset[str] = field(default=frozenset())

    @property
    def fingerprint(self) -> int:
        """Tell requests of one key apart; 32 bits."""
        return zlib.crc32("".join([line.mark for line in self.lines]).encode())


class HeldLine(NamedTuple):
    """One hold as it was made; section, row and number are empty without a seat."""

    hold_id: UUID
    event_id: UUID
    tier_id: UUID
    seat_id: UUID | None
    section: str
    row: str
    number: str
    quantity: int
    price_minor: int
    currency: str
    status: HoldStatus
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """The answer to a request that got everything; `is_repeat` says that it had it before."""

    lines: tuple[HeldLine, ...]
    is_repeat: bool
