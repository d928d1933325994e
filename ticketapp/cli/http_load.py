"""A small, cheap HTTP client that keeps a number of requests under way and times each.

The client shares the machine with the server it measures, so it does no more than write bytes and find the end of an
answer: connections are kept open and requests are made beforehand.
"""

import asyncio
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple, cast

import orjson
import uvloop
from typing_extensions import override

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Answer(NamedTuple):
    """One answer of the server."""

    status: int
    body: bytes


# What one person says to the server: each request is made from the answers before it.
Talk = Generator[bytes, Answer, None]


@dataclass
class Load:
    """What came of a load: answers by status, the time it took, each answer's own time, the bodies if kept."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies_s) / self.seconds

    def add(self, other: "Load") -> None:
        """Take in another load that ran at another time."""
        self.seconds += other.seconds
        self.latencies_s += other.latencies_s
        self.statuses += other.statuses
        self.bodies += other.bodies

    def percentile_ms(self, percent: int) -> float:
        """Give the time within which so many of a hundred answers came."""
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000


def http_request(method: str, path: str, *, token: str = "", body: Any = None) -> bytes:
    """Write one request as it goes over the wire."""
    content = b"" if body is None else orjson.dumps(body)
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
    if body is not None:
        lines.append("Content-Type: application/json")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def hammer(port: int, requests: Sequence[bytes], *, at_once: int = 32, keep_bodies: bool = False) -> Load:
    """Send the requests, `at_once` of them under way at any moment, each over one of as many connections."""
    load = Load()
    talks = (_single(request, load, keep_bodies=keep_bodies) for request in requests)
    return uvloop.run(_converse(port, talks, min(at_once, len(requests)), load))


def converse(port: int, talks: Iterable[Talk], *, at_once: int) -> Load:
    """Let so many people talk to the server at once, each request of theirs depending on the answer before."""
    return uvloop.run(_converse(port, talks, at_once, Load()))


def _single(request: bytes, load: Load, *, keep_bodies: bool) -> Talk:
    answer = yield request
    if keep_bodies:
        load.bodies.append(answer.body)


async def _converse(port: int, talks: Iterable[Talk], at_once: int, load: Load) -> Load:
    loop = asyncio.get_running_loop()
    waiting = iter(talks)
    connections = [
        (await loop.create_connection(lambda: _Connection(waiting, load), "127.0.0.1", port))[1]
        for _ in range(at_once)
    ]
    started = perf_counter()
    for connection in connections:
        connection.send_next()
    await asyncio.gather(*(connection.done for connection in connections))
    load.seconds = perf_counter() - started
    return load


class _Connection(asyncio.Protocol):
    """Hold one talk after the other over one connection."""

    def __init__(self, waiting: Iterator[Talk], load: Load) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._load = load
        self._received = b""
        self._sent_at = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is not a subclass of asyncio's, it only does the same.
        self._transport = cast("asyncio.Transport", transport)

    def send_next(self) -> None:
        self._talk = next(self._waiting, None)
        if self._talk is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._send(next(self._talk))

    def _send(self, request: bytes) -> None:
        self._sent_at = perf_counter()
        self._transport.write(request)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(_HEAD_END)
        if not found or len(rest) < _content_length(head):
            return
        self._received = b""
        answer = Answer(int(head[9:12]), rest)
        self._load.latencies_s.append(perf_counter() - self._sent_at)
        self._load.statuses[answer.status] += 1
        assert self._talk is not None
        try:
            request = self._talk.send(answer)
        except StopIteration:
            self.send_next()
        else:
            self._send(request)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("The server closed the connection."))


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[: len(_LENGTH)].lower() == _LENGTH:
            return int(line[len(_LENGTH) :])
    raise ConnectionResetError("An answer without a length.")
