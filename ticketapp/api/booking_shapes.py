"""What bookings are asked with and answered, for the API's documentation."""

from typing import Any, Literal

from ticketapp.api.documents import WRONG_BODY, Responses, Shape, answer, refusals
from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency, Money
from ticketapp.integrations.payments import PaymentUnknown
from ticketapp.services.messaging.answers import InProgress, OtherBody
from ticketapp.services.ordering import errors as ordering
from ticketapp.services.payments.errors import NotConfirmed, PaidTooLate, failure_words

BookingStatus = Literal["PENDING", "CONFIRMED", "PARTLY_REFUNDED", "REFUNDED", "CANCELLED", "EXPIRED"]
PaymentWord = Literal["PROCESSING", "REQUIRES_ACTION", "SUCCESS", "FAILED", "CANCELLED", "NONE"]
_REFERENCE = "TK-2026-9F3K2XQ7"


class Seat(Shape):
    seatNumber: str | None  # noqa: N815
    tier: str
    price: float


class ConfirmedBooking(Shape):
    bookingId: str  # noqa: N815
    bookingReference: str  # noqa: N815
    eventId: str  # noqa: N815
    userId: str  # noqa: N815
    seats: list[Seat]
    totalAmount: float  # noqa: N815
    currency: Currency
    status: Literal["CONFIRMED"]
    paymentId: str  # noqa: N815
    paymentStatus: Literal["SUCCESS"]  # noqa: N815
    confirmedAt: str  # noqa: N815


class PendingBooking(Shape):
    bookingId: str  # noqa: N815
    bookingReference: str  # noqa: N815
    status: Literal["PENDING"]
    paymentId: str  # noqa: N815
    paymentStatus: Literal["REQUIRES_ACTION"]  # noqa: N815
    actionUrl: str  # noqa: N815


class RefusedPayment(Shape):
    error: Literal["PAYMENT_FAILED"]
    message: str
    paymentId: str  # noqa: N815
    code: str


class Booking(Shape):
    bookingId: str  # noqa: N815
    bookingReference: str  # noqa: N815
    eventId: str | None  # noqa: N815
    userId: str  # noqa: N815
    seats: list[Seat]
    totalAmount: float  # noqa: N815
    refundedAmount: float  # noqa: N815
    currency: Currency
    status: BookingStatus
    paymentId: str | None  # noqa: N815
    paymentStatus: PaymentWord  # noqa: N815
    createdAt: str  # noqa: N815
    confirmedAt: str | None  # noqa: N815


class Bookings(Shape):
    bookings: list[Booking]


class BookedTicket(Shape):
    ticketId: str  # noqa: N815
    code: str
    serial: str
    tier: str
    seatNumber: str | None  # noqa: N815
    attendeeName: str  # noqa: N815
    status: str


class BookingWithTickets(Booking):
    tickets: list[BookedTicket]


class AskedRefund(Shape):
    refundId: str  # noqa: N815
    amount: float
    currency: Currency
    status: Literal["REQUESTED"]


class CancelledBooking(Shape):
    status: Literal["CANCELLED"]
    refund: AskedRefund | None


