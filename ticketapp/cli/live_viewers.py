"""Many open event pages in one process: connect them, and write down when each saw which number of free places."""

import asyncio
import re
import time
from multiprocessing.connection import Connection

from ticketapp.cli.wire_client import WireClient

CONNECTING_AT_ONCE = 25
# The numbers of one event, as `live.stock` writes them into a packet.
FREE = re.compile(r'"a":(\d+)')
SECONDS_TO_CLOSE = 5

Seen = list[tuple[int, float]]


def watch(port: int, path: str, count: int, pipe: Connection) -> None:
    """Run in a process of its own: say "ready" when every page shows numbers, and what was seen after any message."""
    asyncio.run(_watch(port, path, count, pipe))


async def _watch(port: int, path: str, count: int, pipe: Connection) -> None:
    seen: list[Seen] = [[] for _ in range(count)]
    turnstile = asyncio.Semaphore(CONNECTING_AT_ONCE)
    ready = [asyncio.Event() for _ in range(count)]
    clients = [WireClient(port, path) for _ in range(count)]
    tasks = [
        asyncio.create_task(_look(client, numbers, is_ready, turnstile))
        for client, numbers, is_ready in zip(clients, seen, ready, strict=True)
    ]
    for is_ready in ready:
        await is_ready.wait()
    pipe.send("ready")
    await asyncio.to_thread(pipe.recv)
    pipe.send(seen)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=SECONDS_TO_CLOSE)


async def _look(
    client: WireClient, numbers: Seen, is_ready: asyncio.Event, turnstile: asyncio.Semaphore
) -> None:
    async with turnstile:
        await client.connect()
        packets = client.packets()
        async for packet in packets:
            if _note(packet, numbers):
                break
    is_ready.set()
    async for packet in packets:
        _note(packet, numbers)


def _note(packet: str, numbers: Seen) -> bool:
    found = FREE.search(packet)
    if found:
        numbers.append((int(found.group(1)), time.monotonic()))
    return found is not None
