"""What an organizer reads of the books: texts only."""

from dataclasses import dataclass, field

from ticketapp.services.reporting.order_desk_views import EventOption


@dataclass(frozen=True)
class LedgerSums:
    """The books of one currency: what came in, what went, and what is left as fees, taxes and due."""

    currency: str = ""
    sales_text: str = ""
    refunds_text: str = ""
    disputes_text: str = ""
    costs_text: str = ""
    kept_text: str = ""
    fees_text: str = ""
    taxes_text: str = ""
    deducted_text: str = ""
    due_text: str = ""
    owed_text: str = ""


@dataclass(frozen=True)
class EventAccount:
    """One event's accounts in one currency."""

    event_slug: str = ""
    event_name: str = ""
    sales_text: str = ""
    refunds_text: str = ""
    disputes_text: str = ""
    costs_text: str = ""
    kept_text: str = ""
    fees_text: str = ""
    taxes_text: str = ""
    deducted_text: str = ""
    due_text: str = ""
    owed_text: str = ""


@dataclass(frozen=True)
class PayoutView:
    """One payout of the provider: what of it is whose, by what it is made of."""

    id: str = ""
    arrives_text: str = ""
    status_text: str = ""
    tone: str = "quiet"
    sales_text: str = ""
    fees_text: str = ""
    refunds_text: str = ""
    disputes_text: str = ""
    other_text: str = ""
    amount_text: str = ""
    # Empty when it all adds up; else what it is that is not ours, or missing.
    note: str = ""


@dataclass(frozen=True)
class PayoutSums:
    """Where the money of one currency is: at the bank, at the provider, or not told by it yet."""

    currency: str = ""
    paid_out_text: str = ""
    waiting_text: str = ""
    untold_text: str = ""


@dataclass(frozen=True)
class TransferView:
    """One transfer of the books that concerns an event of the organizer."""

    id: str = ""
    at_text: str = ""
    what: str = ""
    account: str = ""
    event_name: str = ""
    reference: str = ""
    amount_text: str = ""
    tone: str = "quiet"


@dataclass(frozen=True)
class LedgerPage:
    """The books of a team's events, or of one, over a period; a page of the transfers."""

    events: list[EventOption] = field(default_factory=list)
    sums: list[LedgerSums] = field(default_factory=list)
    accounts: list[EventAccount] = field(default_factory=list)
    payouts: list[PayoutView] = field(default_factory=list)
    payout_sums: list[PayoutSums] = field(default_factory=list)
    transfers: list[TransferView] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    total: int = 0
    count_text: str = ""
    limits_text: str = ""
