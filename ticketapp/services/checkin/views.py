"""What the door shows."""

from dataclasses import dataclass
from uuid import UUID

from ticketapp.core.times import clock_text, day_text
from ticketapp.models import ScanResult
from ticketapp.services.checkin.facts import DoorEvent, DoorTicket, Entry


@dataclass(frozen=True)
class ScanView:
    """A scan's verdict. What is not known, or is none of this door's business, is empty."""

    scan_id: str = ""
    result: str = ""
    kind: str = ""
    word: str = ""
    text: str = ""
    ticket_id: str = ""
    serial: str = ""
    tier: str = ""
    seat: str = ""
    attendee_name: str = ""
    order_reference: str = ""
    event_name: str = ""
    first_at: str = ""
    first_at_text: str = ""
    first_gate: str = ""
    first_device: str = ""


@dataclass(frozen=True)
class DoorEventView:
    """An event somebody may check people in at."""

    id: str = ""
    slug: str = ""
    name: str = ""
    starts_text: str = ""
    doors_text: str = ""
    venue: str = ""
    is_today: bool = False


@dataclass(frozen=True)
class HistoryLine:
    """One scan as it stands in the list of the last ones."""

    scan_id: str = ""
    at_text: str = ""
    kind: str = ""
    word: str = ""
    label: str = ""
    gate: str = ""
    is_undone: bool = False
    can_undo: bool = False


@dataclass(frozen=True)
class ConflictLine:
    """Somebody a device let in on its own who should not have been: what is wrong, where and when."""

    serial: str = ""
    word: str = ""
    text: str = ""


@dataclass(frozen=True)
class FoundTicket:
    """A ticket found by name or order."""

    serial: str = ""
    attendee_name: str = ""
    email_masked: str = ""
    order_reference: str = ""
    tier: str = ""
    seat: str = ""
    state: str = ""


@dataclass(frozen=True)
class BundledTicket:
    """What a device must know of a ticket to decide alone: no name."""

    id: str
    revision: int
    state: str
    tier: str


@dataclass(frozen=True)
class Bundle:
    """What a device needs offline. The version names the list: a device that has it gets no tickets."""

    version: str
    event_id: str
    event_status: str
    doors_at: str
    ends_at: str
    public_keys: dict[int, bytes]
    tickets: list[BundledTicket]


@dataclass(frozen=True)
class Conflict:
    """A scan whose ticket had another entry; if the device let somebody in on it, one ticket admitted two."""

    scan_id: str
    ticket_id: str
    was_let_in: bool
    first_at: str
    first_gate: str
    first_device: str


@dataclass(frozen=True)
class Refusal:
    """A scan that should not have been let in, and why."""

    scan_id: str
    result: str


@dataclass(frozen=True)
class Synced:
    """What became of the scans of a device: entries, scans of tickets that were in already, refused ones."""

    accepted: int
    duplicates: list[Conflict]
    refused: list[Refusal]


# What a verdict asks of the person at the door (let in, stop, refuse, help), and its one big word.
_FACES = {
    ScanResult.ADMITTED: ("admit", "Admit"),
    ScanResult.ALREADY_ADMITTED: ("already", "Already in"),
    ScanResult.WRONG_EVENT: ("refused", "Wrong event"),
    ScanResult.WRONG_GATE: ("refused", "Wrong gate"),
    ScanResult.NOT_PAID: ("ask", "Not paid"),
    ScanResult.REFUNDED: ("refused", "Refunded"),
    ScanResult.CANCELLED: ("refused", "Cancelled"),
    ScanResult.TRANSFERRED: ("refused", "Transferred"),
    ScanResult.UNKNOWN: ("refused", "Unknown"),
    ScanResult.INVALID_SIGNATURE: ("refused", "Not genuine"),
}
_TEXTS = {
    ScanResult.ADMITTED: "",
    ScanResult.WRONG_GATE: "Use another gate.",
    ScanResult.NOT_PAID: "The order has not been paid.",
    ScanResult.REFUNDED: "The money for this ticket went back to the buyer.",
    ScanResult.CANCELLED: "This ticket was cancelled.",
    ScanResult.TRANSFERRED: "This code was replaced. The new holder has the current one.",
    ScanResult.UNKNOWN: "We do not know this code.",
    ScanResult.INVALID_SIGNATURE: "This code was not made by us.",
}


def face_of(result: ScanResult) -> tuple[str, str]:
    """Give a verdict's kind (admit, already, refused or ask) and its word."""
    return _FACES[result]


def scan_view(
    scan_id: UUID, result: ScanResult, door: DoorEvent, ticket: DoorTicket | None, entry: Entry | None
) -> ScanView:
    """Write a verdict for the screen and the API."""
    kind, word = face_of(result)
    if ticket is None:
        return ScanView(str(scan_id), result.value, kind, word, _TEXTS[result])
    if result is ScanResult.WRONG_EVENT:
        # The ticket may be another organizer's: its event is on its face, the rest is not this door's business.
        day = day_text(ticket.event_starts_at, ticket.event_timezone)
        text = f"This ticket is for {ticket.event_name}, {day}."
        return ScanView(str(scan_id), result.value, kind, word, text, event_name=ticket.event_name)
    first = entry if result is ScanResult.ALREADY_ADMITTED else None
    return ScanView(
        scan_id=str(scan_id),
        result=result.value,
        kind=kind,
        word=word,
        text=_text(result, door, first),
        ticket_id=str(ticket.ticket_id),
        serial=ticket.serial,
        tier=ticket.tier_name,
        seat=ticket.seat_label,
        attendee_name=ticket.attendee_name,
        order_reference=ticket.order_reference,
        event_name=ticket.event_name,
        first_at="" if first is None else first.at.isoformat(),
        first_at_text="" if first is None else clock_text(first.at, door.timezone),
        first_gate="" if first is None else first.gate,
        first_device="" if first is None else first.device,
    )


def _text(result: ScanResult, door: DoorEvent, first: Entry | None) -> str:
    if first is None:
        return _TEXTS.get(result, "")
    where = ", ".join(
        part for part in (clock_text(first.at, door.timezone), first.gate, first.device) if part
    )
    return f"Came in at {where}."
