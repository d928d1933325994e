"""The cart: what is held, until when, and what can be had again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx

from ticketapp import runtime
from ticketapp.core.ids import parse_id
from ticketapp.services.cart import operations, queries
from ticketapp.services.cart.views import CartView, TakenAgain
from ticketapp.state.base import Done, Refused, ServiceCalls, say

WARN_MS = 2 * 60 * 1000
Change = Callable[[Any, datetime, UUID], Any]


class CartState(ServiceCalls, rx.State):
    """A person's cart. Other tabs and devices follow, because every change is read again from the database."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    cart: CartView = CartView()
    is_loading: bool = True
    is_busy: bool = False
    error: str = ""
    said: str = ""
    is_time_offered: bool = False

    @rx.var
    def warn_at_ms(self) -> int:
        """When to ask whether more time is needed; 0 when no event in the cart gives any."""
        may_extend = any(event.extensions_left for event in self.cart.events if event.deadline_ms)
        return self.cart.deadline_ms - WARN_MS if may_extend else 0

    @rx.var
    def until_text(self) -> str:
        """When the first hold ends, in words."""
        return next(
            (
                event.deadline_text
                for event in self.cart.events
                if event.deadline_ms and event.deadline_ms == self.cart.deadline_ms
            ),
            "",
        )

    @rx.var
    def extension_text(self) -> str:
        """How much more time the first event that gives any would give."""
        minutes = next(
            (
                event.extension_minutes
                for event in self.cart.events
                if event.deadline_ms and event.extensions_left
            ),
            0,
        )
        return "1 more minute" if minutes == 1 else f"{minutes} more minutes"

    @rx.var
    def total_text(self) -> str:
        """What the whole cart costs: one amount for each currency."""
        return " + ".join(total.total_text for total in self.cart.totals)

    @rx.var
    def own_seats(self) -> list[str]:
        """The seats that this person holds."""
        return [seat.seat_id for event in self.cart.events for line in event.lines for seat in line.seats]

    @rx.event
    async def load(self):
        """Read the cart again."""
        await self._read_cart()

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
        if not any(event.id == event_id and event.deadline_ms == deadline_ms for event in self.cart.events):
            return None
        return await self._change(
            lambda session, now, person_id: operations.extend(
                session, person_id=person_id, event_id=parse_id(event_id), now=now
            )
        )

    @rx.event
    def extend_all(self):
        """Ask for more time for every event that gives it."""
        self.is_time_offered = False
        return [
            CartState.extend(event.id, event.deadline_ms)
            for event in self.cart.events
            if event.deadline_ms and event.extensions_left
        ]

    @rx.event
    def offer_time(self):
        """Ask whether more time is needed; the countdown calls this near the end."""
        self.is_time_offered = self.cart.deadline_ms > 0

    @rx.event
    def decline_time(self):
        """Close the question."""
        self.is_time_offered = False

    async def _change(self, change: Change) -> list[Any]:
        """Run one change of the caller's own cart, then read everything again."""
        actor = await self._actor()
        told: list[Any] = []
        if actor is not None:
            outcome = await self._attempt(lambda session, now: change(session, now, actor.person_id))
            self.said = ""
            match outcome:
                case Refused(error):
                    told = [say(error)]
                case Done(TakenAgain(text=text)):
                    self.said = text
        await self._read_cart()
        return told

    async def _read_cart(self) -> None:
        actor = await self._actor()
        person_id = actor.person_id if actor else None
        outcome = await self._read(
            lambda session, now: queries.get_cart(session, person_id=person_id, now=now)
        )
        self.is_loading = False
        match outcome:
            case Done(cart):
                self.cart, self.error = cart, ""
                self.is_time_offered = self.is_time_offered and cart.deadline_ms > 0
            case Refused(error):
                self.error = error.text
