"""What one asks of the orders and what they answer, as data."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from ticketapp.models import DeliveryChoice, OrderStatus
from ticketapp.services.contract import CheckoutRequest


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom an order is for, who pays, and how the tickets travel."""

    name: str
    email: str
    billing_name: str = ""
    billing_address: str = ""
    delivery: DeliveryChoice = DeliveryChoice.EMAIL
    delivery_address: str = ""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Turn a person's holds into an order: the ones named, or everything of one currency in their cart.

    `hold_span` is for lines of events that hold at checkout, where the event sets no time of its own.
    """

    person_id: UUID
    contact: Contact
    hold_ids: frozenset[UUID] = field(default=frozenset())
    currency: str | None = None
    hold_span: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """One line of an order: the price of one place, and what is fee (without its tax) and tax in the whole line."""

    line_id: UUID
    event_id: UUID
    tier_id: UUID
    hold_id: UUID
    seat_id: UUID | None
    tier_name: str
    seat_label: str
    quantity: int
    price_minor: int
    fee_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order as it stands after it was asked for; `is_resumed` says that it was there before."""

    order_id: UUID
    reference: str
    person_id: UUID
    status: OrderStatus
    currency: str
    total_minor: int
    expires_at: datetime
    lines: tuple[OrderedLine, ...]
    is_resumed: bool
    is_paying: bool = False
    authorises_first: bool = False

    @property
    def event_ids(self) -> tuple[UUID, ...]:
        """List the events, that of the first line first."""
        return tuple(dict.fromkeys(line.event_id for line in self.lines))

    @property
    def checkout(self) -> CheckoutRequest:
        """Say what is to be collected."""
        return CheckoutRequest(
            self.event_ids,
            self.person_id,
            self.total_minor,
            self.currency,
            self.order_id,
            self.authorises_first,
        )
