"""Take in what a device decided while it could not ask.

Whoever was let in is in; what remains to be said is whose entry it was. Of all the entries claimed for a ticket, one is
the entry: an entry that the server decided, else the earliest by the device's clock, then by device and scan id. The
others are conflicts: the same ticket at two gates. That depends only on which scans there are, so uploads may arrive
in any order, in parts and more than once, and end in the same state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.integrations.sets import insert_rows
from ticketapp.models import DoorStock, Scan, ScanResult
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_scan
from ticketapp.services.checkin.errors import ScanIdTaken
from ticketapp.services.checkin.facts import DoorEvent, DoorFacts, load_facts
from ticketapp.services.checkin.requests import OfflineScan
from ticketapp.services.checkin.rules import refusal
from ticketapp.services.checkin.views import Conflict, Refusal, Synced
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record_many

SCANS_MAX = 500

_SCANS, _DOORS = table_of(Scan), table_of(DoorStock)
_COLUMNS = (
    "id", "event_id", "ticket_id", "person_id", "gate", "device", "result", "scanned_at", "received_at",
    "is_offline_entry",
)  # fmt: skip
_SET_RESULT = (
    sa.update(_SCANS).where(_SCANS.c.id == sa.bindparam("scan")).values(result=sa.bindparam("verdict"))
)


def sync_scans(session: Session, *, scans: Sequence[OfflineScan], now: datetime) -> Synced:
    """Take in the scans of a device, all of them or none; doing so again changes nothing and answers the same.

    Raises:
        NotFound: a scan is of an event that is none of this person's doors.
        ScanIdTaken: an id belongs to a scan at another event.
    """
    by_id = {scan.request.scan_id: scan for scan in scans}
    facts = load_facts(session, [scan.request for scan in by_id.values()])
    for scan in by_id.values():
        _check(scan, facts)
    new = [scan for scan_id, scan in by_id.items() if scan_id not in facts.earlier]
    insert_rows(session, _SCANS, _COLUMNS, [_row(scan, facts, now) for scan in new])
    claimed = {ticket_id for scan in new if (ticket_id := _claimed_ticket(scan, facts)) is not None}
    _settle(session, claimed, facts, now)
    return _answer(session, list(by_id))


def _check(scan: OfflineScan, facts: DoorFacts) -> None:
    door = facts.events.get(scan.request.event_id)
    if door is None or not may_scan(scan.request.actor, door.organizer_id):
        raise NotFound
    earlier = facts.earlier.get(scan.request.scan_id)
    if earlier is not None and earlier.event_id != scan.request.event_id:
        raise ScanIdTaken


def _row(scan: OfflineScan, facts: DoorFacts, now: datetime) -> tuple[Any, ...]:
    request = scan.request
    ticket = facts.ticket_of(request)
    # A claimed entry begins as one too many; `_settle` then says which one it was.
    result = (
        refusal(request.event_id, request.presented, ticket and ticket.facts) or ScanResult.ALREADY_ADMITTED
    )
    return (
        request.scan_id, request.event_id, ticket and ticket.ticket_id, request.actor.person_id, request.gate,
        request.device, result.value, request.scanned_at, now, scan.was_let_in,
    )  # fmt: skip


def _claimed_ticket(scan: OfflineScan, facts: DoorFacts) -> UUID | None:
    ticket = facts.ticket_of(scan.request)
    if ticket is None or not scan.was_let_in:
        return None
    is_refused = refusal(scan.request.event_id, scan.request.presented, ticket.facts) is not None
    return None if is_refused else ticket.ticket_id


@dataclass(slots=True)
class _Claims:
    """The entries claimed for one ticket."""

    scans: list[Any]

    @property
    def current(self) -> Any:
        return next((scan for scan in self.scans if scan.result is ScanResult.ADMITTED), None)

    @property
    def entry(self) -> Any:
        if self.current is not None and not self.current.is_offline_entry:
            return self.current
        return min(self.scans, key=lambda scan: (scan.scanned_at, scan.device, scan.id))


def _settle(session: Session, ticket_ids: set[UUID], facts: DoorFacts, now: datetime) -> None:
    moved = [claims for claims in _claims(session, ticket_ids).values() if claims.current is not claims.entry]
    demoted = [claims.current.id for claims in moved if claims.current is not None]
    _set_results(session, demoted, ScanResult.ALREADY_ADMITTED)
    _set_results(session, [claims.entry.id for claims in moved], ScanResult.ADMITTED)
    _count_in(session, [claims.entry for claims in moved if claims.current is None], facts)
    record_many(session, [_log_entry(claims, now) for claims in moved])


def _claims(session: Session, ticket_ids: set[UUID]) -> dict[UUID, _Claims]:
    if not ticket_ids:
        return {}
    is_claim = sa.or_(
        _SCANS.c.result == ScanResult.ADMITTED,
        sa.and_(_SCANS.c.result == ScanResult.ALREADY_ADMITTED, _SCANS.c.is_offline_entry),
    )
    query = sa.select(_SCANS).where(
        _SCANS.c.ticket_id.in_(sorted(ticket_ids)), _SCANS.c.undone_at.is_(None), is_claim
    )
    found: dict[UUID, _Claims] = {}
    for row in session.execute(query):
        found.setdefault(row.ticket_id, _Claims([])).scans.append(row)
    return found


def _set_results(session: Session, scan_ids: list[UUID], result: ScanResult) -> None:
    if scan_ids:
        session.execute(_SET_RESULT, [{"scan": scan_id, "verdict": result} for scan_id in scan_ids])


def _count_in(session: Session, entries: list[Any], facts: DoorFacts) -> None:
    doors: dict[UUID, DoorEvent] = {entry.event_id: facts.events[entry.event_id] for entry in entries}
    for entry in entries:
        doors[entry.event_id].admitted += 1
    for door in doors.values():
        session.execute(
            sa.update(_DOORS).where(_DOORS.c.event_id == door.event_id).values(admitted=door.admitted)
        )
        announce(session, "door", door.event_id)
        announce(session, "org", door.organizer_id)


def _log_entry(claims: _Claims, now: datetime) -> dict[str, Any]:
    entry = claims.entry
    return {
        "at": now,
        "kind": "ticket.admitted" if claims.current is None else "ticket.entry_moved",
        "subject": entry.ticket_id,
        "actor": entry.person_id,
        "data": {"scan": str(entry.id), "gate": entry.gate, "device": entry.device, "offline": True},
    }


def _answer(session: Session, scan_ids: list[UUID]) -> Synced:
    rows = {row.id: row for row in session.execute(sa.select(_SCANS).where(_SCANS.c.id.in_(scan_ids)))}
    scans = [rows[scan_id] for scan_id in scan_ids]
    doubles = [scan for scan in scans if scan.result is ScanResult.ALREADY_ADMITTED]
    entries = {
        ticket_id: claims.current
        for ticket_id, claims in _claims(session, {scan.ticket_id for scan in doubles}).items()
    }
    return Synced(
        accepted=sum(scan.result is ScanResult.ADMITTED for scan in scans),
        duplicates=[_conflict(scan, entries.get(scan.ticket_id)) for scan in doubles],
        refused=[
            Refusal(str(scan.id), scan.result.value)
            for scan in scans
            if scan.result not in {ScanResult.ADMITTED, ScanResult.ALREADY_ADMITTED}
        ],
    )


def _conflict(scan: Any, entry: Any) -> Conflict:
    return Conflict(
        scan_id=str(scan.id),
        ticket_id=str(scan.ticket_id),
        was_let_in=scan.is_offline_entry,
        first_at="" if entry is None else entry.scanned_at.isoformat(),
        first_gate="" if entry is None else entry.gate,
        first_device="" if entry is None else entry.device,
    )
