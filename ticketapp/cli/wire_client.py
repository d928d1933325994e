"""A browser tab as the server sees it: Reflex's socket protocol without a browser, for measurements and tests."""

import json
from collections.abc import AsyncIterator
from typing import Any, Self

import websockets
from websockets.asyncio.client import ClientConnection

from ticketapp.core.ids import new_id

NAMESPACE = "/_event"
# Engine.IO and Socket.IO packet types, as they are written before a packet's content.
OPEN, PING, PONG = "0", "2", "3"
CONNECT, EVENT = f"40{NAMESPACE},", f"42{NAMESPACE},"
HYDRATE = "reflex___state____state.hydrate_and_load"


class WireClient:
    """One tab on one page; it hydrates and runs the page's `on_load` as a browser does."""

    def __init__(self, port: int, path: str, *, cookie: str = "", token: str = "") -> None:
        self.url = f"ws://localhost:{port}/_event/?EIO=4&transport=websocket&token={token or new_id()}"
        self._path = path
        self.headers = {"Cookie": cookie} if cookie else {}
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self) -> None:
        """Open the socket and ask for the page."""
        self._socket = await websockets.connect(
            self.url, additional_headers=self.headers, compression=None, max_queue=None, ping_interval=None
        )
        first = await self._socket.recv()
        assert str(first).startswith(OPEN), "the server does not speak Engine.IO"
        await self._socket.send(self.hydrate_packet())

    def hydrate_packet(self) -> str:
        """Write what a tab says first: it connects and asks for its page."""
        return CONNECT + json.dumps({"event": self._event(HYDRATE, {})})

    def call_packet(self, handler: str, payload: dict[str, Any]) -> str:
        """Write a call of a handler."""
        return EVENT + json.dumps(["event", self._event(handler, payload)])

    async def send(self, handler: str, **payload: Any) -> None:
        """Call a handler, as a click would."""
        assert self._socket is not None
        await self._socket.send(self.call_packet(handler, payload))

    async def packets(self) -> AsyncIterator[str]:
        """Give what arrives, as text; pings are answered."""
        assert self._socket is not None
        async for packet in self._socket:
            if packet == PING:
                await self._socket.send(PONG)
            elif isinstance(packet, str) and packet.startswith(EVENT):
                yield packet

    async def updates(self) -> AsyncIterator[dict[str, Any]]:
        """Give the state updates that arrive."""
        async for packet in self.packets():
            name, *content = json.loads(packet[len(EVENT) :])
            if name == "event":
                yield content[0]

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    def _event(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        place = {"pathname": self._path.partition("?")[0], "asPath": self._path, "query": {}}
        return {"name": name, "payload": payload, "router_data": place}
