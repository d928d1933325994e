"""Compare payments and refunds with the provider's own record of them, cent by cent."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.integrations.provider_facts import IntentFact, ProviderBooks, RefundFact
from ticketapp.models import OPEN_PAYMENTS, Payment, PaymentStatus, Refund, RefundStatus
from ticketapp.models.base import table_of
from ticketapp.services.reporting.audit import Disagreement
from ticketapp.services.reporting.audit_balance import BALANCE_CHECKS, compare_balance

_PAYMENTS, _REFUNDS = table_of(Payment), table_of(Refund)
TOOK_MORE = "the provider took what we did not book"
TOOK_LESS = "the provider took what we say it took"
STILL_PAYABLE = "nothing can be paid for a payment that is over"
GAVE_MORE = "the provider gave back nothing but what we asked for"
GAVE_LESS = "the provider gave back what we say it gave back"
PROVIDER_CHECKS = (TOOK_MORE, TOOK_LESS, STILL_PAYABLE, GAVE_MORE, GAVE_LESS, *BALANCE_CHECKS)


def compare_with_provider(session: Session, *, provider: str, books: ProviderBooks) -> list[Disagreement]:
    """List what the provider and we do not agree about. What is under way is left out, and so is what is not ours.

    The provider's books must have been read before this is called.
    """
    payments = {
        row.key: row for row in session.execute(sa.select(_PAYMENTS).where(_PAYMENTS.c.provider == provider))
    }
    refunds = {
        row.key: row
        for row in session.execute(
            sa.select(_REFUNDS)
            .join(_PAYMENTS, _PAYMENTS.c.id == _REFUNDS.c.payment_id)
            .where(_PAYMENTS.c.provider == provider)
        )
    }
    return [
        *_of_payments(payments, books.intents),
        *_of_refunds(refunds, books),
        *compare_balance(session, provider=provider, books=books),
    ]


def _of_payments(payments: Mapping[str, Any], intents: tuple[IntentFact, ...]) -> Iterator[Disagreement]:
    taken = {intent.key: intent for intent in intents if intent.key and intent.received_minor}
    for key, intent in taken.items():
        payment = payments.get(key)
        if payment is None or (
            payment.status not in OPEN_PAYMENTS
            and not _agree(payment, intent.received_minor, intent.currency)
        ):
            yield Disagreement(
                TOOK_MORE,
                _facts(key, payment, provider_minor=intent.received_minor, currency=intent.currency),
            )
    for key, payment in payments.items():
        if payment.status is PaymentStatus.SUCCEEDED and key not in taken:
            yield Disagreement(TOOK_LESS, _facts(key, payment))
    for intent in intents:
        if intent.key and intent.is_payable:
            payment = payments.get(intent.key)
            if payment is None or payment.status not in OPEN_PAYMENTS:
                yield Disagreement(STILL_PAYABLE, _facts(intent.key, payment, intent=intent.intent_id))


def _agree(payment: Any, amount_minor: int, currency: str) -> bool:
    return payment.status is PaymentStatus.SUCCEEDED and (payment.amount_minor, payment.currency) == (
        amount_minor,
        currency,
    )


def _of_refunds(refunds: Mapping[str, Any], books: ProviderBooks) -> Iterator[Disagreement]:
    # What was set aside and let go of was never taken, although the provider may call that a refund.
    ours = {intent.intent_id for intent in books.intents if intent.key and intent.received_minor}
    given = [refund for refund in books.refunds if refund.intent_id in ours and not refund.has_failed]
    for fact in given:
        refund = refunds.get(fact.key or "")
        if refund is None or refund.amount_minor != fact.amount_minor:
            yield Disagreement(GAVE_MORE, _given(fact, refund))
    keys = {fact.key for fact in given}
    for key, refund in refunds.items():
        if refund.status is RefundStatus.DONE and refund.settled_by is None and key not in keys:
            yield Disagreement(
                GAVE_LESS,
                {"refund": key, "amount_minor": refund.amount_minor, "provider_ref": refund.provider_ref},
            )


def _facts(key: str, payment: Any, **more: Any) -> dict[str, Any]:
    known = (
        {"status": str(payment.status), "amount_minor": payment.amount_minor} if payment is not None else {}
    )
    return {"payment": key, **known, **more}


def _given(fact: RefundFact, refund: Any) -> dict[str, Any]:
    asked = {} if refund is None else {"asked_minor": refund.amount_minor}
    return {
        "provider_ref": fact.provider_ref,
        "refund": fact.key,
        "given_minor": fact.amount_minor,
        **asked,
    }
