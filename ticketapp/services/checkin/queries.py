"""Read what the door needs: its events, who is in, the last scans, tickets by name or order."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.times import clock_text, moment_text
from ticketapp.models import (
    Event,
    EventStatus,
    Order,
    Scan,
    ScanResult,
    Ticket,
    TicketStatus,
    Tier,
    Venue,
)
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_scan
from ticketapp.services.accounts.views import Actor
from ticketapp.services.checkin.rules import UNDO_MINUTES
from ticketapp.services.checkin.views import ConflictLine, DoorEventView, FoundTicket, HistoryLine, face_of

EVENTS_MAX = 40
HISTORY_MAX = 20
CONFLICTS_MAX = 50
FOUND_MAX = 20
SEARCH_MIN = 2
# A door works from the evening before until the morning after.
_BEFORE, _AFTER = timedelta(days=14), timedelta(hours=12)

_EVENTS, _VENUES = table_of(Event), table_of(Venue)
_SCANS, _TICKETS, _TIERS, _ORDERS = table_of(Scan), table_of(Ticket), table_of(Tier), table_of(Order)
_EVENT_COLUMNS = (
    *(
        _EVENTS.c[name]
        for name in ("id", "slug", "name", "organizer_id", "starts_at", "doors_at", "timezone")
    ),
    _VENUES.c.name.label("venue"),
)


def list_door_events(session: Session, *, actor: Actor | None, now: datetime) -> list[DoorEventView]:
    """List the events whose door this person may work, today's first, then the next ones."""
    query = (
        sa.select(*_EVENT_COLUMNS)
        .join(_VENUES, _VENUES.c.id == _EVENTS.c.venue_id)
        .where(
            _EVENTS.c.status.in_([EventStatus.PUBLISHED, EventStatus.PAUSED]),
            _EVENTS.c.starts_at < now + _BEFORE,
            _EVENTS.c.ends_at > now - _AFTER,
        )
        .order_by(_EVENTS.c.starts_at, _EVENTS.c.id)
        .limit(EVENTS_MAX)
    )
    if actor is None:
        return []
    if not actor.is_admin:
        query = query.where(_EVENTS.c.organizer_id.in_(sorted(actor.organizers)))
    views = [_event_view(row, now) for row in session.execute(query)]
    return sorted(views, key=lambda view: not view.is_today)


def get_door_event(session: Session, *, actor: Actor | None, slug: str, now: datetime) -> DoorEventView:
    """Read one event for its door.

    Raises:
        NotFound: there is no such event, or this person does not work its door.
    """
    query = (
        sa.select(*_EVENT_COLUMNS)
        .join(_VENUES, _VENUES.c.id == _EVENTS.c.venue_id)
        .where(_EVENTS.c.slug == slug)
    )
    row = session.execute(query).first()
    if row is None or not may_scan(actor, row.organizer_id):
        raise NotFound("We could not find this door.")
    return _event_view(row, now)


def _event_view(row: Any, now: datetime) -> DoorEventView:
    zone = ZoneInfo(row.timezone)
    return DoorEventView(
        id=str(row.id),
        slug=row.slug,
        name=row.name,
        starts_text=moment_text(row.starts_at, row.timezone),
        doors_text=clock_text(row.doors_at, row.timezone),
        venue=row.venue,
        is_today=row.starts_at.astimezone(zone).date() == now.astimezone(zone).date(),
    )


def check_door(session: Session, *, actor: Actor | None, event_id: UUID) -> str:
    """Let only the people of this door pass, and give the event's zone.

    Raises:
        NotFound: there is no such event, or this person does not work its door.
    """
    query = sa.select(_EVENTS.c.organizer_id, _EVENTS.c.timezone).where(_EVENTS.c.id == event_id)
    row = session.execute(query).first()
    if row is None or not may_scan(actor, row.organizer_id):
        raise NotFound("We could not find this door.")
    return row.timezone


def list_last_scans(
    session: Session, *, actor: Actor | None, event_id: UUID, now: datetime
) -> list[HistoryLine]:
    """List the last scans at this event's door, newest first.

    Raises:
        NotFound: there is no such event, or this person does not work its door.
    """
    timezone = check_door(session, actor=actor, event_id=event_id)
    query = (
        sa.select(
            *(_SCANS.c[name] for name in ("id", "result", "gate", "received_at", "undone_at")),
            _TICKETS.c.serial,
            _TICKETS.c.attendee_name,
            _TICKETS.c.event_id.label("ticket_event_id"),
        )
        .outerjoin(_TICKETS, _TICKETS.c.id == _SCANS.c.ticket_id)
        .where(_SCANS.c.event_id == event_id)
        .order_by(_SCANS.c.received_at.desc(), _SCANS.c.id.desc())
        .limit(HISTORY_MAX)
    )
    return [_history_line(row, event_id, timezone, now) for row in session.execute(query)]


