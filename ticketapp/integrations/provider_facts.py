"""What a payment provider knows besides its charges: fees, refunds, disputes, and what it told whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event as the provider told it: what it is about is asked for, what it says is not believed."""

    id: str
    type: str
    object_id: str
    intent_id: str | None
    created_at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fee:
    """What the provider kept of a charge; `ref` is its own name for the movement."""

    ref: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundFact:
    """A refund as the provider has it; without a key it was not made by us."""

    provider_ref: str
    key: str | None
    intent_id: str
    amount_minor: int
    currency: str
    has_failed: bool
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Movement:
    """Money taken back (negative) or returned, and what the provider kept for that."""

    ref: str
    amount_minor: int
    fee_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """A charge that the cardholder's bank disputes."""

    id: str
    intent_id: str
    amount_minor: int
    currency: str
    status: str
    opened_at: datetime
    movements: tuple[Movement, ...]

    @property
    def is_closed(self) -> bool:
        return self.status in ("won", "lost", "warning_closed")


@dataclass(frozen=True, slots=True)
class IntentFact:
    """What was to be collected, and what was."""

    intent_id: str
    key: str | None
    received_minor: int
    currency: str
    is_payable: bool


@dataclass(frozen=True, slots=True)
class BalanceMovement:
    """One movement of what the provider keeps for us.

    `key` is that of our payment it is of, `refund_key` that of our refund; without either it is none of ours.
    """

    ref: str
    kind: str
    amount_minor: int
    fee_minor: int
    currency: str
    source_ref: str | None
    key: str | None
    refund_key: str | None
    created_at: datetime

    @property
    def net_minor(self) -> int:
        return self.amount_minor - self.fee_minor


@dataclass(frozen=True, slots=True)
class PayoutFact:
    """Money that the provider sent to the bank; `is_itemised` says that it tells what was in it."""

    id: str
    amount_minor: int
    currency: str
    status: str
    is_itemised: bool
    arrives_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderBooks:
    """All that the provider has collected, could still collect, has given back and moved; the balance by currency."""

    intents: tuple[IntentFact, ...]
    refunds: tuple[RefundFact, ...]
    movements: tuple[BalanceMovement, ...] = ()
    balance: Mapping[str, int] = field(default_factory=dict)


class ProviderFacts(Protocol):
    """Questions to the provider itself. Every call may raise `PaymentUnknown`."""

    async def key_of(self, intent_id: str) -> str | None:
        """Tell for which key something was to be collected; None when it is not one of ours."""
        ...

    async def fee_of(self, charge_id: str) -> Fee | None:
        """Tell what the provider kept of a charge; None while that is not known."""
        ...

    async def refunds_of(self, intent_id: str) -> Sequence[RefundFact]:
        """List what was given back of a payment."""
        ...

    async def dispute(self, dispute_id: str) -> DisputeFact:
        """Tell how a dispute stands."""
        ...

    async def events_since(self, since: datetime, types: Sequence[str]) -> Sequence[ToldEvent]:
        """List the events of these types since a moment, the oldest first."""
        ...

    async def movements_since(self, since: datetime | None) -> Sequence[BalanceMovement]:
        """List the movements of the balance since a moment, or all, the oldest first."""
        ...

    async def payouts_since(self, since: datetime | None) -> Sequence[PayoutFact]:
        """List the payouts begun since a moment, or all, the oldest first."""
        ...

    async def movements_in(self, payout_id: str) -> Sequence[BalanceMovement]:
        """List the movements that an itemised payout was made of, itself included."""
        ...

    async def books(self) -> ProviderBooks:
        """List everything, for the audit."""
        ...
