"""Why a payment or a refund was refused."""

from ticketapp.core.errors import Conflict, UpstreamRejected

_WORDS = {
    "CARD_DECLINED": "Your bank declined this card.",
    "INSUFFICIENT_FUNDS": "There is not enough money on this card.",
    "EXPIRED_CARD": "This card has run out.",
    "ACTION_REFUSED": "The payment was refused at your bank.",
    "WRONG_SECURITY_CODE": "The security code does not belong to this card.",
    "AMOUNT_TOO_SMALL": "This amount is too small to be paid by card.",
    "TOKEN_MISSING": "No card was given.",
    "TOKEN_REFUSED": "The payment form had run out, or was sent twice.",
}


def refusal_words(code: str | None) -> str:
    """Say in words why a payment failed, and what was charged."""
    return f"{_WORDS.get(code or '', 'The payment did not go through.')} Nothing was charged."


def failure_words(code: str | None) -> str:
    """Say in words why a payment failed, what was charged, and what to do."""
    return f"{refusal_words(code)} Try another card."


class PaymentFailed(UpstreamRejected):
    """The provider said no; `payment_id` is its name for the attempt, `reason` its code, `reference` the order's."""

    code = "payment_failed"

    def __init__(self, reason: str | None, *, payment_id: str, reference: str) -> None:
        super().__init__(failure_words(reason), reason=reason, payment_id=payment_id, reference=reference)


class PaidTooLate(Conflict):
    """The money came when the places were gone; it is on its way back."""

    code = "paid_but_no_hold"

    def __init__(self, reference: str) -> None:
        super().__init__(
            "Your payment arrived after these places were gone. The whole amount is on its way back to you.",
            reference=reference,
        )


class NotConfirmed(Conflict):
    """The money was called off, or only ever set aside, and the order has ended."""

    code = "not_confirmed"

    def __init__(self, reference: str) -> None:
        super().__init__(
            "These places could not be confirmed, and the order has ended. Nothing was charged. If your bank set the "
            "amount aside, it lets go of it within days.",
            reference=reference,
        )


class NothingToRefund(Conflict):
    code = "nothing_to_refund"

    def __init__(self) -> None:
        super().__init__("These tickets were given back already, or were never paid.")


class TicketsChanged(Conflict):
    code = "tickets_changed"

    def __init__(self) -> None:
        super().__init__("Some of these tickets were given back meanwhile. Nothing was refunded; look again.")


class AmountChanged(Conflict):
    code = "amount_changed"

    def __init__(self, amount_text: str) -> None:
        super().__init__(f"These tickets are worth {amount_text} now. Nothing was refunded; look again.")


class RefundNotAllowed(Conflict):
    code = "refund_not_allowed"
