"""An open page that costs next to nothing: the pages' socket without a task or a queue for each of them.

The pages share the machine with the server they measure; with a task and queues for each, most of a delay was their own.
"""

import asyncio
from typing import cast

from typing_extensions import override
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.uri import parse_uri

from ticketapp.cli.wire_client import OPEN, PING, PONG, WireClient


class OpenPage(asyncio.Protocol):
    """One open page: hydrates as a browser does, answers pings and hands every other packet to `take`."""

    def __init__(self, client: WireClient) -> None:
        self.client = client
        self._websocket = ClientProtocol(parse_uri(client.url))

    def take(self, packet: bytes) -> None:
        """Look at what arrived."""
        raise NotImplementedError

    def say(self, packet: str) -> None:
        """Send a packet."""
        self._websocket.send_text(packet.encode())
        self._write()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is not a subclass of asyncio's, it only does the same.
        self._transport = cast("asyncio.Transport", transport)
        request = self._websocket.connect()
        request.headers.update(self.client.headers)
        self._websocket.send_request(request)
        self._write()

    @override
    def data_received(self, data: bytes) -> None:
        self._websocket.receive_data(data)
        for frame in self._websocket.events_received():
            if isinstance(frame, Frame):
                self._sort(bytes(frame.data))

    def _sort(self, packet: bytes) -> None:
        if packet == PING.encode():
            self.say(PONG)
        elif packet.startswith(OPEN.encode()):
            self.say(self.client.hydrate_packet())
        else:
            self.take(packet)

    def _write(self) -> None:
        self._transport.writelines(self._websocket.data_to_send())
