"""Named places where a process dies, stops, waits or fails when told to: before and after each of its effects.

TICKETAPP_FAILPOINTS names a folder, and a file in it arms the failpoint of its name:

    settle.before                  in the transaction of `settle`, all done and nothing committed
    settle.after                   committed, and nobody told yet
    payment_intents.create.before  a call of Stripe's API that is not sent yet
    payment_intents.create.after   answered, and nothing made of the answer yet
    mail.send.before, .after       the same of a message

The file says what happens there: `kill` (SIGKILL), `stop` (SIGSTOP, until somebody sends SIGCONT), `pause` (until the file
is gone) or `raise`; `kill 3` lets two pass and kills at the third. Transactions are named for the function that decides
a batch, or that asks for them, such as `Cashier.expire_order`. Every name that was passed stands in the file `passed`, in
order: that is the list of what there is. Without the setting nothing of this is loaded.
"""

import asyncio
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

PASSED = "passed"
SECONDS_BETWEEN_LOOKS = 0.01
# More than ever stand at calls at once: asyncio's own threads are few, and whoever is not held up needs them.
CALLS_AT_ONCE = 64
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class FailpointReached(Exception):
    """A failpoint was armed with `raise`."""


@dataclass(slots=True)
class Failpoints:
    """The failpoints of one process."""

    folder: Path
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(CALLS_AT_ONCE))

    def stand_around(self, runtime: Any) -> None:
        """Put failpoints around every transaction and every outside call of a runtime that has not begun to work."""
        self.folder.mkdir(parents=True, exist_ok=True)
        runtime.write = partial(self._write, runtime.write)
        runtime.post = replace(runtime.post, gateway=_Calls(self, runtime.post.gateway, "mail"))
        if (calls := getattr(runtime.cashier.gateway, "calls", None)) is not None:
            calls.v1 = _Calls(self, calls.v1, "")

    def _write(self, write: Callable[[Any], Any], operation: Callable[..., Any]) -> Any:
        name = _name_of(operation)

        def nearly_committed(session: Any, now: Any) -> Any:
            result = operation(session, now)
            session.flush()
            self.reach(f"{name}.before")
            return result

        result = write(nearly_committed)
        self.reach(f"{name}.after")
        return result

    def reach(self, name: str) -> None:
        """Do what the failpoint is armed with."""
        if self._is_paused(name):
            while self._is_armed(name):
                time.sleep(SECONDS_BETWEEN_LOOKS)

    async def reach_by_call(self, name: str) -> None:
        """Do the same, and hold up nobody else meanwhile."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self.reach, name)

    def _is_paused(self, name: str) -> bool:
        action, _, count = self._order(name).partition(" ")
        with self._lock:
            self._counts[name] = self._counts[name] + 1 if action else 0
            is_due = bool(action) and self._counts[name] == int(count or self._counts[name])
        with (self.folder / PASSED).open("a") as passed:
            passed.write(f"{name}\n")
        if is_due and action in _SIGNALS:
            os.kill(os.getpid(), _SIGNALS[action])
        if is_due and action == "raise":
            raise FailpointReached(name)
        return is_due and action == "pause"

    def _is_armed(self, name: str) -> bool:
        return (self.folder / name).exists()

    def _order(self, name: str) -> str:
        try:
            return (self.folder / name).read_text().strip()
        except FileNotFoundError:
            return ""


class _Calls:
    """An API or one part of it, whose calls pass a failpoint before and after."""

    def __init__(self, failpoints: Failpoints, inner: Any, path: str) -> None:
        self._failpoints, self._inner, self._path = failpoints, inner, path

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        path = f"{self._path}.{name.removesuffix('_async')}".removeprefix(".")
        is_part = not callable(inner)
        return _Calls(self._failpoints, inner, path) if is_part else partial(self._made, path, inner)

    async def _made(self, path: str, call: Callable[..., Any], *given: Any) -> Any:
        await self._failpoints.reach_by_call(f"{path}.before")
        answer = await call(*given)
        await self._failpoints.reach_by_call(f"{path}.after")
        return answer


def _name_of(operation: Callable[..., Any]) -> str:
    """Name an operation: a batch for what decides it, a lambda for the function it is written in."""
    named = operation.args[0] if isinstance(operation, partial) else operation
    return named.__qualname__.replace("<locals>.", "").removesuffix(".<lambda>")
