"""Lock and read, for a whole batch of scans at once, everything that decides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.integrations.sets import Keys, among, dialect_of
from ticketapp.models import DoorStock, Event, EventStatus, Order, Scan, ScanResult, Ticket, Tier
from ticketapp.models.base import table_of
from ticketapp.services.checkin.requests import RedeemRequest
from ticketapp.services.checkin.rules import TicketFacts

_DOORS, _EVENTS, _SCANS = table_of(DoorStock), table_of(Event), table_of(Scan)
_TICKETS, _TIERS, _ORDERS = table_of(Ticket), table_of(Tier), table_of(Order)
_BY_ID = Keys("wanted", {"id": sa.Uuid()})
_BY_SERIAL = Keys("typed", {"serial": sa.String()})
# Word for word the condition of the index `uq_scans_one_admission`, or it could not be used.
_IS_ENTRY = sa.text("scans.result = 'admitted' AND scans.undone_at IS NULL")
# Our own clock says when somebody came in, unless the device was alone; then only its clock knows.
_ENTRY_COLUMNS = (
    sa.case((_SCANS.c.is_offline_entry, _SCANS.c.scanned_at), else_=_SCANS.c.received_at).label("entered_at"),
    _SCANS.c.gate,
    _SCANS.c.device,
)
_LOCK = (
    sa.select(
        _DOORS.c.event_id,
        _DOORS.c.admitted,
        *(_EVENTS.c[name] for name in ("organizer_id", "name", "status", "timezone")),
    )
    .join(_EVENTS, _EVENTS.c.id == _DOORS.c.event_id)
    .where(among(_DOORS.c.event_id, "events"))
    .order_by(_DOORS.c.event_id)
    .with_for_update(of=_DOORS)
)


@dataclass(slots=True)
class DoorEvent:
    """An event's door as it is under the lock."""

    event_id: UUID
    organizer_id: UUID
    name: str
    status: EventStatus
    timezone: str
    admitted: int
    admitted_before: int


@dataclass(frozen=True, slots=True)
class Entry:
    """When and where a ticket was let in."""

    at: datetime
    gate: str
    device: str


@dataclass(slots=True)
class DoorTicket:
    """A ticket as it is under the lock, with its entry if somebody is in on it."""

    ticket_id: UUID
    person_id: UUID
    serial: str
    tier_name: str
    seat_label: str
    attendee_name: str
    order_reference: str
    event_name: str
    event_starts_at: datetime
    event_timezone: str
    facts: TicketFacts
    entry: Entry | None


@dataclass(slots=True)
class DoorFacts:
    events: dict[UUID, DoorEvent]
    earlier: dict[UUID, Any]
    serials: dict[str, UUID]
    tickets: dict[UUID, DoorTicket]

    def ticket_of(self, request: RedeemRequest) -> DoorTicket | None:
        """Find the ticket that was presented."""
        presented = request.presented
        ticket_id = presented.ticket_id or self.serials.get(presented.serial)
        return None if ticket_id is None else self.tickets.get(ticket_id)


def load_facts(session: Session, requests: Sequence[RedeemRequest]) -> DoorFacts:
    """Lock the doors of the scans in id order, then read what decides them as of the lock."""
    events = lock_doors(session, {request.event_id for request in requests})
    earlier = _earlier_scans(session, {request.scan_id for request in requests})
    serials = _serials(session, {r.presented.serial for r in requests if r.presented.serial})
    wanted = {request.presented.ticket_id for request in requests} | set(serials.values())
    wanted |= {scan.ticket_id for scan in earlier.values()}
    return DoorFacts(events, earlier, serials, _tickets(session, wanted - {None}))


def lock_doors(session: Session, event_ids: set[UUID]) -> dict[UUID, DoorEvent]:
    """Lock the head counts of events in id order; unknown events are left out."""
    doors = _locked(session, event_ids)
    if len(doors) < len(event_ids):
        _open_doors(session, event_ids - set(doors))
        doors = _locked(session, event_ids)
    return doors


def _locked(session: Session, event_ids: set[UUID]) -> dict[UUID, DoorEvent]:
    return {
        row.event_id: DoorEvent(
            row.event_id, row.organizer_id, row.name, row.status, row.timezone, row.admitted, row.admitted
        )
        for row in session.connection().execute(_LOCK, {"events": sorted(event_ids)})
    }


def _open_doors(session: Session, event_ids: set[UUID]) -> None:
    # Two gates may open the same door at once; the second finds it open.
    insert = (postgresql if dialect_of(session) == "postgresql" else sqlite).insert(_DOORS)
    known = sa.select(_EVENTS.c.id, sa.literal(0)).where(_EVENTS.c.id.in_(sorted(event_ids)))
    session.execute(insert.from_select(["event_id", "admitted"], known).on_conflict_do_nothing())


