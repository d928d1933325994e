"""What a cart looks like from outside: grouped by event, every amount all-in."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CartSeat:
    """One seat of a line; `is_free` matters only after its hold ended."""

    hold_id: str = ""
    seat_id: str = ""
    label: str = ""
    price_text: str = ""
    is_free: bool = False


@dataclass(frozen=True)
class CartLine:
    """All places of one tier in the cart: held, no longer held, or wanted (held only at checkout)."""

    tier_id: str = ""
    key: str = ""
    name: str = ""
    quantity: int = 0
    quantity_max: int = 0
    is_seated: bool = False
    seats: list[CartSeat] = field(default_factory=list)
    seats_text: str = ""
    price_text: str = ""
    total_text: str = ""
    total_minor: int = 0
    still_free: int = 0
    note: str = ""


@dataclass(frozen=True)
class CartEvent:
    """One event's part of a cart. `deadline_ms` is when its first hold ends; 0 means that no clock runs."""

    id: str = ""
    slug: str = ""
    name: str = ""
    organizer: str = ""
    when_text: str = ""
    place_text: str = ""
    currency: str = ""
    is_held_at_checkout: bool = False
    lines: list[CartLine] = field(default_factory=list)
    ended_lines: list[CartLine] = field(default_factory=list)
    quantity: int = 0
    total_text: str = ""
    total_minor: int = 0
    deadline_ms: int = 0
    deadline_text: str = ""
    extensions_left: int = 0
    extension_minutes: int = 0
    ended_quantity: int = 0
    still_free: int = 0
    ended_text: str = ""


@dataclass(frozen=True)
class CartTotal:
    """What one order of this cart would cost: an order has one currency."""

    currency: str = ""
    total_text: str = ""
    total_minor: int = 0


@dataclass(frozen=True)
class CartView:
    """A person's whole cart. `deadline_ms` is when the first hold ends, `warn_at_ms` when to offer more time; 0 means never."""

    events: list[CartEvent] = field(default_factory=list)
    totals: list[CartTotal] = field(default_factory=list)
    total_text: str = ""
    quantity: int = 0
    ended_quantity: int = 0
    deadline_ms: int = 0
    deadline_text: str = ""
    warn_at_ms: int = 0
    extension_text: str = ""
    own_seats: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TakenAgain:
    """What became of the places whose hold had ended."""

    taken: int = 0
    gone: int = 0
    text: str = ""
