"""One call of the API as its function sees it: who asks, for which object, with which parameters."""

from dataclasses import dataclass, field
from typing import Any

from ticketapp.rehearsal.book import Book


@dataclass(frozen=True, slots=True)
class Call:
    book: Book
    path: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    object_id: str = ""
    # Where the browser finds the fake's own pages.
    origin: str = ""
    is_from_browser: bool = False
