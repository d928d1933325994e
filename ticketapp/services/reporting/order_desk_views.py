"""What those who run an event see of its orders: texts and whole numbers, and only their own part."""

from collections.abc import Collection
from dataclasses import dataclass, field

from ticketapp.core.money import Currency, Money, money_text

# Why an order ended, said to those who run the event and not to its buyer.
DESK_END_TEXTS = {
    "not_paid_in_time": "The time to pay ran out, so the places were given back. Nothing was charged.",
    "payment_unknown_for_too_long": (
        "The bank did not answer in time, so the places were given back. Should it charge the buyer, the money goes back."
    ),
    "by_buyer": "The buyer cancelled this order. Nothing was charged.",
    "payment_failed": "The payment did not go through, so the places were given back. Nothing was charged.",
    "reopened": "Its tickets went back to the buyer's cart. Nothing was charged.",
    "replaced": "Its places moved to a newer order of the same buyer. Nothing was charged.",
    "paid_but_no_hold": "The payment came after the places were gone, so the whole amount goes back to the buyer.",
    "event_cancelled": "The event was cancelled. What was paid goes back to the buyer.",
    "not_confirmed": "The places could not be confirmed, so no money was taken.",
    "asked": "The buyer gave the tickets back.",
    "by_organizer": "The tickets were taken back at this desk.",
}


@dataclass(frozen=True)
class DeskOrderRow:
    """An order in the list, with the part that belongs to the events of whoever looks."""

    reference: str = ""
    placed_text: str = ""
    contact_name: str = ""
    contact_email: str = ""
    events_text: str = ""
    tickets: int = 0
    amount_text: str = ""
    status: str = ""
    status_text: str = ""


@dataclass(frozen=True)
class EventOption:
    """An event to filter by."""

    slug: str = ""
    name: str = ""


@dataclass(frozen=True)
class DeskOrders:
    """One page of the orders that match."""

    orders: list[DeskOrderRow] = field(default_factory=list)
    events: list[EventOption] = field(default_factory=list)
    event_name: str = ""
    page: int = 1
    pages: int = 1
    total: int = 0
    count_text: str = ""


@dataclass(frozen=True)
class DeskTicket:
    """A ticket with what giving it back returns."""

    id: str = ""
    serial_text: str = ""
    event_name: str = ""
    tier_name: str = ""
    seat_label: str = ""
    attendee_name: str = ""
    status_text: str = ""
    is_valid: bool = False
    is_used: bool = False
    worth_minor: int = 0
    worth_text: str = ""


@dataclass(frozen=True)
class DeskLine:
    """A line of the order."""

    event_name: str = ""
    event_slug: str = ""
    when_text: str = ""
    tier_name: str = ""
    seat_label: str = ""
    quantity: int = 0
    price_text: str = ""
    total_text: str = ""


@dataclass(frozen=True)
class DeskEntry:
    """A payment, a refund, or something that happened: what, when, who or how much.

    `failed_id` names a refund that whoever looks may try again.
    """

    text: str = ""
    detail: str = ""
    at_text: str = ""
    tone: str = "quiet"
    failed_id: str = ""


@dataclass(frozen=True)
class DeskOrder:
    """An order as those who run its events see it; `is_shared` says that others sell in it too."""

    id: str = ""
    reference: str = ""
    person_id: str = ""
    status: str = ""
    status_text: str = ""
    end_text: str = ""
    is_shared: bool = False
    contact_name: str = ""
    contact_email: str = ""
    billing_name: str = ""
    billing_address: str = ""
    delivery_address: str = ""
    placed_text: str = ""
    paid_text: str = ""
    currency: str = ""
    total_text: str = ""
    refunded_text: str = ""
    kept_text: str = ""
    lines: list[DeskLine] = field(default_factory=list)
    tickets: list[DeskTicket] = field(default_factory=list)
    payments: list[DeskEntry] = field(default_factory=list)
    refunds: list[DeskEntry] = field(default_factory=list)
    history: list[DeskEntry] = field(default_factory=list)


def valid_ids(order: DeskOrder) -> list[str]:
    """List the tickets that can be given back."""
    return [ticket.id for ticket in order.tickets if ticket.is_valid]


def worth_minor(order: DeskOrder, ticket_ids: Collection[str]) -> int:
    """Tell what giving some tickets back returns."""
    return sum(ticket.worth_minor for ticket in order.tickets if ticket.id in ticket_ids)


def worth_text(order: DeskOrder, ticket_ids: Collection[str]) -> str:
    """Write what giving some tickets back returns."""
    if not order.currency:
        return ""
    return money_text(Money(worth_minor(order, ticket_ids), Currency(order.currency)))


def tickets_text(count: int) -> str:
    """Count tickets in words."""
    return "1 ticket" if count == 1 else f"{count} tickets"
