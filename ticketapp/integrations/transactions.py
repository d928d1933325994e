"""What somebody outside the runtime may do with the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

T = TypeVar("T")


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
