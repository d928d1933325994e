"""Feeds over a real database, and a wire that writes down what browsers would be sent."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from reflex_base.event import Event as Call

from tests.factories import make_event, make_person, make_tier
from ticketapp.live.feed import Feed
from ticketapp.live.rooms import Rooms, Tab
from ticketapp.live.wire import Update
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine, SeatLine

PATIENCE_SECONDS = 30


class RecordingWire:
    """What a socket server does with rooms, and what each socket was sent."""

    def __init__(self) -> None:
        self.members: dict[str, set[str]] = {}
        self.open: set[str] = set()
        self.sent: dict[str, list[dict]] = {}
        self.called: dict[str, list[str]] = {}
        self._something = asyncio.Event()

    def connect(self, socket: str, page: str = "/") -> Tab:
        self.open.add(socket)
        self.sent[socket], self.called[socket] = [], []
        return Tab(socket, page)

    def disconnect(self, socket: str) -> None:
        self.open.discard(socket)
        for room in list(self.members):
            self.members[room].discard(socket)

    async def enter(self, socket: str, room: str) -> None:
        self.members.setdefault(room, set()).add(socket)

    async def leave(self, socket: str, room: str) -> None:
        self.members[room].discard(socket)

    def is_watched(self, room: str) -> bool:
        return bool(self.members.get(room))

    def is_open(self, socket: str) -> bool:
        return socket in self.open

    async def send(self, room_or_socket: str, update: Update) -> None:
        by_name = {state.__name__: dict(values) for state, values in update.items()}
        for socket in self._whom(room_or_socket):
            self.sent[socket].append(by_name)
        self._something.set()

    async def call(self, room: str, calls: Sequence[Call]) -> None:
        for socket in self._whom(room):
            self.called[socket] += [call.name for call in calls]
        self._something.set()

    def _whom(self, room_or_socket: str) -> set[str]:
        return {room_or_socket} & self.open or self.members.get(room_or_socket, set())

    async def until(self, look: Callable[[], object]) -> None:
        """Wait until what was sent looks right."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not look():
                self._something.clear()
                await self._something.wait()


@pytest.fixture
async def wire() -> RecordingWire:
    return RecordingWire()


@pytest.fixture
def rooms(wire: RecordingWire) -> Rooms:
    return Rooms(wire)


@asynccontextmanager
async def running(feed: Feed, runtime: Runtime):
    """Let a feed hear this runtime's commits and send, as the hub does."""
    loop = asyncio.get_running_loop()
    runtime.on_change(lambda topics: loop.call_soon_threadsafe(feed.hear, topics))
    task = asyncio.create_task(feed.run())
    yield feed
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def reader(runtime: Runtime):
    async def read(query):
        return await asyncio.to_thread(runtime.read, query)

    return read


class Sale:
    """An event with one tier, and people who hold places of it."""

    def __init__(self, runtime: Runtime, *, capacity: int = 100) -> None:
        self._runtime = runtime

        def make(session, now):
            event = make_event(session)
            tier = make_tier(session, event_id=event.id, capacity=capacity)
            return event.organizer_id, event.id, tier.id, make_person(session).id

        self.organizer_id, self.event_id, self.tier_id, self.person_id = runtime.write(make)

    async def hold(self, quantity: int = 1, *, key: str) -> None:
        await self._hold(PlacesLine(self.tier_id, quantity), key)

    async def hold_seat(self, seat_id: UUID) -> None:
        await self._hold(SeatLine(seat_id), seat_id.hex)

    async def _hold(self, line: PlacesLine | SeatLine, key: str) -> None:
        request = HoldRequest(
            person_id=self.person_id,
            event_id=self.event_id,
            lines=(line,),
            key=key,
            hold_span=timedelta(minutes=15),
        )
        await self._runtime.grouped(inventory.hold_many, request)


@pytest.fixture
def sale(any_runtime: Runtime) -> Sale:
    return Sale(any_runtime)


def numbers_seen(wire: RecordingWire, socket: str, event_id: UUID) -> list[dict]:
    """List the numbers of an event in the order in which a browser got them."""
    return [
        update["LiveEvents"][str(event_id)]
        for update in wire.sent[socket]
        if str(event_id) in update.get("LiveEvents", {})
    ]
