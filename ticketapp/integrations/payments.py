"""What the product asks of whoever moves the money."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from ticketapp.core.errors import Conflict, InvalidInput, UpstreamUnavailable
from ticketapp.integrations.provider_facts import ProviderFacts


class ChargeStatus(StrEnum):
    AUTHORISED = "authorised"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NEEDS_ACTION = "needs_action"
    PROCESSING = "processing"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Card:
    """A card as the buyer typed it. It goes to the provider and nowhere else: it prints as its last four digits."""

    number: str = field(repr=False)
    expiry_month: int
    expiry_year: int
    cvv: str = field(default="", repr=False)

    @property
    def last_four(self) -> str:
        return self.number[-4:]


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """What to collect. The provider does each key at most once and answers a repetition with the first outcome.

    One that authorises first is only set aside; to collect it takes a `capture`.
    """

    key: str
    amount_minor: int
    currency: str
    reference: str
    person_id: UUID
    card: Card | None = None
    token: str = ""
    authorises_first: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """The provider's own object, as it stands there now."""

    key: str
    provider_ref: str
    status: ChargeStatus
    amount_minor: int
    currency: str
    error_code: str | None = None
    # Where the buyer's browser goes while the buyer has to act, and what a payment form in it needs to go on.
    action_url: str | None = None
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What to give back of a charge; each key happens once, and once more when it failed and is tried again."""

    key: str
    provider_ref: str
    amount_minor: int
    currency: str
    attempt: int = 1

    @property
    def call_key(self) -> str:
        """What the provider recognises a repeated call by."""
        return self.key if self.attempt == 1 else f"{self.key}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class BrowserForm:
    """The provider's own form in the browser: where its script comes from, and the key that a page may know."""

    script_url: str
    publishable_key: str


class PaymentGateway(Protocol):
    """A payment provider. Every call may raise `PaymentUnknown`: then nobody knows yet whether it happened."""

    @property
    def name(self) -> str: ...

    @property
    def takes_cards(self) -> bool:
        """Does it want the card itself, or only a token that its own form in the browser gives for one?"""
        ...

    @property
    def facts(self) -> ProviderFacts | None:
        """Answers to what happens beside charges; None where nothing does."""
        ...

    async def charge(self, order: ChargeOrder) -> Charge:
        """Collect or set aside, or say why not."""
        ...

    async def capture(self, order: ChargeOrder) -> Charge:
        """Collect the whole of what was set aside, or say why not; what was collected or let go before stays so."""
        ...

    async def ask(self, key: str) -> Charge | None:
        """Tell how a charge stands; None when the provider has never heard of the key."""
        ...

    async def cancel(self, order: ChargeOrder) -> Charge:
        """Call a charge off, or let go of what was set aside; the key can never succeed after CANCELLED was answered."""
        ...

    async def refund(self, order: RefundOrder) -> str:
        """Give money back and tell the provider's reference of it.

        Raises:
            RefundRefused: the provider will not, and says why.
        """
        ...


class RefundRefused(Conflict):
    """The provider will not give this back: it was given back there already, or is disputed."""

    code = "refund_refused"


class PaymentUnknown(UpstreamUnavailable):
    """The provider did not answer in time or was out of order."""

    code = "payment_unknown"

    def __init__(self, reference: str = "") -> None:
        super().__init__(
            "We are asking your bank. Your places stay held, and nothing is charged twice.",
            reference=reference,
        )


def checked_card(card: Card, *, year: int, month: int) -> Card:
    """Give a card whose number could exist and which has not run out; the provider decides everything else.

    Raises:
        InvalidInput: naming each wrong field.
    """
    number = "".join(card.number.split()).replace("-", "")
    wrong: dict[str, str] = {}
    if not number:
        wrong["card_number"] = "Enter the card number."
    elif not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19 and _passes_luhn(number)):
        wrong["card_number"] = "This card number has a typing mistake. Check the digits."
    if not 1 <= card.expiry_month <= 12:
        wrong["expiry_month"] = "Enter the month as a number from 1 to 12."
    elif (_full_year(card.expiry_year), card.expiry_month) < (year, month):
        wrong["expiry_year"] = "This card has run out. Use another card."
    if card.cvv and not (card.cvv.isascii() and card.cvv.isdigit() and len(card.cvv) in (3, 4)):
        wrong["cvv"] = "Enter the three or four digits of the security code."
    if wrong:
        raise InvalidInput(**wrong)
    return Card(number, card.expiry_month, _full_year(card.expiry_year), card.cvv)


def _full_year(year: int) -> int:
    return 2000 + year if year < 100 else year


def _passes_luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
