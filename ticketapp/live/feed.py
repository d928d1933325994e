"""The rhythm every feed keeps: at once after a quiet time, then at its own pace while changes keep coming."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from ticketapp.integrations.bus import EVERYTHING
from ticketapp.live.rooms import Rooms
from ticketapp.live.wire import Wire
from ticketapp.runtime import Operation

Read = Callable[[Operation[Any]], Awaitable[Any]]

PACE_SECONDS = 0.2
RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


class Feed:
    """One kind of live news: which of its keys are due, and a loop that sends them."""

    def __init__(self, wire: Wire, rooms: Rooms, read: Read) -> None:
        self._wire = wire
        self._rooms = rooms
        self._read = read
        self._due: set[str] = set()
        self._news = asyncio.Event()

    def hear(self, topics: frozenset[str]) -> None:
        """Note which keys changed; news that nobody here watches are dropped."""
        keys = self._all_keys() if topics >= EVERYTHING else self._keys(topics)
        if keys:
            self._due |= keys
            self._news.set()

    async def run(self) -> None:
        """Send what is due until cancelled; a failure is tried again and never ends the loop."""
        while True:
            await self._news.wait()
            self._news.clear()
            due, self._due = self._due, set()
            try:
                await asyncio.sleep(await self._send(due))
            except Exception:
                log.exception("live feed %s failed and tries again", type(self).__name__)
                self._due |= due
                self._news.set()
                await asyncio.sleep(RETRY_SECONDS)

    def _ask_for(self, keys: set[str]) -> None:
        self._due |= keys
        self._news.set()

    def _keys(self, topics: frozenset[str]) -> set[str]:
        raise NotImplementedError

    def _all_keys(self) -> set[str]:
        raise NotImplementedError

    async def _send(self, due: set[str]) -> float:
        """Send what these keys stand for now; give the seconds to wait before the next round."""
        raise NotImplementedError
