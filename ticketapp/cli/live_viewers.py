"""Many open event pages in one process: connect them, and write down when each saw which number of free places."""

import asyncio
import re
import time
from multiprocessing.connection import Connection

import uvloop
from typing_extensions import override

from ticketapp.cli.open_page import OpenPage
from ticketapp.cli.wire_client import WireClient

CONNECTING_AT_ONCE = 25
# The numbers of one event, as `live.stock` writes them into a packet.
FREE = re.compile(rb'"a":(\d+)')

Seen = list[tuple[int, float]]


def watch(port: int, path: str, count: int, pipe: Connection) -> None:
    """Run in a process of its own: say "ready" when every page shows numbers, and what was seen after any message."""
    uvloop.run(_watch(port, path, count, pipe))


async def _watch(port: int, path: str, count: int, pipe: Connection) -> None:
    turnstile = asyncio.Semaphore(CONNECTING_AT_ONCE)
    pages = await asyncio.gather(*(_opened(WireClient(port, path), port, turnstile) for _ in range(count)))
    pipe.send("ready")
    await asyncio.to_thread(pipe.recv)
    pipe.send([page.seen for page in pages])


async def _opened(client: WireClient, port: int, turnstile: asyncio.Semaphore) -> "_Page":
    async with turnstile:
        loop = asyncio.get_running_loop()
        _, page = await loop.create_connection(lambda: _Page(client), "127.0.0.1", port)
        await page.shows_numbers
    return page


class _Page(OpenPage):
    """Notes every number of free places."""

    def __init__(self, client: WireClient) -> None:
        super().__init__(client)
        self.seen: Seen = []
        self.shows_numbers: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @override
    def take(self, packet: bytes) -> None:
        if found := FREE.search(packet):
            self.seen.append((int(found[1]), time.monotonic()))
            if not self.shows_numbers.done():
                self.shows_numbers.set_result(None)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.shows_numbers.done():
            self.shows_numbers.set_exception(exc or ConnectionResetError("The server closed the connection."))