def _history_line(row: Any, event_id: UUID, timezone: str, now: datetime) -> HistoryLine:
    is_ours = row.ticket_event_id == event_id
    kind, word = face_of(row.result)
    is_entry = row.result is ScanResult.ADMITTED and row.undone_at is None
    return HistoryLine(
        scan_id=str(row.id),
        at_text=clock_text(row.received_at, timezone),
        kind=kind,
        word=word,
        label=(row.attendee_name or row.serial) if is_ours else "",
        gate=row.gate,
        is_undone=row.undone_at is not None,
        can_undo=is_entry and now - row.received_at <= timedelta(minutes=UNDO_MINUTES),
    )


def list_conflicts(session: Session, *, actor: Actor | None, event_id: UUID) -> list[ConflictLine]:
    """List whom devices let in on their own though the ticket had another entry or was not valid, newest first.

    Raises:
        NotFound: there is no such event, or this person does not work its door.
    """
    timezone = check_door(session, actor=actor, event_id=event_id)
    entries = _SCANS.alias("entries")
    is_entry = sa.and_(
        entries.c.ticket_id == _SCANS.c.ticket_id,
        entries.c.result == ScanResult.ADMITTED,
        entries.c.undone_at.is_(None),
    )
    query = (
        sa.select(
            *(_SCANS.c[name] for name in ("result", "gate", "scanned_at")),
            _TICKETS.c.serial,
            entries.c.scanned_at.label("entered_at"),
            entries.c.gate.label("entered_gate"),
        )
        .outerjoin(_TICKETS, _TICKETS.c.id == _SCANS.c.ticket_id)
        .outerjoin(entries, is_entry)
        .where(
            _SCANS.c.event_id == event_id,
            _SCANS.c.is_offline_entry,
            _SCANS.c.result != ScanResult.ADMITTED,
            _SCANS.c.undone_at.is_(None),
        )
        .order_by(_SCANS.c.received_at.desc(), _SCANS.c.id.desc())
        .limit(CONFLICTS_MAX)
    )
    return [_conflict_line(row, timezone) for row in session.execute(query)]


def _conflict_line(row: Any, timezone: str) -> ConflictLine:
    entered_at: datetime | None = row.entered_at if row.result is ScanResult.ALREADY_ADMITTED else None
    where = f"{clock_text(row.scanned_at, timezone)} {row.gate}".strip()
    entered = f"{clock_text(entered_at, timezone)} {row.entered_gate}".strip() if entered_at else ""
    return ConflictLine(
        serial=row.serial or "",
        text=f"Let in at {where} and at {entered}." if entered_at else f"Let in at {where}.",
        word="Two entries" if entered_at else face_of(row.result)[1],
    )


def find_tickets(session: Session, *, actor: Actor | None, event_id: UUID, text: str) -> list[FoundTicket]:
    """Find an event's tickets by name, order reference or the end of the serial.

    Raises:
        NotFound: there is no such event, or this person does not work its door.
    """
    check_door(session, actor=actor, event_id=event_id)
    words = " ".join(text.split())[:80].lower()
    if len(words) < SEARCH_MIN or not words.isprintable():
        return []
    within = sa.func.lower(_TICKETS.c.attendee_name).contains(words, autoescape=True)
    buyer = sa.func.lower(_ORDERS.c.contact_name).contains(words, autoescape=True)
    order = sa.func.lower(_ORDERS.c.reference).contains(words, autoescape=True)
    serial = _TICKETS.c.serial.endswith(words.upper().replace(" ", "").replace("-", ""), autoescape=True)
    is_in = sa.exists().where(
        _SCANS.c.ticket_id == _TICKETS.c.id,
        _SCANS.c.result == ScanResult.ADMITTED,
        _SCANS.c.undone_at.is_(None),
    )
    query = (
        sa.select(
            *(_TICKETS.c[name] for name in ("serial", "attendee_name", "seat_label", "status")),
            _TIERS.c.name.label("tier_name"),
            _ORDERS.c.reference,
            _ORDERS.c.contact_name,
            _ORDERS.c.contact_email,
            is_in.label("is_in"),
        )
        .join(_TIERS, _TIERS.c.id == _TICKETS.c.tier_id)
        .join(_ORDERS, _ORDERS.c.id == _TICKETS.c.order_id)
        .where(_TICKETS.c.event_id == event_id, sa.or_(within, buyer, order, serial))
        .order_by(_ORDERS.c.contact_name, _TICKETS.c.serial)
        .limit(FOUND_MAX)
    )
    return [_found(row) for row in session.execute(query)]


def _found(row: Any) -> FoundTicket:
    return FoundTicket(
        serial=row.serial,
        attendee_name=row.attendee_name or row.contact_name,
        email_masked=_masked(row.contact_email),
        order_reference=row.reference,
        tier=row.tier_name,
        seat=row.seat_label,
        state="in" if row.is_in and row.status is TicketStatus.VALID else row.status.value,
    )


def _masked(email: str) -> str:
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}" if host else ""
