"""An order that awaits payment, on the pages that lead back to it: pay it, or take it apart to change it."""

from typing import ClassVar

import reflex as rx

from ticketapp.core.ids import parse_id
from ticketapp.live.follow import follow_person
from ticketapp.services.ordering import queries, reopening
from ticketapp.services.ordering.views import OrderView
from ticketapp.state.base import Done, Refused, ServiceCalls, say
from ticketapp.state.viewer import ViewerState


class OpenOrderState(ServiceCalls, rx.State):
    """The caller's newest unpaid order, so that leaving the checkout never loses it."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    order: OrderView = OrderView()

    @rx.event
    async def load(self):
        """Look for an order that awaits payment."""
        actor = await self._actor()
        if actor is None:
            self.order = OrderView()
            return
        outcome = await self._read(
            lambda session, now: queries.find_open_order(session, actor=actor, now=now)
        )
        if isinstance(outcome, Done):
            self.order = outcome.value or OrderView()
        await follow_person(self, actor.person_id, reload=OpenOrderState.load)

    @rx.event
    async def reopen(self, order_id: str):
        """Put an unpaid order's tickets back into the cart, where they can be changed, and go there."""
        actor = await self._actor()
        if actor is None:
            return
        outcome = await self._attempt(
            lambda session, now: reopening.reopen_order(
                session, person_id=actor.person_id, order_id=parse_id(order_id), now=now
            )
        )
        if isinstance(outcome, Refused):
            yield say(outcome.error)
            return
        yield rx.redirect("/cart")
        yield ViewerState.load
        yield OpenOrderState.load
