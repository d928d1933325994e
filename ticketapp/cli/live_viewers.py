"""Many open event pages in one process: connect them, and write down when each saw which number of free places.

The pages share the machine with the server they measure, so a page does no more than note when something arrived and
look for the number in it; with a task and queues for each page, most of the delay was the pages' own.
"""

import asyncio
import re
import time
from multiprocessing.connection import Connection
from typing import cast

import uvloop
from typing_extensions import override
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.uri import parse_uri

from ticketapp.cli.wire_client import OPEN, PING, PONG, WireClient

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


class _Page(asyncio.Protocol):
    """One open page: hydrates as a browser does, answers pings and notes every number of free places."""

    def __init__(self, client: WireClient) -> None:
        self.seen: Seen = []
        self.shows_numbers: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._client = client
        self._websocket = ClientProtocol(parse_uri(client.url))

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is not a subclass of asyncio's, it only does the same.
        self._transport = cast("asyncio.Transport", transport)
        self._websocket.send_request(self._websocket.connect())
        self._write()

    @override
    def data_received(self, data: bytes) -> None:
        arrived_at = time.monotonic()
        self._websocket.receive_data(data)
        for frame in self._websocket.events_received():
            if isinstance(frame, Frame):
                self._take(bytes(frame.data), arrived_at)

    def _take(self, packet: bytes, arrived_at: float) -> None:
        if found := FREE.search(packet):
            self.seen.append((int(found[1]), arrived_at))
            if not self.shows_numbers.done():
                self.shows_numbers.set_result(None)
        elif packet == PING.encode():
            self._say(PONG)
        elif packet.startswith(OPEN.encode()):
            self._say(self._client.hydrate_packet())

    def _say(self, packet: str) -> None:
        self._websocket.send_text(packet.encode())
        self._write()

    def _write(self) -> None:
        self._transport.writelines(self._websocket.data_to_send())

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.shows_numbers.done():
            self.shows_numbers.set_exception(exc or ConnectionResetError("The server closed the connection."))