CARD: dict[str, Any] = {
    "type": "card",
    "cardNumber": "4242424242424242",
    "expiryMonth": 12,
    "expiryYear": 2030,
    "cvv": "123",
}
_ASKED: dict[str, Any] = {
    "reservationIds": ["01a1fe83-26a3-75ef-8245-4e6b4ba5b60a"],
    "paymentMethod": CARD,
    "idempotencyKey": "b1a7c0de-1",
}
CONFIRM_EXAMPLES: dict[str, Any] = {
    "a card, in the sandbox": {"value": _ASKED},
    "a declined card, in the sandbox": {
        "value": _ASKED | {"paymentMethod": CARD | {"cardNumber": "4000000000000002"}}
    },
    "a card whose bank asks, in the sandbox": {
        "value": _ASKED | {"paymentMethod": CARD | {"cardNumber": "4000000000003220"}}
    },
    "a token of the payment form, with Stripe": {
        "value": _ASKED | {"paymentMethod": {"type": "card", "token": "ctoken_1NnQUf2eZvKYlo2CIObdtbnb"}}
    },
}
_CONFIRMED: dict[str, Any] = {
    "bookingId": "01a1fe83-263f-7c25-8896-b23ae4c26b02",
    "bookingReference": _REFERENCE,
    "eventId": "01a1fe81-2eeb-7cc7-ba6a-5d335c8676ef",
    "userId": "01a1fe81-2d87-7853-86c2-6171c1a298ee",
    "seats": [
        {"seatNumber": None, "tier": "Regular", "price": 75.0},
        {"seatNumber": None, "tier": "Regular", "price": 75.0},
    ],
    "totalAmount": 150.0,
    "currency": "EUR",
    "status": "CONFIRMED",
    "paymentId": "pay_88f6d3ac4dbca3821d10407a",
    "paymentStatus": "SUCCESS",
    "confirmedAt": "2026-11-21T14:29:30.316782Z",
}
_BOOKING = _CONFIRMED | {"refundedAmount": 0.0, "createdAt": "2026-11-21T14:29:30.296092Z"}
_PENDING: dict[str, Any] = {
    "bookingId": _CONFIRMED["bookingId"],
    "bookingReference": _REFERENCE,
    "status": "PENDING",
    "paymentId": "pay_748288460a289952cb1a0203",
    "paymentStatus": "REQUIRES_ACTION",
    "actionUrl": "/sandbox/3ds/pay_748288460a289952cb1a0203",
}
_REFUSED: dict[str, Any] = {
    "error": "PAYMENT_FAILED",
    "message": failure_words("CARD_DECLINED"),
    "paymentId": "pay_ef534af684dc713362278c71",
    "code": "CARD_DECLINED",
}
_TICKET: dict[str, Any] = {
    "ticketId": "01a1fe83-265d-7287-bf75-f0d100eb6364",
    "code": "AEAADOTKLUZVZBTW54A2D7UDEZOXFB57OXYNCAHLMNSAAAJ2BPXZR4GMBDTWQ2RZEIF42EHRPBOT4ZXO",
    "serial": "7Q2M-4KX9",
    "tier": "Regular",
    "seatNumber": None,
    "attendeeName": "Ada Fan",
    "status": "valid",
}
_CANCELLED: dict[str, Any] = {
    "status": "CANCELLED",
    "refund": {
        "refundId": "01a1fe83-29fe-7ca4-b890-7bdf1d844af0",
        "amount": 150.0,
        "currency": "EUR",
        "status": "REQUESTED",
    },
}
CONFIRM: Responses = {
    200: answer(ConfirmedBooking, "The same key and body again: the same booking.", repeated=_CONFIRMED),
    201: answer(ConfirmedBooking, "Paid and booked.", booked=_CONFIRMED),
    202: answer(
        PendingBooking, "The buyer's bank asks, at `actionUrl`. Ask again after.", bank_asks=_PENDING
    ),
    402: answer(RefusedPayment, "The payment was refused, and the places are free again.", declined=_REFUSED),
} | refusals(
    NotFound("We could not find this reservation."),
    InProgress(),
    OtherBody(),
    WRONG_BODY,
    PaymentUnknown(_REFERENCE),
    PaidTooLate(_REFERENCE),
    NotConfirmed(_REFERENCE),
    ordering.ReservationExpired(),
    ordering.ReservationNotActive(),
    ordering.MixedCurrencies(),
    ordering.OrderAlreadyOpen(_REFERENCE),
    ordering.PaymentUnderWay(_REFERENCE),
    ordering.OrderNotPayable("This order is already cancelled. Nothing was charged."),
    ordering.EventCalledOff("Midnight Parade"),
    ordering.TooManyInOrder("Regular", 4, "person"),
    ordering.TooFewInOrder("Regular", 2),
    ordering.AmountTooSmall(Money(10, Currency.EUR)),
    ordering.AmountTooLarge(Money(100_000_000, Currency.EUR)),
    ordering.MembersOnly("Night Owls"),
)
LIST: Responses = {
    200: answer(Bookings, "The caller's bookings, newest first.", bookings={"bookings": [_BOOKING]})
} | refusals()
GET: Responses = {
    200: answer(BookingWithTickets, "The booking and its tickets.", booking=_BOOKING | {"tickets": [_TICKET]})
} | refusals(NotFound("We could not find this order."))
CANCEL: Responses = {
    200: answer(
        CancelledBooking,
        "Cancelled. `refund` is what goes back of a paid booking.",
        paid=_CANCELLED,
        unpaid={"status": "CANCELLED", "refund": None},
    )
} | refusals(
    NotFound("We could not find this order."),
    ordering.NotCancellable("This event gives no money back unless it is cancelled."),
    ordering.PaymentUnderWay(_REFERENCE),
)
