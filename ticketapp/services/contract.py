"""The two messages between a reservation and a payment, and nothing else: each side knows only these."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """What a reservation asks to be collected: for which occurrences (events), from whom, how much, under which ref (order).

    `authorises_first`: the money is set aside, the result `authorised` confirms the places, then it is taken.
    """

    occurrences: tuple[UUID, ...]
    actor: UUID
    amount_minor: int
    currency: str
    ref: UUID
    authorises_first: bool = False


class ResultStatus(StrEnum):
    ASKED = "asked"
    AUTHORISED = "authorised"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class PaymentResult:
    """How collecting ended; `asked` says that the actor's bank wants an answer first, `authorised` that it set money aside.

    `actor` is the person of the request; the same result may come any number of times.
    """

    occurrences: tuple[UUID, ...]
    actor: UUID
    ref: UUID
    status: ResultStatus