@cache
def _earlier_query(dialect: str) -> sa.Select[Any]:
    keys = _BY_ID.table(dialect)
    return sa.select(_BY_ID.each(dialect, keys, sa.select(_SCANS).where(_SCANS.c.id == keys.c.id)))


def _earlier_scans(session: Session, scan_ids: set[UUID]) -> dict[UUID, Any]:
    dialect = dialect_of(session)
    keys = _BY_ID.given(dialect, [(scan_id,) for scan_id in scan_ids])
    return {row.id: row for row in session.connection().execute(_earlier_query(dialect), keys)}


@cache
def _serials_query(dialect: str) -> sa.Select[Any]:
    keys = _BY_SERIAL.table(dialect)
    named: Any = sa.select(_TICKETS.c.serial, _TICKETS.c.id).where(_TICKETS.c.serial == keys.c.serial)
    return sa.select(_BY_SERIAL.each(dialect, keys, named))


def _serials(session: Session, serials: set[str]) -> dict[str, UUID]:
    if not serials:
        return {}
    dialect = dialect_of(session)
    keys = _BY_SERIAL.given(dialect, [(serial,) for serial in serials])
    return {row.serial: row.id for row in session.connection().execute(_serials_query(dialect), keys)}


@cache
def _tickets_query(dialect: str) -> sa.Select[Any]:
    keys = _BY_ID.table(dialect)
    ticket = (
        sa.select(
            *(
                _TICKETS.c[name]
                for name in ("id", "person_id", "serial", "seat_label", "attendee_name", "status", "revision")
            ),
            _TICKETS.c.event_id,
            _TIERS.c.name.label("tier_name"),
            _ORDERS.c.reference,
            _ORDERS.c.status.label("order_status"),
            _EVENTS.c.name.label("event_name"),
            _EVENTS.c.status.label("event_status"),
            _EVENTS.c.starts_at,
            _EVENTS.c.timezone,
            *_ENTRY_COLUMNS,
        )
        .select_from(_TICKETS)
        .join(_TIERS, _TIERS.c.id == _TICKETS.c.tier_id)
        .join(_ORDERS, _ORDERS.c.id == _TICKETS.c.order_id)
        .join(_EVENTS, _EVENTS.c.id == _TICKETS.c.event_id)
        .outerjoin(_SCANS, sa.and_(_SCANS.c.ticket_id == _TICKETS.c.id, _IS_ENTRY))
        .where(_TICKETS.c.id == keys.c.id)
        # A refund of this very moment waits for the scan, or the scan for the refund.
        .with_for_update(of=_TICKETS, key_share=True)
    )
    return sa.select(_BY_ID.each(dialect, keys, ticket))


def _tickets(session: Session, ticket_ids: set[UUID | None]) -> dict[UUID, DoorTicket]:
    if not ticket_ids:
        return {}
    dialect = dialect_of(session)
    # The keys' order is the order in which the rows are locked.
    keys = _BY_ID.given(dialect, [(ticket_id,) for ticket_id in sorted(filter(None, ticket_ids))])
    return {row.id: _door_ticket(row) for row in session.connection().execute(_tickets_query(dialect), keys)}


def _door_ticket(row: Any) -> DoorTicket:
    return DoorTicket(
        ticket_id=row.id,
        person_id=row.person_id,
        serial=row.serial,
        tier_name=row.tier_name,
        seat_label=row.seat_label,
        attendee_name=row.attendee_name,
        order_reference=row.reference,
        event_name=row.event_name,
        event_starts_at=row.starts_at,
        event_timezone=row.timezone,
        facts=TicketFacts(row.event_id, row.event_status, row.status, row.revision, row.order_status),
        entry=None if row.entered_at is None else Entry(row.entered_at, row.gate, row.device),
    )


def entry_at(session: Session, ticket_id: UUID, moment: datetime) -> Entry | None:
    """Find the entry a ticket had at a moment, undone since or not."""
    query = (
        sa.select(*_ENTRY_COLUMNS)
        .where(
            _SCANS.c.ticket_id == ticket_id,
            _SCANS.c.result == ScanResult.ADMITTED,
            _SCANS.c.received_at <= moment,
            sa.or_(_SCANS.c.undone_at.is_(None), _SCANS.c.undone_at > moment),
        )
        .order_by(_SCANS.c.received_at.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else Entry(row.entered_at, row.gate, row.device)
