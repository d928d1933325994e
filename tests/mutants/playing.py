"""Play the tests once for each mutant, each time in a fork of the process that collected them."""

import functools
import gc
import importlib
import inspect
import os
import resource
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

import pytest
from _pytest.main import pytest_runtestloop as play_all

from tests.mutants.mutant import Mutant

PACKAGE = Path(__file__).parents[2] / "ticketapp"
# Seconds of a processor: a mutant may run in circles.
LIVES_S_MAX = 900


class Play:
    """A plugin of pytest that plays the collected tests for one mutant after the other."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self.mutants = mutants
        self.died: str | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for mutant in self.mutants:
            mutated(mutant)
        # Set up before the forks what they have in common: the migrated database, and the shop in memory.
        first: Any = session.items[0]
        first.session._setupstate.setup(first)
        first._request._fillfixtures()
        reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
        for mutant in self.mutants:
            reporter.write_line(self._line(session, mutant))
            reporter.flush()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.died is None:
            self.died = f"`{report.nodeid}`"

    def _line(self, session: pytest.Session, mutant: Mutant) -> str:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            self._live(session, mutant, writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            died = told.read()
        _, how = os.waitpid(child, 0)
        if how:
            died = f"it never ends ({signal.Signals(how & 0x7F).name})"
        return mutant.line(died)

    def _live(self, session: pytest.Session, mutant: Mutant, writing: int) -> NoReturn:
        resource.setrlimit(resource.RLIMIT_CPU, (LIVES_S_MAX, LIVES_S_MAX))
        session.config.pluginmanager.unregister(name="terminalreporter")
        try:
            take_away(mutant)
            play_all(session)
        except session.Failed:
            pass
        except BaseException as error:  # noqa: BLE001
            self.died = repr(error)
        os.write(writing, (self.died or "").encode())
        os._exit(0)


def mutated(mutant: Mutant) -> str:
    """Give a file without the guard.

    Raises:
        LookupError: the guard does not stand there, or not once.
    """
    text = (PACKAGE / mutant.file).read_text()
    if text.count(mutant.text) != 1:
        raise LookupError(f"{mutant.name}: the text stands {text.count(mutant.text)} times in {mutant.file}")
    return text.replace(mutant.text, mutant.instead)


def take_away(mutant: Mutant) -> None:
    """Give the functions of this process the code without the guard; what they remember is forgotten."""
    path = PACKAGE / mutant.file
    module = importlib.import_module(f"ticketapp.{mutant.file.removesuffix('.py').replace('/', '.')}")
    before = dict(_codes(compile(path.read_text(), str(path), "exec")))
    after = dict(_codes(compile(mutated(mutant), str(path), "exec")))
    changed = {name: code for name, code in after.items() if _shape(code) != _shape(before[name])}
    if not changed:
        raise LookupError(f"{mutant.name}: no function is another")
    # The stage has put what there was out of the collector's sight.
    gc.unfreeze()
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and function.__module__ == module.__name__:
            if function.__qualname__ in changed:
                function.__code__ = changed.pop(function.__qualname__)
        elif isinstance(function, functools._lru_cache_wrapper) and function.__module__ == module.__name__:
            function.cache_clear()
    gc.freeze()
    if changed:
        raise LookupError(f"{mutant.name}: nobody has {', '.join(changed)}")


def _codes(within: CodeType) -> Iterator[tuple[str, CodeType]]:
    """Give the code of each function and method by its name; what is inside of them comes with them."""
    for code in within.co_consts:
        if isinstance(code, CodeType):
            if code.co_flags & inspect.CO_OPTIMIZED:
                yield code.co_qualname, code
            else:
                yield from _codes(code)


def _shape(code: CodeType) -> tuple[Any, ...]:
    """Give what tells code apart, wherever in its file it stands."""
    inside = tuple(_shape(part) if isinstance(part, CodeType) else repr(part) for part in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, inside
