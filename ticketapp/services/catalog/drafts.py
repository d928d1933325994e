"""What an organizer asks for, as data. What could not be read is None; `unread` names what was typed all the same."""

from dataclasses import dataclass
from datetime import datetime

from ticketapp.models import HoldPolicy


@dataclass(frozen=True, slots=True)
class VenueDraft:
    """Where an event is; an equal venue is used again."""

    name: str
    address: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What an event should be."""

    name: str
    artist: str
    category: str
    venue: VenueDraft
    timezone: str
    doors_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    description: str = ""
    picture_url: str = ""
    slug: str = ""
    hold_policy: HoldPolicy = HoldPolicy.IN_CART
    hold_minutes: int | None = None
    allows_guests: bool = True
    refund_until_hours: int | None = None
    tax_basis_points: int | None = 0
    max_attendees: int | None = None
    authorises_first: bool = False
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TierDraft:
    """What a tier should be. A seated tier takes its capacity from its seats; no `max_per_order` is no limit."""

    name: str
    price_minor: int | None
    currency: str
    capacity: int | None
    description: str = ""
    fee_minor: int | None = 0
    sale_starts_at: datetime | None = None
    sale_ends_at: datetime | None = None
    min_per_order: int | None = 1
    max_per_order: int | None = 10
    max_per_person: int | None = None
    required_club: str = ""
    access_code: str = ""
    is_seated: bool = False
    sections: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a list shows. Price is in whole units of each event's own currency."""

    query: str = ""
    city: str = ""
    category: str = ""
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    is_free: bool = False
    price_max: int | None = None
    page: int = 1
    size: int = 24
