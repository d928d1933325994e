"""What Stripe's PaymentIntents and refusals are in our words."""

from typing import Any

from ticketapp.integrations.payments import Charge, ChargeStatus

CODE_LENGTH_MAX = 40
_STATUSES = {
    "succeeded": ChargeStatus.SUCCEEDED,
    "requires_capture": ChargeStatus.AUTHORISED,
    "requires_action": ChargeStatus.NEEDS_ACTION,
    "canceled": ChargeStatus.CANCELLED,
}
_REASONS = {
    "card_declined": "CARD_DECLINED",
    "expired_card": "EXPIRED_CARD",
    "incorrect_cvc": "WRONG_SECURITY_CODE",
    "invalid_cvc": "WRONG_SECURITY_CODE",
    "payment_intent_authentication_failure": "ACTION_REFUSED",
    "authentication_required": "ACTION_REFUSED",
}


def charge_of(intent: Any, key: str) -> Charge:
    """Write a PaymentIntent as a charge; what may still succeed by itself is in process."""
    status = _STATUSES.get(intent.status, ChargeStatus.PROCESSING)
    error_code = None
    if status is ChargeStatus.CANCELLED and intent.last_payment_error is not None:
        # It was called off because it had been declined.
        error = intent.last_payment_error
        status, error_code = ChargeStatus.FAILED, reason_of(error.code, getattr(error, "decline_code", None))
    is_paid = status is ChargeStatus.SUCCEEDED
    return Charge(
        key=key,
        provider_ref=intent.id,
        status=status,
        amount_minor=intent.amount_received if is_paid else intent.amount,
        currency=intent.currency.upper(),
        error_code=error_code,
        action_url=_bank_page(intent) if status is ChargeStatus.NEEDS_ACTION else None,
        client_secret=intent.client_secret if status is ChargeStatus.NEEDS_ACTION else None,
    )


def has_failed(intent: Any) -> bool:
    """Was it declined? It could still be paid in another way, by whoever knows its secret."""
    return intent.status == "requires_payment_method" and intent.last_payment_error is not None


def is_unconfirmed(intent: Any) -> bool:
    """Has nobody tried to pay it yet?"""
    return intent.status in ("requires_payment_method", "requires_confirmation") and not has_failed(intent)


def reason_of(code: str | None, decline_code: str | None) -> str:
    """Say why a payment failed in one of our codes, else in Stripe's."""
    if decline_code == "insufficient_funds":
        return "INSUFFICIENT_FUNDS"
    return _REASONS.get(code or "") or (code or "card_declined").upper()[:CODE_LENGTH_MAX]


def _bank_page(intent: Any) -> str | None:
    action = intent.next_action
    if action is None or action.type != "redirect_to_url":
        return None
    return action.redirect_to_url.url
