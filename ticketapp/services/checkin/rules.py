"""Decide what a door may do, from the facts alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ticketapp.models import EventStatus, OrderStatus, ScanResult, TicketStatus
from ticketapp.services.checkin.errors import NothingToUndo, TooLateToUndo
from ticketapp.services.checkin.requests import GATE_MAX, Presented

UNDO_MINUTES = 15
SERIAL_LENGTH = 10
# What Crockford's base 32 leaves out because people misread it.
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = str.maketrans("", "", " -\t\u2010\u2011\u2013")

_BY_TICKET = {
    TicketStatus.REFUNDED: ScanResult.REFUNDED,
    TicketStatus.CANCELLED: ScanResult.CANCELLED,
    TicketStatus.TRANSFERRED: ScanResult.TRANSFERRED,
}
_BY_ORDER = {
    OrderStatus.AWAITING_PAYMENT: ScanResult.NOT_PAID,
    OrderStatus.EXPIRING: ScanResult.NOT_PAID,
    OrderStatus.EXPIRED: ScanResult.NOT_PAID,
    OrderStatus.CANCELLED: ScanResult.CANCELLED,
    OrderStatus.REFUNDED: ScanResult.REFUNDED,
}


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What decides about a ticket: its own state, its order's and its event's."""

    event_id: UUID
    event_status: EventStatus
    status: TicketStatus
    revision: int
    order_status: OrderStatus


def serial_of(text: str) -> str:
    """Read a typed serial: case, spaces and hyphens do not matter, and O, I and L are read as 0 and 1."""
    serial = text.upper().translate(_SEPARATORS).translate(_MISREAD)
    return serial if len(serial) == SERIAL_LENGTH and serial.isascii() and serial.isalnum() else ""


def gate_name(text: object) -> str:
    """Read the name of a gate, or of a device, as it is kept."""
    name = str(text)
    printable = name if name.isprintable() else "".join(filter(str.isprintable, name))
    return " ".join(printable.split())[:GATE_MAX]


def refusal(event_id: UUID, presented: Presented, ticket: TicketFacts | None) -> ScanResult | None:
    """Say why this may not enter the event; None when only an earlier entry could stand in the way."""
    if not presented.is_genuine:
        return ScanResult.INVALID_SIGNATURE
    if ticket is None:
        return ScanResult.UNKNOWN
    if ticket.event_id != event_id:
        return ScanResult.WRONG_EVENT
    return _ended(ticket) or _replaced(presented, ticket) or _BY_ORDER.get(ticket.order_status)


def _ended(ticket: TicketFacts) -> ScanResult | None:
    if ticket.status is TicketStatus.VALID and ticket.event_status is EventStatus.CANCELLED:
        return ScanResult.CANCELLED
    return _BY_TICKET.get(ticket.status)


def _replaced(presented: Presented, ticket: TicketFacts) -> ScanResult | None:
    return None if presented.revision in {None, ticket.revision} else ScanResult.TRANSFERRED


def check_undo(result: ScanResult, received_at: datetime, now: datetime) -> None:
    """Let an entry be undone for a while.

    Raises:
        NothingToUndo: the scan let nobody in.
        TooLateToUndo: the entry is older than `UNDO_MINUTES`.
    """
    if result is not ScanResult.ADMITTED:
        raise NothingToUndo
    if now - received_at > timedelta(minutes=UNDO_MINUTES):
        raise TooLateToUndo(UNDO_MINUTES)
