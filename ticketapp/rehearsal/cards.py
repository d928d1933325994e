"""Stripe's test cards: what happens is decided by the payment method's id or the card's number."""

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    PAYS = "pays"
    DECLINES = "declines"
    ASKS = "asks"
    DELAYS = "delays"


@dataclass(frozen=True, slots=True)
class Decline:
    code: str
    decline_code: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """What the fake knows of a means of payment. One that asks first ends, once approved, in `decline` or paid."""

    number: str
    ending: Ending = Ending.PAYS
    brand: str = "visa"
    decline: Decline | None = None
    is_disputed: bool = False
    kind: str = "card"

    @property
    def last4(self) -> str:
        return self.number[-4:]


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
LOST = Decline("card_declined", "lost_card", "Your card was declined.")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
WRONG_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
PROCESSING_ERROR = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
NOT_AUTHENTICATED = Decline(
    "authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication."
)  # fmt: skip
BANK_REFUSED = Decline("payment_intent_payment_attempt_failed", None, "The payment failed.")
AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure", None,
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)  # fmt: skip
LIVE_CARD = Decline(
    "card_declined", "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)  # fmt: skip
WRONG_NUMBER = Decline("incorrect_number", None, "Your card number is incorrect.")
WRONG_YEAR = Decline("invalid_expiry_year", None, "Your card's expiration year is invalid.")

VISA = Instrument("4242424242424242")
MASTERCARD = Instrument("5555555555554444", brand="mastercard")
ASKING = Instrument("4000002760003184", Ending.ASKS)
ASKING_ALWAYS = Instrument("4000000000003220", Ending.ASKS)
ASKING_THEN_NO_FUNDS = Instrument("4000008260003178", Ending.ASKS, decline=NO_FUNDS)
DISPUTED = Instrument("4000000000000259", is_disputed=True)
US_BANK = Instrument("000123456789", Ending.DELAYS, kind="us_bank_account", brand="")
IDEAL = Instrument("NL91ABNA0417164300", Ending.ASKS, kind="ideal", brand="")
SEPA = Instrument("DE89370400440532013000", Ending.DELAYS, kind="sepa_debit", brand="")


def _declining(number: str, decline: Decline) -> Instrument:
    return Instrument(number, Ending.DECLINES, decline=decline)


BY_ID: dict[str, Instrument] = {
    "pm_card_visa": VISA,
    "pm_card_mastercard": MASTERCARD,
    "pm_card_visa_chargeDeclined": _declining("4000000000000002", GENERIC),
    "pm_card_chargeDeclined": _declining("4000000000000002", GENERIC),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _declining("4000000000009995", NO_FUNDS),
    "pm_card_chargeDeclinedInsufficientFunds": _declining("4000000000009995", NO_FUNDS),
    "pm_card_visa_chargeDeclinedLostCard": _declining("4000000000009987", LOST),
    "pm_card_chargeDeclinedExpiredCard": _declining("4000000000000069", EXPIRED),
    "pm_card_chargeDeclinedIncorrectCvc": _declining("4000000000000127", WRONG_CVC),
    "pm_card_chargeDeclinedProcessingError": _declining("4000000000000119", PROCESSING_ERROR),
    "pm_card_authenticationRequired": ASKING,
    "pm_card_threeDSecure2Required": ASKING_ALWAYS,
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": ASKING_THEN_NO_FUNDS,
    "pm_card_createDispute": DISPUTED,
    "pm_usBankAccount_processing": US_BANK,
    "pm_sepaDebit_processing": SEPA,
}
BY_NUMBER: dict[str, Instrument] = {instrument.number: instrument for instrument in BY_ID.values()} | {
    "4000002500003155": ASKING
}


def of_number(number: str) -> Instrument | Decline:
    """Tell what a typed card will do, or why it is no card."""
    digits = number.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19 and _passes_luhn(digits)):
        return WRONG_NUMBER
    return BY_NUMBER.get(digits, LIVE_CARD)


def _passes_luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
