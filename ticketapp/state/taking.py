"""Put tickets of an event into the caller's cart, from whichever part of the page they were chosen in."""

from collections.abc import Iterable
from uuid import UUID

import reflex as rx

from ticketapp import runtime
from ticketapp.core.ids import new_id, parse_id
from ticketapp.live.follow import follows_cart
from ticketapp.services.cart.wishes import add_wishes
from ticketapp.services.catalog.queries import cleaned_codes
from ticketapp.services.catalog.views import EventPage
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.requests import HoldRequest, Line, PlacesLine
from ticketapp.state.base import Done, Refused, ServiceCalls

HELD = "Held for you. Check out before the clock ends."
REMEMBERED = "In your cart. These tickets are held when you check out."


class TakesTickets(ServiceCalls, rx.State, mixin=True):
    """What may be done by every state that sells."""

    async def _take(
        self, event: EventPage, lines: tuple[Line, ...], codes: Iterable[str]
    ) -> Done[str] | Refused:
        """Hold all the lines or none, or remember them where tickets are held at checkout; say what happened."""
        outcome = await self._person()
        if isinstance(outcome, Refused):
            return outcome
        person_id = outcome.value.person_id
        if event.hold_policy == "at_checkout":
            return await self._wish(person_id, event, lines, codes)
        request = HoldRequest(
            person_id=person_id,
            event_id=parse_id(event.id),
            lines=lines,
            key=f"page:{new_id()}",
            hold_span=runtime.current().hold_span,
            access_codes=cleaned_codes(codes),
        )
        held = await self._grouped(inventory.hold_many, request)
        return held if isinstance(held, Refused) else Done(HELD)

    async def _hears_of_itself(self) -> bool:
        """Tell whether this page is shown the cart that was just changed; a new guest's is not yet."""
        actor = await self._actor()
        return actor is not None and follows_cart(self, actor.person_id)

    async def _wish(
        self, person_id: UUID, event: EventPage, lines: tuple[Line, ...], codes: Iterable[str]
    ) -> Done[str] | Refused:
        quantities = {line.tier_id: line.quantity for line in lines if isinstance(line, PlacesLine)}
        done = await self._attempt(
            lambda session, now: add_wishes(
                session,
                person_id=person_id,
                event_id=parse_id(event.id),
                quantities=quantities,
                access_codes=cleaned_codes(codes),
                now=now,
            )
        )
        return done if isinstance(done, Refused) else Done(REMEMBERED)
