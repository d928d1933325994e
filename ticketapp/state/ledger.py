"""The books of one's own events: balances and transfers, as the address asks for them."""

from typing import ClassVar
from urllib.parse import urlencode

import reflex as rx

from ticketapp.services.accounts.rules import signed_in
from ticketapp.services.reporting.ledger import LedgerQuestion, read_day, read_ledger
from ticketapp.services.reporting.ledger_views import LedgerPage
from ticketapp.state.base import Done, Refused, ServiceCalls

ROUTE = "/organizer/ledger"
FILE = "/api/organizer/ledger.csv"


class LedgerState(ServiceCalls, rx.State):
    """Event, period and page stand in the address."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    books: LedgerPage = LedgerPage()
    event: str = ""
    first_day: str = ""
    last_day: str = ""
    is_loading: bool = True
    error: str = ""

    @rx.var
    def is_narrowed(self) -> bool:
        """Tell whether anything was asked for."""
        return bool(self.event or self.first_day or self.last_day)

    @rx.var
    def previous_href(self) -> str:
        return self._href(ROUTE, page=self.books.page - 1)

    @rx.var
    def next_href(self) -> str:
        return self._href(ROUTE, page=self.books.page + 1)

    @rx.var
    def file_href(self) -> str:
        """Where the same transfers are as a file."""
        return self._href(FILE)

    @rx.event
    async def load(self):
        """Read the part of the books that the address asks for."""
        asked = self.router.url.query_parameters
        self.event = str(asked.get("event", ""))[:200]
        first, last = read_day(str(asked.get("from", ""))), read_day(str(asked.get("to", "")))
        self.first_day, self.last_day = str(first or ""), str(last or "")
        number = str(asked.get("page", "1"))
        page = int(number) if number.isdecimal() and len(number) < 7 else 1
        actor, question = await self._actor(), LedgerQuestion(self.event, first, last)
        outcome = await self._read(
            lambda session, _now: read_ledger(session, actor=signed_in(actor), asked=question, page=page)
        )
        self.is_loading = False
        match outcome:
            case Done(books):
                self.books, self.error = books, ""
            case Refused(error):
                self.error = error.text

    def _href(self, path: str, page: int = 0) -> str:
        asked = {"event": self.event, "from": self.first_day, "to": self.last_day, "page": page}
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"
