"""The push hub of one web process: hears what was committed anywhere and keeps the pages open here up to date."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

import reflex as rx

from ticketapp.integrations.bus import EVERYTHING, LiveBus
from ticketapp.live.boards import BoardFeed
from ticketapp.live.calls import CallFeed
from ticketapp.live.carts import CartFeed
from ticketapp.live.feed import Read
from ticketapp.live.rooms import Rooms
from ticketapp.live.stock import StockFeed
from ticketapp.live.wire import Wire
from ticketapp.runtime import Operation, Runtime

# News can be lost on the way; what is shown is compared with the database this often.
SAFETY_SECONDS = 5.0

log = logging.getLogger(__name__)


class Hub:
    """Feeds over one socket server, woken by commits."""

    def __init__(self, app: rx.App, runtime: Runtime) -> None:
        wire = Wire(app)
        self._runtime = runtime
        self._loop = asyncio.get_running_loop()
        # Threads of their own: a busy pool must not delay the news, nor a dear board the numbers that fans look at.
        self._readers = [ThreadPoolExecutor(1, name) for name in ("live-stock", "live-carts", "live-boards")]
        read_stock, read_carts, read_board = (self._read_in(reader) for reader in self._readers)
        self._inbox: deque[frozenset[str]] = deque()
        self._is_called = False
        self._rooms = Rooms(wire)
        self.stock = StockFeed(wire, self._rooms, read_stock)
        self.boards = BoardFeed(wire, self._rooms, read_board)
        self.calls = CallFeed(wire, self._rooms, read_stock)
        self.carts = CartFeed(wire, self._rooms, read_carts)
        self._feeds = (self.stock, self.boards, self.calls, self.carts)

    def heard(self, topics: frozenset[str]) -> None:
        """Take note of news; may be called on any thread and never blocks."""
        self._inbox.append(topics)
        if not self._is_called:
            self._is_called = True
            # A server that is shutting down has no loop any more, and whoever committed must not hear of that.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._sort)

    async def run(self) -> None:
        """Keep pages up to date until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for feed in self._feeds:
                    tasks.create_task(feed.run())
                tasks.create_task(self._check())
        finally:
            for reader in self._readers:
                reader.shutdown(wait=False)

    def _sort(self) -> None:
        self._is_called = False
        while self._inbox:
            topics = self._inbox.popleft()
            for feed in self._feeds:
                feed.hear(topics)

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(SAFETY_SECONDS)
            self.stock.hear(EVERYTHING)
            self.boards.hear(EVERYTHING)
            try:
                await self._rooms.recheck()
            except Exception:
                log.exception("live rooms could not be checked and are checked again")

    def _read_in(self, reader: ThreadPoolExecutor) -> Read:
        async def read(query: Operation[Any]) -> Any:
            return await self._loop.run_in_executor(reader, self._runtime.read, query)

        return read


_running: list[Hub] = []


def current() -> Hub | None:
    """Give the hub of this process; none runs where nothing is served."""
    return _running[0] if _running else None


def keep_pages_live(runtime: Runtime, bus: LiveBus) -> Any:
    """Make the lifespan task that runs a hub for as long as the app is served."""

    @asynccontextmanager
    async def live_hub(app: rx.App) -> AsyncIterator[None]:
        hub = Hub(app, runtime)
        bus.listen(hub.heard)
        # Who was signed out, or given a role, by another process is known here at once.
        bus.listen(runtime.identities.forget_changed)
        _running[:] = [hub]
        task = asyncio.create_task(hub.run())
        try:
            yield
        finally:
            _running.clear()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return live_hub
