"""What the sandbox provider is asked with and answers, for the API's documentation."""

from typing import Any, Literal

from ticketapp.api.booking_shapes import CARD
from ticketapp.api.documents import WRONG_BODY, Responses, Shape, answer, refusals
from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency
from ticketapp.integrations.payments import PaymentUnknown
from ticketapp.integrations.sandbox_book import ExceedsPaid
from ticketapp.services.payments.errors import failure_words


class SandboxPayment(Shape):
    paymentId: str  # noqa: N815
    status: Literal["SUCCESS", "REQUIRES_ACTION", "PROCESSING", "CANCELLED"]
    amount: float
    currency: Currency
    refundedAmount: float  # noqa: N815
    transactionId: str | None  # noqa: N815
    processedAt: str  # noqa: N815


class SandboxFailure(Shape):
    paymentId: str  # noqa: N815
    status: Literal["FAILED"]
    errorCode: str  # noqa: N815
    errorMessage: str  # noqa: N815


class LookedUp(Shape):
    """A charge as it stands: its failure is there when it failed."""

    paymentId: str  # noqa: N815
    status: Literal["SUCCESS", "FAILED", "REQUIRES_ACTION", "PROCESSING", "CANCELLED"]
    amount: float
    currency: Currency
    refundedAmount: float  # noqa: N815
    transactionId: str | None  # noqa: N815
    processedAt: str  # noqa: N815
    errorCode: str | None = None  # noqa: N815
    errorMessage: str | None = None  # noqa: N815


class SandboxRefund(Shape):
    refundId: str  # noqa: N815
    status: Literal["REFUNDED"]
    refundedAmount: float  # noqa: N815


_ASKED: dict[str, Any] = {
    "amount": 150.0,
    "currency": "EUR",
    "bookingReference": "TK-2026-9F3K2XQ7",
    "userId": "01a1fe81-2d87-7853-86c2-6171c1a298ee",
    "paymentMethod": CARD,
}
PROCESS_EXAMPLES: dict[str, Any] = {
    "a card that is good": {"value": _ASKED},
    "a card without money": {"value": _ASKED | {"paymentMethod": CARD | {"cardNumber": "4000000000009995"}}},
    "a card whose bank asks": {
        "value": _ASKED | {"paymentMethod": CARD | {"cardNumber": "4000000000003220"}}
    },
    "yen, which have no decimals": {"value": _ASKED | {"amount": 6800, "currency": "JPY"}},
}
REFUND_EXAMPLES: dict[str, Any] = {
    "a part": {"value": {"amount": 50.0, "reason": "One ticket given back"}},
    "a part without a reason": {"value": {"amount": 25.5}},
}
_PAID: dict[str, Any] = {
    "paymentId": "pay_121668a0ee149285e338fa39",
    "status": "SUCCESS",
    "amount": 150.0,
    "currency": "EUR",
    "refundedAmount": 0.0,
    "transactionId": "txn_25a747f6025c296a124435d8",
    "processedAt": "2026-11-21T14:30:27.944489Z",
}
_FAILURE: dict[str, Any] = {
    "paymentId": "pay_1faca30ad3ecc6fb4c55516d",
    "status": "FAILED",
    "errorCode": "INSUFFICIENT_FUNDS",
    "errorMessage": failure_words("INSUFFICIENT_FUNDS"),
}
_NOT_FOUND = NotFound("We could not find this payment.")
PROCESS: Responses = {
    200: answer(SandboxPayment, "Charged, or the bank asks.", charged=_PAID),
    400: answer(SandboxFailure, "Refused by the bank; nothing was charged.", no_money=_FAILURE),
} | refusals(WRONG_BODY, PaymentUnknown("TK-2026-9F3K2XQ7"), is_signed_in=False)
GET: Responses = {
    200: answer(
        LookedUp,
        "The charge as it stands.",
        charged=_PAID,
        failed=_PAID | _FAILURE | {"transactionId": None},
    )
} | refusals(_NOT_FOUND, is_signed_in=False)
REFUND: Responses = {
    200: answer(
        SandboxRefund,
        "Given back.",
        part={"refundId": "ref_634e1f829063fb4391b53eef", "status": "REFUNDED", "refundedAmount": 50.0},
    )
} | refusals(_NOT_FOUND, ExceedsPaid(), WRONG_BODY, is_signed_in=False)
