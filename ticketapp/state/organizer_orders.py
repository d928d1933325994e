"""The orders of one's own events, found by reference, name or mail."""

from typing import ClassVar
from urllib.parse import urlencode

import reflex as rx

from ticketapp.services.accounts.rules import signed_in
from ticketapp.services.reporting.order_desk_views import DeskOrders
from ticketapp.services.reporting.order_search import search_orders
from ticketapp.state.base import Done, Refused, ServiceCalls

ROUTE = "/organizer/orders"


class OrganizerOrdersState(ServiceCalls, rx.State):
    """A page of what matches; search, event and page stand in the address."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    found: DeskOrders = DeskOrders()
    query: str = ""
    event: str = ""
    is_loading: bool = True
    error: str = ""

    @rx.var
    def is_narrowed(self) -> bool:
        """Tell whether anything was asked for."""
        return bool(self.query or self.event)

    @rx.var
    def previous_href(self) -> str:
        return self._href(self.found.page - 1)

    @rx.var
    def next_href(self) -> str:
        return self._href(self.found.page + 1)

    @rx.event
    async def load(self):
        """Read the page that the address asks for."""
        asked = self.router.url.query_parameters
        self.query, self.event = str(asked.get("q", ""))[:100], str(asked.get("event", ""))
        number = str(asked.get("page", "1"))
        page = int(number) if number.isdecimal() and len(number) < 7 else 1
        actor = await self._actor()
        query, event = self.query, self.event
        outcome = await self._read(
            lambda session, _now: search_orders(
                session, actor=signed_in(actor), query=query, event=event, page=page
            )
        )
        self.is_loading = False
        match outcome:
            case Done(found):
                self.found, self.error = found, ""
            case Refused(error):
                self.error = error.text

    def _href(self, page: int) -> str:
        asked = {"q": self.query, "event": self.event, "page": page}
        return f"{ROUTE}?{urlencode({name: value for name, value in asked.items() if value})}"
