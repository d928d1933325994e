"""What a person can do to their cart."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from ticketapp import runtime
from ticketapp.core.ids import parse_id
from ticketapp.live.follow import follow_cart
from ticketapp.services.cart import operations, queries
from ticketapp.services.cart.views import TakenAgain
from ticketapp.state.base import Done, Refused, ServiceCalls, say

Change = Callable[[Any, datetime, UUID], Any]


class CartState(ServiceCalls, rx.State):
    """What a person does to the cart. What is in it is sent to all their tabs by `live`."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    said: str = ""
    # The moment for which more time was offered: the offer goes when the clock of the cart does.
    offered_at_ms: int = 0

    @rx.event
    async def look_again(self):
        """Read the cart again: its time is over, or it could not be read."""
        actor = await self._actor()
        await follow_cart(self, actor.person_id if actor else None)

    @rx.event
    async def change_quantity(self, tier_id: str, quantity: int):
        """Hold more or fewer of a tier."""
        span = runtime.current().hold_span
        return await self._change(
            lambda session, now, person_id: operations.set_quantity(
                session,
                person_id=person_id,
                tier_id=parse_id(tier_id),
                quantity=quantity,
                hold_span=span,
                now=now,
            )
        )

    @rx.event
    async def remove_line(self, tier_id: str):
        """Let go of all places of a tier."""
        return await self._change(
            lambda session, now, person_id: operations.remove_line(
                session, person_id=person_id, tier_id=parse_id(tier_id), now=now
            )
        )

    @rx.event
    async def remove_seat(self, hold_id: str):
        """Let go of one seat."""
        return await self._change(
            lambda session, now, person_id: operations.remove_seat(
                session, person_id=person_id, hold_id=parse_id(hold_id), now=now
            )
        )

    @rx.event
    async def clear(self):
        """Let go of everything."""
        return await self._change(
            lambda session, now, person_id: operations.clear(session, person_id=person_id, now=now)
        )

    @rx.event
    async def dismiss(self, event_id: str):
        """Take an event's ended lines off the page."""
        return await self._change(
            lambda session, now, person_id: operations.dismiss_ended(
                session, person_id=person_id, event_id=parse_id(event_id), now=now
            )
        )

    @rx.event
    async def take_again(self, event_id: str):
        """Hold again what is still free of an event's ended lines."""
        span = runtime.current().hold_span
        return await self._change(
            lambda session, now, person_id: operations.take_again(
                session, person_id=person_id, event_id=parse_id(event_id), hold_span=span, now=now
            )
        )

    @rx.event
    async def extend(self, event_id: str, deadline_ms: int):
        """Ask for more time for one event's holds, which end at `deadline_ms`: a second click asks for no second helping."""
        return await self._change(
            lambda session, now, person_id: operations.extend(
                session,
                person_id=person_id,
                event_id=parse_id(event_id),
                deadline_ms=deadline_ms,
                now=now,
            )
        )

    @rx.event
    async def extend_all(self):
        """Take what was offered: more time for every event that gives it, once however often it is clicked."""
        if not self.offered_at_ms:
            return None
        self.offered_at_ms = 0
        actor = await self._actor()
        person_id = actor.person_id if actor else None
        outcome = await self._read(
            lambda session, now: queries.get_cart(session, person_id=person_id, now=now)
        )
        match outcome:
            case Refused(error):
                return say(error)
            case Done(cart):
                return [
                    CartState.extend(event.id, event.deadline_ms)
                    for event in cart.events
                    if event.deadline_ms and event.extensions_left
                ]

    @rx.event
    def offer_time(self, at_ms: int):
        """Ask whether more time is needed; the countdown calls this near the end."""
        self.offered_at_ms = at_ms

    @rx.event
    def decline_time(self):
        """Close the question."""
        self.offered_at_ms = 0

    async def _change(self, change: Change) -> EventSpec | None:
        """Run one change of the caller's own cart; the cart shows it by itself."""
        actor = await self._actor()
        if actor is None:
            await follow_cart(self, None)
            return None
        outcome = await self._attempt(lambda session, now: change(session, now, actor.person_id))
        self.said = ""
        match outcome:
            case Refused(error):
                # What is on the screen may be what made them ask.
                await follow_cart(self, actor.person_id)
                return say(error)
            case Done(TakenAgain(text=text)):
                self.said = text
        return None
