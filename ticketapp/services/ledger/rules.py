"""The accounts of the ledger, and what an amount consists of."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PartsOfSale:
    """What an event gets of an amount: the organizer's net, the service fee, the tax."""

    event_id: UUID
    net_minor: int
    fee_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.fee_minor + self.tax_minor


def receivable(provider: str) -> str:
    """Name the account of what a provider owes us."""
    return f"receivable:{provider}"


def revenue(event_id: UUID) -> str:
    return f"revenue:{event_id}"


def fees(event_id: UUID) -> str:
    return f"fees:{event_id}"


def taxes(event_id: UUID) -> str:
    return f"tax:{event_id}"


def provider_fees(provider: str) -> str:
    """Name the account of what a provider keeps for its work."""
    return f"expense:{provider}"


def refund_ref(refund_id: UUID, attempt: int) -> str:
    """Name the carrying out of a refund: once for each attempt."""
    return str(refund_id) if attempt == 1 else f"{refund_id}:{attempt}"


def bank() -> str:
    """Name the account of what a provider has paid out to us."""
    return "bank"


def unexplained(provider: str) -> str:
    """Name the account of what moved at a provider and is none of our doing; the audit asks about it."""
    return f"unexplained:{provider}"


def disputed() -> str:
    """Name the account of what banks took back: lost, unless it is returned."""
    return "disputes"


def refunds_due() -> str:
    """Name the account of what we owe buyers until the provider has paid it back."""
    return "refunds"
