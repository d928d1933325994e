"""What leaves the catalog: printable, frozen, safe to show to whom it was asked for."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class EventCard:
    """An event in a list."""

    id: str = ""
    slug: str = ""
    name: str = ""
    artist: str = ""
    venue: str = ""
    city: str = ""
    category: str = ""
    category_text: str = ""
    status: str = ""
    state: str = ""
    badge: str = ""
    badge_kind: str = ""
    starts_at: str = ""
    starts_text: str = ""
    day: str = ""
    month: str = ""
    timezone: str = ""
    has_price: bool = False
    price_from_minor: int = 0
    currency: str = ""
    price_from_text: str = ""
    has_higher_prices: bool = False
    available: int = 0
    version: int = 0
    picture_url: str = ""


@dataclass(frozen=True)
class EventList:
    """One page of a list of events."""

    items: list[EventCard] = field(default_factory=list)
    page: int = 1
    pages: int = 0
    total: int = 0
    count_text: str = ""


@dataclass(frozen=True)
class Choice:
    """A value that a filter offers, with how many events it would show."""

    value: str = ""
    label: str = ""
    count: int = 0


@dataclass(frozen=True)
class Facets:
    """The cities and categories in which something is coming."""

    cities: list[Choice] = field(default_factory=list)
    categories: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class TierRow:
    """A tier on the event's page. `rule` is the state that does not depend on what is left: live numbers change the rest."""

    id: str = ""
    key: str = ""
    name: str = ""
    description: str = ""
    state: str = ""
    state_text: str = ""
    rule: str = ""
    can_choose: bool = False
    price_minor: int = 0
    currency: str = ""
    price_text: str = ""
    fee_minor: int = 0
    fee_text: str = ""
    capacity: int = 0
    available: int = 0
    held: int = 0
    sold: int = 0
    few_below: int = 0
    min_per_order: int = 1
    max_per_order: int = 10
    limits_text: str = ""
    opens_at_ms: int = 0
    opens_at: str = ""
    window_text: str = ""
    required_club: str = ""
    is_behind_code: bool = False
    is_seated: bool = False


@dataclass(frozen=True)
class EventPage:
    """An event with everything its page says."""

    id: str = ""
    slug: str = ""
    name: str = ""
    artist: str = ""
    description: str = ""
    category: str = ""
    category_text: str = ""
    picture_url: str = ""
    organizer: str = ""
    organizer_id: str = ""
    organizer_slug: str = ""
    venue: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    timezone: str = ""
    doors_at: str = ""
    doors_text: str = ""
    starts_at: str = ""
    starts_text: str = ""
    ends_at: str = ""
    ends_text: str = ""
    status: str = ""
    state: str = ""
    state_text: str = ""
    notice: str = ""
    price_text: str = ""
    has_higher_prices: bool = False
    price_note: str = ""
    tiers: list[TierRow] = field(default_factory=list)
    has_code_tiers: bool = False
    is_seated: bool = False
    hold_policy: str = ""
    hold_text: str = ""
    allows_guests: bool = True
    refund_text: str = ""
    tax_text: str = ""
    max_attendees: int = 0
    available: int = 0
    version: int = 0


@dataclass(frozen=True)
class OrganizerEvent:
    """An event in its organizer's list."""

    id: str = ""
    slug: str = ""
    name: str = ""
    artist: str = ""
    organizer: str = ""
    venue: str = ""
    city: str = ""
    starts_text: str = ""
    status: str = ""
    state: str = ""
    state_text: str = ""
    capacity: int = 0
    held: int = 0
    sold: int = 0
    available: int = 0


@dataclass(frozen=True)
class TierFields:
    """A tier as the form that edits it shows it."""

    id: str = ""
    name: str = ""
    description: str = ""
    price: str = ""
    fee: str = ""
    currency: str = "EUR"
    capacity: str = ""
    sale_starts_at: str = ""
    sale_ends_at: str = ""
    min_per_order: str = "1"
    max_per_order: str = "10"
    max_per_person: str = ""
    required_club: str = ""
    access_code: str = ""
    is_seated: bool = False
    price_text: str = ""
    places: int = 0
    held: int = 0
    sold: int = 0


@dataclass(frozen=True)
class EventFields:
    """An event as the form that edits it shows it."""

    id: str = ""
    slug: str = ""
    status: str = ""
    state: str = ""
    state_text: str = ""
    name: str = ""
    artist: str = ""
    category: str = "concert"
    description: str = ""
    picture_url: str = ""
    venue: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    timezone: str = "Europe/Berlin"
    doors_at: str = ""
    starts_at: str = ""
    ends_at: str = ""
    holds_at_checkout: bool = False
    hold_minutes: str = ""
    allows_guests: bool = True
    authorises_first: bool = False
    refund_until_hours: str = ""
    tax_percent: str = ""
    max_attendees: str = ""
    tiers: list[TierFields] = field(default_factory=list)


@dataclass(frozen=True)
class Impact:
    """Whom a change of an event would touch."""

    ticket_count: int = 0
    order_count: int = 0
    holder_count: int = 0
    held_count: int = 0
    open_order_count: int = 0
    money_text: str = ""
    summary: str = ""
