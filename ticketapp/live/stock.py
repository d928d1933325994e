"""Live availability: how many places of an event and its tiers are left, and which seats changed hands."""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from ticketapp.live.feed import Feed
from ticketapp.live.rooms import Tab
from ticketapp.live.vars import LiveEvents, LiveSeats
from ticketapp.live.wire import Values
from ticketapp.services.inventory import queries
from ticketapp.services.inventory.queries import Availability, SeatNumbers

EVENTS_MAX = 60
PURPOSE = "events"
# A change waits for the pace and for the sending of the change before it; a thousand viewers see it within 300 ms.
PACE_SECONDS = 0.1
# Sending rests as long as it took: with too many viewers, or too little processor, updates come less often instead of late.
REST_SECONDS_MAX = 1.0
# From a packet in a socket's queue to the packet on its way take so many turns of the event loop.
TURNS_TO_SEND = 5


@dataclass(frozen=True, slots=True)
class _Joined:
    socket: str
    event_id: str
    since: int


@dataclass(frozen=True, slots=True)
class _Reading:
    numbers: Mapping[str, Values]
    seats: Mapping[str, list[SeatNumbers]]


class StockFeed(Feed):
    """Keep the newest numbers of the events that somebody here looks at, and send each change to them once.

    Only this loop sends seats and newer numbers, and a newcomer gets what was sent last: nobody sees an older version
    after a newer one.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._numbers: dict[str, Values] = {}
        self._rooms_of: dict[str, set[str]] = {}
        self._seats_at: dict[str, int] = {}
        self._joined: list[_Joined] = []

    async def follow(self, tab: Tab, event_ids: Iterable[UUID], *, seats_since: int | None = None) -> None:
        """Show a tab these events from now on, instead of those it was shown before."""
        shown = sorted({str(event_id) for event_id in event_ids})[:EVENTS_MAX]
        if not shown:
            await self._rooms.put_out(tab.socket, PURPOSE)
            return
        room = f"ev:{shown[0]}" if seats_since is not None else _list_room(shown)
        await self._rooms.move(tab, purpose=PURPOSE, room=room)
        for event_id in shown:
            self._rooms_of.setdefault(event_id, set()).add(room)
        if known := {event_id: self._numbers[event_id] for event_id in shown if event_id in self._numbers}:
            await self._wire.send(tab.socket, {LiveEvents: known})
        if unknown := set(shown) - known.keys():
            self._ask_for(unknown)
        if seats_since is not None:
            self._join_seats(tab.socket, shown[0], seats_since)

    def _join_seats(self, socket: str, event_id: str, since: int) -> None:
        if since < self._seats_at.setdefault(event_id, since):
            self._joined.append(_Joined(socket, event_id, since))
            self._ask_for({event_id})

    def _keys(self, topics: frozenset[str]) -> set[str]:
        return {topic[3:] for topic in topics if topic.startswith("ev:") and topic[3:] in self._rooms_of}

    def _all_keys(self) -> set[str]:
        return set(self._rooms_of)

    async def _send(self, due: set[str]) -> float:
        watched = {event_id for event_id in due if self._is_watched(event_id)}
        joined, self._joined = self._joined, []
        if watched:
            try:
                reading = await self._read(_query(watched, self._seats_since(watched, joined)))
            except Exception:
                self._joined += joined
                raise
            await self._send_seats(reading, joined)
            await self._send_numbers(reading)
        return await _sent()

    def _is_watched(self, event_id: str) -> bool:
        rooms = {room for room in self._rooms_of.get(event_id, ()) if self._wire.is_watched(room)}
        if rooms:
            self._rooms_of[event_id] = rooms
            return True
        for kept in (self._rooms_of, self._numbers, self._seats_at):
            kept.pop(event_id, None)
        return False

    def _seats_since(self, watched: set[str], joined: list[_Joined]) -> dict[str, int]:
        since = {event_id: at for event_id, at in self._seats_at.items() if event_id in watched}
        for newcomer in joined:
            if newcomer.event_id in since:
                since[newcomer.event_id] = min(since[newcomer.event_id], newcomer.since)
        return since

    async def _send_seats(self, reading: _Reading, joined: list[_Joined]) -> None:
        for newcomer in joined:
            await self._send_seats_to(newcomer.socket, newcomer.since, reading, newcomer.event_id)
        for event_id, changes in reading.seats.items():
            last = self._seats_at[event_id]
            await self._send_seats_to(f"ev:{event_id}", last, reading, event_id)
            self._seats_at[event_id] = max([last, *(change.version for change in changes)])

    async def _send_seats_to(self, whom: str, since: int, reading: _Reading, event_id: str) -> None:
        changes = reading.seats.get(event_id, ())
        seats = {str(seat.id): [seat.status.value, seat.version] for seat in changes if seat.version > since}
        if seats:
            await self._wire.send(whom, {LiveSeats: seats})

    async def _send_numbers(self, reading: _Reading) -> None:
        by_room: dict[str, dict[str, Any]] = {}
        for event_id, numbers in reading.numbers.items():
            known = self._numbers.get(event_id)
            if known is None or numbers["v"] > known["v"]:
                self._numbers[event_id] = numbers
                for room in self._rooms_of[event_id]:
                    by_room.setdefault(room, {})[event_id] = numbers
        for room, events in by_room.items():
            await self._wire.send(room, {LiveEvents: events})


async def _sent() -> float:
    """Wait until what was just put into queues is on its way; give the seconds to rest after such an effort."""
    began = time.monotonic()
    for _ in range(TURNS_TO_SEND):
        await asyncio.sleep(0)
    return min(max(PACE_SECONDS, time.monotonic() - began), REST_SECONDS_MAX)


def _list_room(event_ids: list[str]) -> str:
    return "list:" + hashlib.sha256("".join(event_ids).encode()).hexdigest()[:32]


def _query(event_ids: set[str], seats_since: Mapping[str, int]) -> Any:
    def read(session: Session, _now: datetime) -> _Reading:
        found = queries.availability(session, [UUID(event_id) for event_id in event_ids])
        seats = {
            event_id: queries.list_seats(session, UUID(event_id), since_version=at)
            for event_id, at in seats_since.items()
        }
        return _Reading(
            numbers={str(event_id): _numbers(stock) for event_id, stock in found.items()},
            seats=seats,
        )

    return read


def _numbers(stock: Availability) -> Values:
    """Write an event's numbers as `live.vars` reads them; a tier's are free, held, sold and capacity."""
    tiers = {
        str(tier_id): [tier.available, tier.held, tier.sold, tier.capacity]
        for tier_id, tier in stock.tiers.items()
    }
    return {"v": stock.version, "a": stock.available, "t": tiers}
