"""HTTP/1.1 as plainly as it goes. A server of our own, because only one's own can hang up instead of answering."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import h11

from ticketapp.rehearsal.faults import Dropped

BYTES_MAX = 1_000_000
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Awaitable[Answer]]


async def listen(host: str, port: int, handler: Handler) -> asyncio.Server:
    """Serve until closed."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _converse(reader, writer, handler)
        except Dropped:
            writer.transport.abort()
        except (ConnectionError, h11.RemoteProtocolError, h11.LocalProtocolError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(serve, host, port)


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler) -> None:
    connection = h11.Connection(h11.SERVER)
    while (request := await _request(connection, reader)) is not None:
        _write(connection, writer, await handler(request))
        await writer.drain()
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    head = await _next(connection, reader)
    if not isinstance(head, h11.Request):
        return None
    body = b""
    while isinstance(part := await _next(connection, reader), h11.Data):
        body += part.data
        if len(body) > BYTES_MAX:
            raise h11.RemoteProtocolError("The body is too long.", error_status_hint=413)
    path, _, query = head.target.decode("ascii").partition("?")
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in head.headers}
    return Request(head.method.decode("ascii"), path, query, headers, body)


async def _next(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Event | type[h11.PAUSED]:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_CHUNK))
    assert not isinstance(event, type) or event is h11.PAUSED
    return event


def _write(connection: h11.Connection, writer: asyncio.StreamWriter, answer: Answer) -> None:
    headers = {
        "content-type": answer.content_type,
        "content-length": str(len(answer.body)),
        "cache-control": "no-cache, no-store",
    } | answer.headers
    response = h11.Response(status_code=answer.status, headers=[*headers.items()])
    for part in (response, h11.Data(data=answer.body), h11.EndOfMessage()):
        writer.write(connection.send(part) or b"")
