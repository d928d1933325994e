"""The JSON of bookings: what comes in, what goes out."""

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ticketapp.core.errors import InvalidInput
from ticketapp.core.money import Currency, Money, minor_digits, money_text, most_chargeable
from ticketapp.integrations.payments import Card, checked_card
from ticketapp.services.ordering.requests import OrderedLine, PlacedOrder
from ticketapp.services.ordering.views import OrderView
from ticketapp.services.ticketing.views import TicketView

RESERVATIONS_MAX = 100
AMOUNT_DIGITS_MAX = 12
STATUS_WORDS = {
    "awaiting_payment": "PENDING",
    "expiring": "PENDING",
    "paid": "CONFIRMED",
    "partly_refunded": "PARTLY_REFUNDED",
    "refunded": "REFUNDED",
    "cancelled": "CANCELLED",
    "expired": "EXPIRED",
}


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")  # noqa: TRY004 — Pydantic turns only a ValueError into a refusal
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError("an amount is a number, such as 150.00")  # noqa: TRY004
    return value


WholeNumber = Annotated[int, BeforeValidator(_no_flag)]
Amount = Annotated[Decimal, BeforeValidator(_number)]


class PaymentMethodBody(BaseModel):
    """How to pay: a card, or a provider's token. The card goes to the provider and is not kept."""

    model_config = ConfigDict(hide_input_in_errors=True)

    type: str = Field(min_length=1, max_length=40)
    cardNumber: str | None = Field(default=None, max_length=32)  # noqa: N815
    expiryMonth: WholeNumber | None = Field(default=None, ge=0, le=99)  # noqa: N815
    expiryYear: WholeNumber | None = Field(default=None, ge=0, le=9999)  # noqa: N815
    cvv: str | None = Field(default=None, max_length=8)
    token: str | None = Field(default=None, max_length=200)

    def card(self, now: datetime) -> Card | None:
        """Give the card, if one was sent and could exist.

        Raises:
            InvalidInput: it could not.
        """
        if self.cardNumber is None:
            return None
        if (self.expiryMonth is None) != (self.expiryYear is None):
            raise InvalidInput(expiry="Send expiryMonth and expiryYear together.")
        month = 12 if self.expiryMonth is None else self.expiryMonth
        year = now.year + 1 if self.expiryYear is None else self.expiryYear
        card = Card(self.cardNumber, month, year, self.cvv or "")
        return checked_card(card, year=now.year, month=now.month)


class ConfirmBody(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    reservationIds: list[UUID] = Field(min_length=1, max_length=RESERVATIONS_MAX)  # noqa: N815
    paymentMethod: PaymentMethodBody  # noqa: N815
    idempotencyKey: str = Field(min_length=1, max_length=80)  # noqa: N815

    def fingerprint(self) -> bytes:
        """Tell bodies of one key apart, without keeping anything that gives a card away."""
        method = self.paymentMethod
        said = (
            sorted(str(reservation_id) for reservation_id in self.reservationIds),
            (
                method.type,
                (method.cardNumber or "")[-4:],
                method.expiryMonth,
                method.expiryYear,
                method.token,
            ),
        )
        return hashlib.sha256(orjson.dumps(said)).digest()


def decimal_amount(amount_minor: int, currency: str) -> float | int:
    """Give an amount in major units as a JSON number: 150.0, or 6800 in a currency without decimals."""
    amount = Money(amount_minor, Currency(currency)).decimal
    return float(amount) if minor_digits(Currency(currency)) else int(amount)


def minor_amount(amount: Decimal, currency: str) -> int:
    """Read an amount in major units.

    Raises:
        InvalidInput: the currency is unknown, or the amount is not positive, too large or finer than the currency.
    """
    if currency not in set(Currency):
        raise InvalidInput(currency="Use a three-letter currency code such as EUR.")
    digits = minor_digits(Currency(currency))
    # Its size first: an exponent of a million makes arithmetic itself fail.
    if amount.is_finite() and -digits <= amount.adjusted() < AMOUNT_DIGITS_MAX:
        minor = amount.scaleb(digits)
        most = most_chargeable(Currency(currency))
        if minor > most.minor:
            raise InvalidInput(amount=f"Send at most {money_text(most)}.")
        if minor > 0 and minor == minor.to_integral_value():
            return int(minor)
    raise InvalidInput(amount="Send a positive amount with the decimals of its currency.")


def confirmed_booking(placed: PlacedOrder, *, payment_ref: str, paid_at: datetime) -> dict[str, Any]:
    """Write a booking that was paid just now, or before."""
    return {
        "bookingId": str(placed.order_id),
        "bookingReference": placed.reference,
        "eventId": str(placed.event_ids[0]),
        "userId": str(placed.person_id),
        "seats": [seat for line in placed.lines for seat in _seats(line, placed.currency)],
        "totalAmount": decimal_amount(placed.total_minor, placed.currency),
        "currency": placed.currency,
        "status": "CONFIRMED",
        "paymentId": payment_ref,
        "paymentStatus": "SUCCESS",
        "confirmedAt": moment(paid_at),
    }


def _seats(line: OrderedLine, currency: str) -> list[dict[str, Any]]:
    seat = {
        "seatNumber": line.seat_label or None,
        "tier": line.tier_name,
        "price": decimal_amount(line.price_minor, currency),
    }
    return [seat] * line.quantity


def booking(order: OrderView, *, payment_ref: str, payment_status: str) -> dict[str, Any]:
    """Write a booking as it stands."""
    return {
        "bookingId": order.id,
        "bookingReference": order.reference,
        "eventId": order.lines[0].event_id if order.lines else None,
        "userId": order.person_id,
        "seats": [
            {
                "seatNumber": line.seat_label or None,
                "tier": line.tier_name,
                "price": decimal_amount(line.price_minor, order.currency),
            }
            for line in order.lines
            for _ in range(line.quantity)
        ],
        "totalAmount": decimal_amount(order.total_minor, order.currency),
        "refundedAmount": decimal_amount(order.refunded_minor, order.currency),
        "currency": order.currency,
        "status": STATUS_WORDS[order.status],
        "paymentId": payment_ref or None,
        "paymentStatus": payment_status,
        "createdAt": _in_utc(order.created_at),
        "confirmedAt": _in_utc(order.paid_at) or None,
    }


def ticket(view: TicketView) -> dict[str, Any]:
    """Write one ticket; `code` is what its QR carries."""
    return {
        "ticketId": view.id,
        "code": view.code,
        "serial": view.serial,
        "tier": view.tier_name,
        "seatNumber": view.seat_label or None,
        "attendeeName": view.attendee_name,
        "status": view.status,
    }


def moment(at: datetime) -> str:
    return _in_utc(at.astimezone(UTC).isoformat())


def _in_utc(text: str) -> str:
    return text.replace("+00:00", "Z")
