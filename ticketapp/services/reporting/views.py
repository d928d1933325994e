"""What an organizer sees of the sales: texts and whole numbers only."""

from dataclasses import dataclass, field

from ticketapp.services.reporting.concerns import Concern


@dataclass(frozen=True)
class MoneySums:
    """The money of one currency. Net is what is left for the organizer of what was not refunded."""

    currency: str = ""
    gross_minor: int = 0
    gross_text: str = ""
    fees_text: str = ""
    taxes_text: str = ""
    refunds_text: str = ""
    net_text: str = ""


@dataclass(frozen=True)
class TierSales:
    """One tier's places and what they brought."""

    id: str = ""
    key: str = ""
    name: str = ""
    price_text: str = ""
    capacity: int = 0
    held: int = 0
    sold: int = 0
    available: int = 0
    gross_text: str = ""


@dataclass(frozen=True)
class EventSales:
    """One event's places and what they brought."""

    id: str = ""
    slug: str = ""
    name: str = ""
    starts_text: str = ""
    state: str = ""
    state_text: str = ""
    capacity: int = 0
    held: int = 0
    sold: int = 0
    available: int = 0
    admitted: int = 0
    gross_text: str = ""


@dataclass(frozen=True)
class LatestOrder:
    """An order as it landed: no name, and only the part that belongs to this organizer."""

    reference: str = ""
    at_text: str = ""
    events_text: str = ""
    tickets: int = 0
    amount_text: str = ""
    status: str = ""
    status_text: str = ""


@dataclass(frozen=True)
class SalesPoint:
    """The tickets sold up to the end of a span of time; the text also says how many in it."""

    label: str = ""
    value: int = 0
    text: str = ""


@dataclass(frozen=True)
class Payments:
    """How attempts to pay ended."""

    succeeded: int = 0
    failed: int = 0
    open: int = 0
    success_text: str = ""


@dataclass(frozen=True)
class Dashboard:
    """An organizer's sales, of all events or of one."""

    organizer_id: str = ""
    event_id: str = ""
    read_at_ms: int = 0
    read_at_text: str = ""
    capacity: int = 0
    held: int = 0
    sold: int = 0
    available: int = 0
    admitted: int = 0
    gross_text: str = ""
    fees_text: str = ""
    refunds_text: str = ""
    net_text: str = ""
    money: list[MoneySums] = field(default_factory=list)
    payments: Payments = field(default_factory=Payments)
    events: list[EventSales] = field(default_factory=list)
    tiers: list[TierSales] = field(default_factory=list)
    orders: list[LatestOrder] = field(default_factory=list)
    points: list[SalesPoint] = field(default_factory=list)
    points_text: str = ""
    concerns: list[Concern] = field(default_factory=list)


@dataclass(frozen=True)
class Team:
    """An organizer whose sales a person may see."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Alarm:
    """One thing that needs a person, and how often."""

    kind: str = ""
    count: int = 0
    text: str = ""
    step: str = ""


@dataclass(frozen=True)
class Alarms:
    """What needs a person in the whole shop; nothing while all is well."""

    alarms: list[Alarm] = field(default_factory=list)
    concerns: list[Concern] = field(default_factory=list)


@dataclass(frozen=True)
class BoardChoice:
    """Which sales somebody asked for: of which team, and of all its events or of one."""

    teams: list[Team] = field(default_factory=list)
    team: Team = field(default_factory=Team)
    event_id: str = ""
    event_name: str = ""


@dataclass(frozen=True)
class GateCount:
    """How many people came in through a gate."""

    gate: str = ""
    admitted: int = 0


@dataclass(frozen=True)
class DoorCounts:
    """How many people of an event are in, of how many that bought."""

    event_id: str = ""
    admitted: int = 0
    expected: int = 0
    gates: list[GateCount] = field(default_factory=list)
