"""Wherever something is written on the way of money there is a failpoint, and a process was killed at it."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tests.served.steps import KILLED_AT, around

APP = Path(__file__).parents[2] / "ticketapp"
ON_THE_WAY_OF_MONEY = (
    "api/bookings.py", "api/checkout.py", "api/reservations.py", "integrations/stripe_*.py", "jobs/*.py",
    "services/**/*.py",
)  # fmt: skip
CALL = re.compile(r"\bv1\.(\w+\.\w+)_async")
READS = {"retrieve", "list"}
IN_PROCESS = (
    "Its web process is not killed there; tests/api/test_booking_keys.py lets the code stop there instead."
)
ONE_STEP = "One transaction without a call: whoever dies around it has done it or not, and presses again."
NOT_KILLED_AT = {
    "begin_bookings": IN_PROCESS,
    "keep_many": IN_PROCESS,
    "settle_bookings": IN_PROCESS,
    "place_and_start": IN_PROCESS,
    "cancel": ONE_STEP,
    "cancel_orders": ONE_STEP,
    "confirm_free": ONE_STEP,
}


def transactions(source: str) -> set[str]:
    """Name the transactions that a source begins as the failpoints around them are named."""
    return {name for name in _begun(ast.parse(source), (), frozenset()) if name}


def _begun(node: ast.AST, within: tuple[str, ...], given: frozenset[str]) -> Iterator[str | None]:
    for child in ast.iter_child_nodes(node):
        inside, known = within, given
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = (*within, child.name)
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            known = given | set(_own_names(child))
        if isinstance(child, ast.Call) and (operation := _operation(child)) is not None:
            yield _name(operation, within, given)
        yield from _begun(child, inside, known)


def _own_names(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _operation(call: ast.Call) -> ast.expr | None:
    """Give what a call of the runtime, or of a thread for it, is to carry out in a transaction."""
    parts = [call.func, *call.args]
    for begins, operation in pairwise(parts):
        name = begins.attr if isinstance(begins, ast.Attribute) else getattr(begins, "id", "")
        if name.removeprefix("_") in {"write", "grouped", "grouped_blocking"}:
            return operation
    return None


def _name(operation: ast.expr, within: tuple[str, ...], given: frozenset[str]) -> str | None:
    if isinstance(operation, ast.Lambda):
        return ".".join(within)
    if isinstance(operation, ast.Attribute):
        return operation.attr
    # What was handed in was named where it was written.
    return operation.id if isinstance(operation, ast.Name) and operation.id not in given else None


def calls(source: str) -> set[str]:
    """Name the calls of the provider that change something."""
    return {call for call in CALL.findall(source) if call.partition(".")[2] not in READS}


def test_a_process_was_killed_on_both_sides_of_every_step():
    sources = [file.read_text() for pattern in ON_THE_WAY_OF_MONEY for file in APP.glob(pattern)]
    steps = set().union(*map(transactions, sources), *map(calls, sources))

    assert {step for step in steps if not KILLED_AT.issuperset(around(step))} == NOT_KILLED_AT.keys()


def test_no_process_is_killed_where_nothing_is():
    sources = [file.read_text() for file in APP.rglob("*.py")]
    everything = set().union(
        *map(transactions, sources), *(CALL.findall(one) for one in sources), {"mail.send"}
    )

    assert {step.rpartition(".")[0] for step in KILLED_AT} - everything == set()


def test_a_new_step_is_noticed():
    source = """
class Till:
    async def empty(self):
        await to_thread(self.transactions.write, lambda session, now: None)
        await self.transactions.grouped(operations.count, self)
        await self._write(self.given)
        self.calls.v1.payouts.create_async({})

    async def _write(self, operation):
        await to_thread(self.transactions.write, operation)
"""

    assert transactions(source) == {"Till.empty", "count", "given"}
    assert calls(source + "v1.payouts.list_async()") == {"payouts.create"}
