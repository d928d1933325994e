"""My orders, page by page."""

from typing import ClassVar

import reflex as rx

from ticketapp.live.follow import follow_person
from ticketapp.services.ordering import queries
from ticketapp.services.ordering.views import OrderList
from ticketapp.state.base import Done, Refused, ServiceCalls


class OrdersState(ServiceCalls, rx.State):
    """The caller's own orders; the number of the page stands in the address."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    orders: OrderList = OrderList()
    is_loading: bool = True
    error: str = ""

    @rx.event
    async def load(self):
        """Read the page that the address names."""
        actor = await self._actor()
        self.is_loading = False
        if actor is None:
            self.orders = OrderList()
            return
        asked = str(self.router.url.query_parameters.get("page", "1"))
        page = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
        outcome = await self._read(
            lambda session, now: queries.get_order_list(session, actor=actor, page=page)
        )
        match outcome:
            case Done(orders):
                self.orders, self.error = orders, ""
            case Refused(error):
                self.error = error.text
        await follow_person(self, actor.person_id, reload=OrdersState.load)
