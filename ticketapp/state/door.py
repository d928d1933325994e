"""The door's page: what was scanned, the verdict, the way back.

The id of a scan is made in the browser, at the moment of the scan, and travels with it. Reflex keeps events while the
socket is down and sends them when it is back, and a handler may run again; with the id each time the same, the service
answers as it did the first time. Were it made here, a scan that is sent again would find its own entry and tell the
person just let in that they are in already.
"""

from typing import Any, ClassVar
from urllib.parse import quote
from uuid import UUID

import reflex as rx

from ticketapp import runtime
from ticketapp.core.errors import NotFound, NotSignedIn
from ticketapp.core.ids import parse_id
from ticketapp.live.follow import follow_door
from ticketapp.services.checkin import codes, operations, queries
from ticketapp.services.checkin.requests import DEVICE_MAX, RedeemRequest
from ticketapp.services.checkin.rules import gate_name
from ticketapp.services.checkin.views import ConflictLine, DoorEventView, FoundTicket, HistoryLine, ScanView
from ticketapp.state.base import Done, Refused, ServiceCalls, say

ROUTE = "/door/"


class DoorListState(ServiceCalls, rx.State):
    """The doors that a person may work."""

    REQUIRED_ROLE: ClassVar[str] = "door"

    events: list[DoorEventView] = []
    is_loading: bool = True
    error: str = ""

    @rx.event
    async def load(self):
        """Read which events they are."""
        actor = await self._actor()
        outcome = await self._read(
            lambda session, now: queries.list_door_events(session, actor=actor, now=now)
        )
        self.is_loading = False
        match outcome:
            case Done(events):
                self.events, self.error = events, ""
            case Refused(error):
                self.error = error.text


class DoorState(ServiceCalls, rx.State):
    """One event's door on one device."""

    REQUIRED_ROLE: ClassVar[str] = "door"

    event: DoorEventView = DoorEventView()
    gate: str = ""
    scan: ScanView = ScanView()
    entry: ScanView = ScanView()
    history: list[HistoryLine] = []
    conflicts: list[ConflictLine] = []
    found: list[FoundTicket] = []
    searched: str = ""
    is_loading: bool = True
    is_missing: bool = False
    error: str = ""

    @rx.event
    async def load(self):
        """Read the event that the address names, and follow its head count."""
        slug = self.router.url.path.removeprefix(ROUTE).strip("/")
        self.gate = gate_name(self.router.url.query_parameters.get("gate", ""))
        actor = await self._actor()
        outcome = await self._read(
            lambda session, now: queries.get_door_event(session, actor=actor, slug=slug, now=now)
        )
        self.is_loading = False
        match outcome:
            case Refused(error):
                self.event, self.is_missing = DoorEventView(), isinstance(error, NotFound)
                self.error = "" if self.is_missing else error.text
            case Done(event):
                if event.id != self.event.id:
                    self.scan, self.entry, self.found, self.searched = ScanView(), ScanView(), [], ""
                self.event, self.is_missing, self.error = event, False, ""
                await self._read_lists()
                await self._flow(lambda: follow_door(self, UUID(event.id)))

    @rx.event
    async def scanned(self, text: str, scan_id: str):
        """Decide about a code: from the camera, a hand scanner or the search."""
        match await self._flow(lambda: self._redeem(str(text), scan_id)):
            case Done(scan):
                self.scan = scan
                self.entry = scan if scan.kind == "admit" else self.entry
                await self._read_lists()
            case Refused(error):
                yield say(error)

    @rx.event
    async def typed(self, form: dict[str, Any], scan_id: str):
        """Decide about a code that was typed."""
        text = str(form.get("code", "")).strip()
        return DoorState.scanned(text, scan_id) if text else None

    async def _redeem(self, text: str, scan_id: str) -> ScanView:
        actor = await self._actor()
        if actor is None:
            raise NotSignedIn
        running = runtime.current()
        presented = codes.present_known(text) or await rx.run_in_thread(
            lambda: running.read(lambda session, now: codes.present(session, text))
        )
        request = RedeemRequest(
            scan_id=parse_id(scan_id),
            event_id=parse_id(self.event.id),
            presented=presented,
            actor=actor,
            scanned_at=running.clock.now(),
            gate=self.gate,
            device=actor.name[:DEVICE_MAX],
        )
        return await running.grouped(operations.redeem_many, request)

    @rx.event
    def ready(self):
        """Go back to the camera."""
        self.scan = ScanView()

    @rx.event
    def keep_entry(self):
        """Stop offering to undo the last entry; the list of scans still does."""
        self.entry = ScanView()

    @rx.event
    async def undo(self, scan_id: str):
        """Take an entry back."""
        actor = await self._actor()
        if actor is None:
            return say(NotSignedIn())
        outcome = await self._attempt(
            lambda session, now: operations.undo_scan(
                session, actor=actor, scan_id=parse_id(scan_id), now=now
            )
        )
        self.scan, self.entry = ScanView(), ScanView()
        await self._read_lists()
        return say(outcome.error) if isinstance(outcome, Refused) else rx.toast("Entry undone.")

    @rx.event
    async def search(self, form: dict[str, Any]):
        """Find tickets by name, order or the end of the serial."""
        self.searched = str(form.get("words", "")).strip()
        actor, event_id = await self._actor(), self.event.id
        match await self._read(
            lambda session, now: queries.find_tickets(
                session, actor=actor, event_id=parse_id(event_id), text=self.searched
            )
        ):
            case Done(found):
                self.found = found
            case Refused(error):
                yield say(error)

    @rx.event
    def choose_gate(self, form: dict[str, Any]):
        """Work another gate. It is kept in the address, so that a reload or a bookmark keeps it too."""
        self.gate = gate_name(form.get("gate", ""))
        return rx.redirect(f"{ROUTE}{self.event.slug}?gate={quote(self.gate)}")

    async def _read_lists(self) -> None:
        actor, event_id = await self._actor(), self.event.id
        scans = await self._read(
            lambda session, now: queries.list_last_scans(
                session, actor=actor, event_id=parse_id(event_id), now=now
            )
        )
        conflicts = await self._read(
            lambda session, now: queries.list_conflicts(session, actor=actor, event_id=parse_id(event_id))
        )
        if isinstance(scans, Done) and isinstance(conflicts, Done):
            self.history, self.conflicts = scans.value, conflicts.value
