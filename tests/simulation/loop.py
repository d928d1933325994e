"""An event loop whose time stands still: it runs until everybody waits, and then the scheduler says who goes on.

Whatever the product does in a thread or at the provider becomes a `Point` first, where its process can be left waiting,
be killed, or be overtaken by others. Reads happen at once: a process that waits before its next effect has read what
was true when it last went on.
"""

import asyncio
import selectors
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

# A call that its caller has given up does not arrive after longer than this.
ON_ITS_WAY_S_MAX = 300


class Gone(BaseException):
    """The process was killed: nothing after this runs in it."""


@dataclass(eq=False)
class Process:
    """What dies together."""

    name: str
    is_dead: bool = False
    # An errand's effects happen without a pause: what it does is not what is being looked at.
    is_errand: bool = False
    task: asyncio.Task[Any] | None = None

    @property
    def is_over(self) -> bool:
        return self.is_dead or (self.task is not None and self.task.done())


@dataclass(eq=False)
class Point:
    """One effect that a process has come to: a transaction, or a call of the provider."""

    process: Process
    name: str
    act: Callable[[], Any]
    answer: asyncio.Future[Any]
    is_call: bool = False
    is_done: bool = False
    _outcome: Any = None
    _error: BaseException | None = None

    @property
    def is_forgotten(self) -> bool:
        """Is it a call that nobody waits for any more?"""
        return self.is_call and self.answer.done() and not self.is_done

    def happen(self) -> None:
        """Let it happen; nobody hears of it yet."""
        assert not self.is_done
        self.is_done = True
        try:
            self._outcome = self.act()
        except Exception as error:  # noqa: BLE001
            self._error = error

    def tell(self) -> None:
        """Let the process hear how it went, if it still listens."""
        if self.answer.done():
            return
        if self._error is None:
            self.answer.set_result(self._outcome)
        else:
            self.answer.set_exception(self._error)

    def fail(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


PROCESS: ContextVar[Process] = ContextVar("process")


class _NothingToWaitFor(selectors.SelectSelector):
    """A selector that never waits: when everybody else does, the loop stops."""

    on_idle: Callable[[], None]

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout > 0:
            self.on_idle()
        return []


@dataclass
class Effects:
    """The points that processes wait at, and the processes."""

    points: list[Point] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    # Called after each effect that happened.
    on_effect: Callable[[], None] = lambda: None


class StillLoop(asyncio.SelectorEventLoop):
    """Runs until idle; its own time moves only when told to."""

    def __init__(self) -> None:
        selector = _NothingToWaitFor()
        selector.on_idle = self.stop
        super().__init__(selector)
        self.moment = 0.0
        self.effects = Effects()

    def time(self) -> float:
        return self.moment

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # noqa: ARG002
        """Stand in for `asyncio.to_thread`: a read happens here and now, a write is a point."""
        # to_thread wraps what it runs: partial(context.run, function, *arguments).
        called = func.args[0] if hasattr(func, "args") else func  # type: ignore[attr-defined]
        if getattr(called, "__name__", "") != "write":
            self._check_alive()
            done = self.create_future()
            try:
                done.set_result(func(*args))
            except Exception as error:  # noqa: BLE001
                done.set_exception(error)
            return done
        operation = func.args[1]  # type: ignore[attr-defined]
        return self.effect(_short(operation), lambda: func(*args))

    def effect(self, name: str, act: Callable[[], Any], *, is_call: bool = False) -> asyncio.Future[Any]:
        """Come to an effect and wait there."""
        process = self._check_alive()
        point = Point(process, name, act, self.create_future(), is_call)
        if process.is_errand:
            point.happen()
            point.tell()
        else:
            self.effects.points.append(point)
        return point.answer

    def _check_alive(self) -> Process:
        process = PROCESS.get()
        if process.is_dead:
            raise Gone
        return process

    def start(self, process: Process, work: Any) -> Process:
        """Let a process begin and run until it waits."""
        token = PROCESS.set(process)
        process.task = self.create_task(work)
        # Whoever looks at the run looks at how its processes ended.
        process.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        PROCESS.reset(token)
        self.effects.processes.append(process)
        self.run_until_idle()
        return process

    def run_until_idle(self) -> None:
        self.run_forever()

    def go(self, point: Point) -> None:
        """Let an effect happen, if it has not, and its process hear of it and go on."""
        if not point.is_done:
            self.let_happen(point)
        self.effects.points.remove(point)
        point.tell()
        self.run_until_idle()

    def let_happen(self, point: Point) -> None:
        point.happen()
        self.effects.on_effect()

    def lose(self, point: Point, error: BaseException) -> None:
        """Let a process hear of an error instead of the answer."""
        self.effects.points.remove(point)
        point.fail(error)
        self.run_until_idle()

    def kill(self, process: Process, *, keeps_calls: bool = False) -> None:
        """End a process where it waits. Calls that are on their way may still arrive."""
        process.is_dead = True
        for point in [point for point in self.effects.points if point.process is process]:
            if not (keeps_calls and point.is_call and not point.is_done):
                self.effects.points.remove(point)
            point.fail(Gone())
        self.run_until_idle()

    def silence(self, seconds: float) -> None:
        """Let time pass for whoever waits; those who wait no longer go on without an answer."""
        self.moment += seconds
        # Timers come due one after the other.
        self.run_until_idle()
        self.run_until_idle()
        if seconds > ON_ITS_WAY_S_MAX:
            self.effects.points[:] = [point for point in self.effects.points if not point.is_forgotten]


def _short(operation: Any) -> str:
    return operation.__qualname__.replace(".<locals>.<lambda>", "").replace("<lambda>", "write")
