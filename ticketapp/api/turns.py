"""Let the checkouts of one person that are in each other's way go one after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from ticketapp.services.ordering.errors import PaymentUnderWay

WAIT_AT_MOST_S = 20.0
# The payment in the way may be another process's, of which we hear nothing.
LOOK_EVERY_S = 0.1
T = TypeVar("T")


@dataclass(eq=False)
class _Queue:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    finished: asyncio.Event = field(default_factory=asyncio.Event)


class Turns:
    """One queue per person, only while somebody waits in it.

    A person has one order per event that awaits payment. A second checkout at the same moment is no mistake of
    theirs, so it waits for the first one's payment to end.
    """

    def __init__(self) -> None:
        self._queues: WeakValueDictionary[UUID, _Queue] = WeakValueDictionary()
        self._paying: set[UUID] = set()

    async def take(self, person_id: UUID, attempt: Callable[[], Awaitable[T]]) -> T:
        """Attempt, and while a payment is in the way wait for it and attempt again.

        Raises:
            PaymentUnderWay: it is still in the way after `WAIT_AT_MOST_S`.
        """
        try:
            return await attempt()
        except PaymentUnderWay:
            queue = self._queues.setdefault(person_id, _Queue())
        deadline = asyncio.get_running_loop().time() + WAIT_AT_MOST_S
        async with queue.turn:
            while True:
                queue.finished.clear()
                try:
                    return await attempt()
                except PaymentUnderWay:
                    if asyncio.get_running_loop().time() >= deadline:
                        raise
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await queue.finished.wait()

    def is_paying(self, order_id: UUID) -> bool:
        """Is this process collecting for this order right now?"""
        return order_id in self._paying

    @contextmanager
    def paying(self, person_id: UUID, order_id: UUID) -> Iterator[None]:
        """Note that this process collects for an order, until it has come to its end."""
        self._paying.add(order_id)
        try:
            yield
        finally:
            self._paying.discard(order_id)
            queue = self._queues.get(person_id)
            if queue is not None:
                queue.finished.set()
