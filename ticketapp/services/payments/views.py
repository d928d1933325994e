"""What may be known about a payment outside this area."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.models import PaymentStatus
from ticketapp.services.payments.errors import failure_words

_WORDS = {
    PaymentStatus.STARTED: "We are asking your bank. Nothing is charged twice.",
    PaymentStatus.NEEDS_ACTION: "Your bank wants you to confirm this payment. Nothing was charged yet.",
    PaymentStatus.AUTHORISED: "Your bank has set this amount aside. It is charged once your places are confirmed.",
    PaymentStatus.SUCCEEDED: "Paid.",
    PaymentStatus.CANCELLED: "This payment was called off. Nothing was charged.",
}
LET_GO = "Your bank had set this amount aside. Nothing was charged, and your bank lets go of it within days."


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One attempt to pay, in words that say what was charged."""

    id: str
    order_id: str
    reference: str
    provider_ref: str
    status: str
    status_text: str
    error_code: str
    amount_minor: int
    amount_text: str
    currency: str
    action_url: str
    was_let_go: bool
    created_at: str


def bank_path(provider: str, payment_id: UUID, provider_ref: str) -> str:
    """Tell where a buyer's browser finds the page on which their bank asks."""
    return f"/sandbox/3ds/{provider_ref}" if provider == "sandbox" else f"/payment/{payment_id}/bank"


def payment_view(row: Any) -> PaymentView:
    """Make the view of a payment's row."""
    was_let_go = row.status is PaymentStatus.CANCELLED and row.authorised_at is not None
    needs_action = row.status is PaymentStatus.NEEDS_ACTION
    return PaymentView(
        id=str(row.id),
        order_id=str(row.order_id),
        reference=row.reference,
        provider_ref=row.provider_ref or "",
        status=row.status.value,
        status_text=LET_GO if was_let_go else _WORDS.get(row.status) or failure_words(row.error_code),
        error_code=row.error_code or "",
        amount_minor=row.amount_minor,
        amount_text=money_text(Money(row.amount_minor, Currency(row.currency))),
        currency=row.currency,
        action_url=bank_path(row.provider, row.id, row.provider_ref) if needs_action else "",
        was_let_go=was_let_go,
        created_at=row.created_at.isoformat(),
    )
