"""Bad days, planned: which of the next calls are dropped, delayed, held or answered with an error."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class Kind(StrEnum):
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HOLD_BEFORE = "hold_before"
    HOLD_AFTER = "hold_after"
    DELAY = "delay"
    STATUS = "status"


class Dropped(Exception):
    """Close the connection without a word."""


@dataclass
class Fault:
    """What happens to the next `times` calls that match; * stands for anything in `method`, `path` and `key`."""

    kind: Kind
    method: str = "*"
    path: str = "*"
    key: str = "*"
    times: int = 1
    # Calls that match and are let through first.
    skip: int = 0
    delay_ms: int = 0
    status: int = 500
    # With status 500: did it execute before it failed?
    executes: bool = False
    number: int = 0
    taken: int = 0
    waiting: int = 0
    opened: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def matches(self, method: str, path: str, key: str) -> bool:
        return (
            fnmatchcase(method, self.method) and fnmatchcase(path, self.path) and fnmatchcase(key, self.key)
        )

    async def before(self) -> None:
        """Happen before the call is executed."""
        if self.kind is Kind.DROP_BEFORE:
            raise Dropped
        if self.delay_ms:
            await asyncio.sleep(self.delay_ms / 1000)
        if self.kind is Kind.HOLD_BEFORE:
            await self._wait()

    async def after(self) -> None:
        """Happen when the call was executed and has not been answered."""
        if self.kind is Kind.HOLD_AFTER:
            await self._wait()
        if self.kind is Kind.DROP_AFTER:
            raise Dropped

    async def _wait(self) -> None:
        self.waiting += 1
        try:
            await self.opened.wait()
        finally:
            self.waiting -= 1

    def told(self) -> dict[str, object]:
        names = (
            "number", "kind", "method", "path", "key", "times", "skip", "delay_ms", "status", "executes", "taken",
            "waiting",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}


@dataclass
class Faults:
    planned: list[Fault] = field(default_factory=list)

    def plan(self, fault: Fault) -> Fault:
        fault.number = len(self.planned) + 1
        self.planned.append(fault)
        return fault

    def take(self, method: str, path: str, key: str) -> Fault | None:
        """Give the fault that this call meets."""
        for fault in self.planned:
            if fault.taken < fault.times and fault.matches(method, path, key):
                if fault.skip:
                    fault.skip -= 1
                    return None
                fault.taken += 1
                return fault
        return None

    def end(self, number: int) -> Fault:
        """Let everything that a fault holds go on, and let it hold nothing any more.

        Raises:
            IndexError: there is no such fault.
        """
        fault = self.planned[number - 1]
        fault.times = fault.taken
        fault.opened.set()
        return fault

    def end_all(self) -> None:
        for fault in self.planned:
            self.end(fault.number)
