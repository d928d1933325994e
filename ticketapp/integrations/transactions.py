"""What somebody outside the runtime may do with the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

T = TypeVar("T")
D = TypeVar("D", bound=Callable[..., Any])
_turn_takers: set[Callable[..., Any]] = set()


def takes_turns(decide: D) -> D:
    """Say of a batch's decision that it waits for the lock on the stock.

    Of these a process decides one batch at a time, and a batch closes when its turn comes. One that waited for the lock
    in the database would be closed already, so each would be half as large and there would be twice as many.
    """
    _turn_takers.add(decide)
    return decide


def is_turn_taken(decide: Callable[..., Any]) -> bool:
    """Does this decision take turns with others?"""
    return decide in _turn_takers


class Transactions(Protocol):
    """Read, write and grouped, as the runtime offers them."""

    def read(self, query: Callable[[Session, datetime], T]) -> T:
        """Run one query on a consistent view."""
        ...

    def write(self, operation: Callable[[Session, datetime], T]) -> T:
        """Run one operation in one transaction."""
        ...

    async def grouped(self, decide: Any, request: Any) -> Any:
        """Decide a request together with those that arrive while the last batch commits."""
        ...
