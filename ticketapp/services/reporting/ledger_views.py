"""What an organizer reads of the books: texts only."""

from dataclasses import dataclass, field

from ticketapp.services.reporting.order_desk_views import EventOption


@dataclass(frozen=True)
class LedgerSums:
    """The books of one currency: what came in, what of it went back, and what is left as fees, taxes and due."""

    currency: str = ""
    sales_text: str = ""
    refunds_text: str = ""
    kept_text: str = ""
    fees_text: str = ""
    taxes_text: str = ""
    due_text: str = ""


@dataclass(frozen=True)
class EventAccount:
    """One event's accounts in one currency."""

    event_slug: str = ""
    event_name: str = ""
    sales_text: str = ""
    refunds_text: str = ""
    fees_text: str = ""
    taxes_text: str = ""
    due_text: str = ""


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
    is_back: bool = False


@dataclass(frozen=True)
class LedgerPage:
    """The books of a team's events, or of one, over a period; a page of the transfers."""

    events: list[EventOption] = field(default_factory=list)
    sums: list[LedgerSums] = field(default_factory=list)
    accounts: list[EventAccount] = field(default_factory=list)
    transfers: list[TransferView] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    total: int = 0
    count_text: str = ""
