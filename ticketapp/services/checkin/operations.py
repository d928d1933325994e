"""Let people in, once each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError, NotFound
from ticketapp.integrations.sets import insert_rows
from ticketapp.models import DoorStock, Scan, ScanResult, Ticket
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_scan
from ticketapp.services.accounts.views import Actor
from ticketapp.services.checkin.errors import ScanIdTaken
from ticketapp.services.checkin.facts import (
    DoorEvent,
    DoorFacts,
    DoorTicket,
    Entry,
    entry_at,
    load_facts,
    lock_doors,
)
from ticketapp.services.checkin.requests import RedeemRequest
from ticketapp.services.checkin.rules import check_undo, refusal
from ticketapp.services.checkin.views import ScanView, scan_view
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record, record_many

_SCANS, _DOORS = table_of(Scan), table_of(DoorStock)
_COLUMNS = (
    "id",
    "event_id",
    "ticket_id",
    "person_id",
    "gate",
    "device",
    "result",
    "scanned_at",
    "received_at",
)
_SAVE_DOOR = (
    sa.update(_DOORS).where(_DOORS.c.event_id == sa.bindparam("door")).values(admitted=sa.bindparam("count"))
)


def redeem_many(
    session: Session, requests: Sequence[RedeemRequest], now: datetime
) -> list[ScanView | AppError]:
    """Decide a batch of scans in the order they came; for `runtime.grouped`.

    A scan id that was answered before gets that answer again. Outcomes that are errors:
        NotFound: there is no such event, or the person does not work its door.
        ScanIdTaken: the id belongs to a scan at another event.
    """
    batch = _Batch(session, load_facts(session, requests), now)
    outcomes = [batch.decide(request) for request in requests]
    batch.save()
    return outcomes


def undo_scan(session: Session, *, actor: Actor, scan_id: UUID, now: datetime) -> UUID:
    """Take an entry back, so that the ticket admits again; the scan stays on record. Gives the event's id.

    Undoing twice changes nothing.

    Raises:
        NotFound: there is no such scan at a door this person works.
        NothingToUndo: the scan let nobody in.
        TooLateToUndo: the entry is too old.
    """
    event_id = session.scalar(sa.select(_SCANS.c.event_id).where(_SCANS.c.id == scan_id))
    if event_id is None:
        raise NotFound
    door = lock_doors(session, {event_id})[event_id]
    if not may_scan(actor, door.organizer_id):
        raise NotFound
    scan = session.execute(sa.select(_SCANS).where(_SCANS.c.id == scan_id)).one()
    if scan.undone_at is not None:
        return event_id
    check_undo(scan.result, scan.received_at, now)
    session.execute(sa.update(_SCANS).where(_SCANS.c.id == scan_id).values(undone_at=now))
    session.execute(_SAVE_DOOR, {"door": event_id, "count": door.admitted - 1})
    record(
        session,
        kind="ticket.entry_undone",
        subject=scan.ticket_id,
        actor=actor.person_id,
        data={"scan": str(scan_id), "gate": scan.gate},
        now=now,
    )
    _announce(session, door)
    announce(session, "user", session.get_one(Ticket, scan.ticket_id).person_id)
    return event_id


def _announce(session: Session, door: DoorEvent) -> None:
    announce(session, "door", door.event_id)
    announce(session, "org", door.organizer_id)


class _Batch:
    """The scans of one transaction: decided one after the other, written as sets."""

    def __init__(self, session: Session, facts: DoorFacts, now: datetime) -> None:
        self._session = session
        self._facts = facts
        self._now = now
        self._answers: dict[UUID, tuple[UUID, ScanView]] = {}
        self._scans: list[tuple[Any, ...]] = []
        self._log: list[dict[str, Any]] = []

    def decide(self, request: RedeemRequest) -> ScanView | AppError:
        door = self._facts.events.get(request.event_id)
        if door is None or not may_scan(request.actor, door.organizer_id):
            return NotFound()
        if request.scan_id in self._answers or request.scan_id in self._facts.earlier:
            return self._same_answer(request, door)
        ticket = self._facts.ticket_of(request)
        result = refusal(request.event_id, request.presented, ticket and ticket.facts)
        if result is None and ticket is not None:
            result = ScanResult.ADMITTED if ticket.entry is None else ScanResult.ALREADY_ADMITTED
        assert result is not None, "a scan without a ticket is refused"
        view = scan_view(request.scan_id, result, door, ticket, ticket and ticket.entry)
        if result is ScanResult.ADMITTED and ticket is not None:
            self._admit(request, door, ticket)
        self._keep(request, result, ticket)
        self._answers[request.scan_id] = (request.event_id, view)
        return view

    def _same_answer(self, request: RedeemRequest, door: DoorEvent) -> ScanView | AppError:
        if request.scan_id in self._answers:
            event_id, view = self._answers[request.scan_id]
            return view if event_id == request.event_id else ScanIdTaken()
        scan = self._facts.earlier[request.scan_id]
        if scan.event_id != request.event_id:
            return ScanIdTaken()
        ticket = self._facts.tickets.get(scan.ticket_id)
        entry = None
        if scan.result is ScanResult.ALREADY_ADMITTED:
            entry = entry_at(self._session, scan.ticket_id, scan.received_at)
        return scan_view(scan.id, scan.result, door, ticket, entry)

    def _admit(self, request: RedeemRequest, door: DoorEvent, ticket: DoorTicket) -> None:
        ticket.entry = Entry(self._now, request.gate, request.device)
        door.admitted += 1
        announce(self._session, "user", ticket.person_id)
        self._log.append(
            {
                "at": self._now,
                "kind": "ticket.admitted",
                "subject": ticket.ticket_id,
                "actor": request.actor.person_id,
                "data": {"scan": str(request.scan_id), "gate": request.gate, "device": request.device},
            }
        )

    def _keep(self, request: RedeemRequest, result: ScanResult, ticket: DoorTicket | None) -> None:
        self._scans.append(
            (
                request.scan_id,
                request.event_id,
                None if ticket is None else ticket.ticket_id,
                request.actor.person_id,
                request.gate,
                request.device,
                result.value,
                request.scanned_at,
                self._now,
            )
        )

    def save(self) -> None:
        insert_rows(self._session, _SCANS, _COLUMNS, self._scans)
        changed = [door for door in self._facts.events.values() if door.admitted != door.admitted_before]
        if changed:
            self._session.connection().execute(
                _SAVE_DOOR, [{"door": door.event_id, "count": door.admitted} for door in changed]
            )
        for door in changed:
            _announce(self._session, door)
        record_many(self._session, self._log)
