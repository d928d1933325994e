"""What a ticket looks like from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ticketapp.core.signing import ticket_code
from ticketapp.core.times import clock_text, epoch_ms, moment_text
from ticketapp.models import TicketStatus

_STATUS_TEXTS = {
    TicketStatus.VALID: "Valid",
    TicketStatus.REFUNDED: "Refunded",
    TicketStatus.CANCELLED: "Cancelled",
    TicketStatus.TRANSFERRED: "Passed on",
}


@dataclass(frozen=True)
class TicketView:
    """One admission. `code` is what its QR carries, empty once the ticket is no longer valid."""

    id: str = ""
    serial: str = ""
    serial_text: str = ""
    code: str = ""
    order_id: str = ""
    event_id: str = ""
    event_slug: str = ""
    event_name: str = ""
    when_text: str = ""
    doors_text: str = ""
    place_text: str = ""
    starts_ms: int = 0
    ends_ms: int = 0
    tier_name: str = ""
    seat_label: str = ""
    attendee_name: str = ""
    status: str = ""
    status_text: str = ""
    is_valid: bool = False
    is_used: bool = False
    qr_path: str = ""


def ticket_view(row: Any) -> TicketView:
    """Make the view of a ticket's row, its code signed anew."""
    is_valid = row.status is TicketStatus.VALID
    code = (
        ticket_code(
            row.seed,
            key_number=row.key_number,
            event_id=row.event_id,
            ticket_id=row.id,
            revision=row.revision,
        )
        if is_valid
        else ""
    )
    return TicketView(
        id=str(row.id),
        serial=row.serial,
        serial_text=f"{row.serial[:5]} {row.serial[5:]}",
        code=code,
        order_id=str(row.order_id),
        event_id=str(row.event_id),
        event_slug=row.event_slug,
        event_name=row.event_name,
        when_text=moment_text(row.starts_at, row.timezone),
        doors_text=clock_text(row.doors_at, row.timezone),
        place_text=f"{row.venue_name}, {row.city}",
        starts_ms=epoch_ms(row.starts_at),
        ends_ms=epoch_ms(row.ends_at),
        tier_name=row.tier_name,
        seat_label=row.seat_label,
        attendee_name=row.attendee_name,
        status=row.status.value,
        status_text=_status_text(row),
        is_valid=is_valid,
        is_used=row.scanned_at is not None,
        qr_path=f"/api/tickets/{row.id}/qr.svg?revision={row.revision}" if is_valid else "",
    )


def _status_text(row: Any) -> str:
    if row.status is TicketStatus.VALID and row.scanned_at is not None:
        gate = f" · {row.scanned_gate}" if row.scanned_gate else ""
        return f"Scanned {clock_text(row.scanned_at, row.timezone)}{gate}"
    return _STATUS_TEXTS[row.status]


@dataclass(frozen=True)
class TicketShelves:
    """A person's tickets by when they are for; the nearest first, of those past the last first."""

    today: list[TicketView] = field(default_factory=list)
    upcoming: list[TicketView] = field(default_factory=list)
    past: list[TicketView] = field(default_factory=list)


def shelves(rows: Sequence[Any], now: datetime) -> TicketShelves:
    """Sort tickets' rows into shelves: today is what starts on this day where it takes place, or is going on."""
    put = TicketShelves()
    for row in rows:
        zone = ZoneInfo(row.timezone)
        is_same_day = row.starts_at.astimezone(zone).date() == now.astimezone(zone).date()
        if row.ends_at <= now:
            put.past.insert(0, ticket_view(row))
        elif is_same_day or row.doors_at <= now:
            put.today.append(ticket_view(row))
        else:
            put.upcoming.append(ticket_view(row))
    return put
