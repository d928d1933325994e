"""What one asks of the payments and what they answer, as data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ticketapp.integrations.payments import ChargeOrder
from ticketapp.models import OPEN_PAYMENTS, OrderStatus, PaymentStatus
from ticketapp.services.contract import CheckoutRequest
from ticketapp.services.ordering.requests import PlacedOrder, PlaceOrder


@dataclass(frozen=True, slots=True)
class StartPayment:
    """Begin an attempt to collect what a reservation asked for."""

    checkout: CheckoutRequest
    provider: str


@dataclass(frozen=True, slots=True)
class StartedPayment:
    """An attempt on record: from here on money may move, under this key and no other."""

    payment_id: UUID
    order_id: UUID
    person_id: UUID
    provider: str
    attempt: int
    key: str
    amount_minor: int
    currency: str
    authorises_first: bool = False

    def charge_order(self, reference: str) -> ChargeOrder:
        """Say what the provider has to do; the way to pay is added by the caller."""
        return ChargeOrder(
            self.key,
            self.amount_minor,
            self.currency,
            reference,
            self.person_id,
            authorises_first=self.authorises_first,
        )


@dataclass(frozen=True, slots=True)
class CheckOut:
    """Place an order and begin to pay it in one step."""

    order: PlaceOrder
    provider: str


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """An order, and the payment begun for it: none for an order that is free, paid, or being paid already."""

    placed: PlacedOrder
    started: StartedPayment | None


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """A payment without a last word: what the provider was or was not told, and how long ago it was begun."""

    order: ChargeOrder
    age: timedelta
    is_order_over: bool

    def is_older_than(self, span: timedelta) -> bool:
        return self.age >= span


@dataclass(frozen=True, slots=True)
class Authorised:
    """Money that is set aside; `is_wanted` when it is to be taken, else it is let go of."""

    order: ChargeOrder
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a payment and its order stand after a charge was looked at.

    `is_returned` says that the money came but bought nothing (too late, or twice) and is on its way back.
    """

    payment_id: UUID
    payment_ref: str
    status: PaymentStatus
    error_code: str | None
    order_id: UUID
    reference: str
    order_status: OrderStatus
    is_returned: bool
    paid_at: datetime | None

    @property
    def is_called_off(self) -> bool:
        """Did the order end without its places, and without a charge?"""
        has_ended = self.order_status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
        return self.status is PaymentStatus.CANCELLED and has_ended

    @property
    def is_open(self) -> bool:
        """Is the provider's last word still to come?"""
        return self.status in OPEN_PAYMENTS
