"""Keep what was made of an event until the event or its stock changes."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from ticketapp.runtime import Runtime

T = TypeVar("T")

_TOPICS = frozenset({"ev", "facts"})


@dataclass(slots=True)
class Kept(Generic[T]):
    """One thing made of one event (none: ""), and whether the event has changed since."""

    value: T
    event_id: str
    made_at: float
    is_changed: bool


class Keeper(Generic[T]):
    """Make things of events when they are asked for, each once for all who ask meanwhile.

    A commit of this process makes what it changed old at once, but not within `quiet_seconds` of its making. What
    another process or the clock changed shows after `fresh_seconds`.
    """

    def __init__(
        self, runtime: Runtime, *, quiet_seconds: float, fresh_seconds: float, kept_max: int
    ) -> None:
        self._quiet_seconds = quiet_seconds
        self._fresh_seconds = fresh_seconds
        self._kept_max = kept_max
        self._kept: OrderedDict[str, Kept[T]] = OrderedDict()
        self._keys_of: dict[str, set[str]] = {}
        self._in_the_making: dict[str, asyncio.Task[Kept[T]]] = {}
        self._change_count = 0
        runtime.on_change(self._mark_changed)

    def find(self, key: str) -> T | None:
        """Give what is kept if it is still good."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        age = monotonic() - kept.made_at
        is_good = age < self._quiet_seconds or (not kept.is_changed and age < self._fresh_seconds)
        return kept.value if is_good else None

    async def get(self, key: str, make: Callable[[], tuple[str, T]]) -> T:
        """Give what is kept, or make it in a thread; `make` gives the event's id too. What it raises is not kept."""
        value = self.find(key)
        if value is not None:
            return value
        task = self._in_the_making.get(key)
        if task is None:
            task = asyncio.create_task(asyncio.to_thread(self._made, make))
            self._in_the_making[key] = task
            task.add_done_callback(lambda done: self._finish(key, done))
        return (await asyncio.shield(task)).value

    def keys(self) -> list[str]:
        """List what is kept, the longest unmade first."""
        return list(self._kept)

    def _made(self, make: Callable[[], tuple[str, T]]) -> Kept[T]:
        made_at, change_count = monotonic(), self._change_count
        event_id, value = make()
        # What changed while this was made may or may not be in it.
        return Kept(value, event_id, made_at, is_changed=self._change_count != change_count)

    def _finish(self, key: str, done: "asyncio.Task[Kept[T]]") -> None:
        self._in_the_making.pop(key, None)
        if done.cancelled() or done.exception() is not None:
            return
        kept = done.result()
        self._kept[key] = kept
        self._kept.move_to_end(key)
        self._keys_of.setdefault(kept.event_id, set()).add(key)
        if len(self._kept) > self._kept_max:
            self._drop(*self._kept.popitem(last=False))

    def _drop(self, key: str, kept: Kept[T]) -> None:
        keys = self._keys_of[kept.event_id]
        keys.discard(key)
        if not keys:
            del self._keys_of[kept.event_id]

    def _mark_changed(self, topics: frozenset[str]) -> None:
        # Called on the committing thread.
        self._change_count += 1
        for topic in topics:
            kind, _, event_id = topic.partition(":")
            for key in tuple(self._keys_of.get(event_id, ())) if kind in _TOPICS else ():
                if (kept := self._kept.get(key)) is not None:
                    kept.is_changed = True
