"""Choosing seats: in a list, or the best ones together."""

from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx

from ticketapp.core.ids import parse_id
from ticketapp.services.cart.queries import find_hold, get_cart
from ticketapp.services.cart.seating import (
    SeatChoice,
    SeatRow,
    SeatSection,
    list_rows,
    list_sections,
    nearest_free,
)
from ticketapp.services.catalog.views import EventPage
from ticketapp.services.inventory.errors import SeatTaken
from ticketapp.services.inventory.requests import BestSeatsLine, Line, SeatLine
from ticketapp.state.base import Done, Refused
from ticketapp.state.cart import CartState
from ticketapp.state.event_page import EventPageState
from ticketapp.state.taking import TakesTickets
from ticketapp.state.viewer import ViewerState

BEST = "best"


class SeatsState(TakesTickets, rx.State):
    """One event's sections and the rows of the section that is open. A seat is held as soon as it is chosen."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    sections: list[SeatSection] = []
    section: str = ""
    rows: list[SeatRow] = []
    tier_id: str = ""
    together: int = 2
    taking: str = ""
    refusal: str = ""
    instead: SeatChoice = SeatChoice()
    said: str = ""
    is_loading: bool = True

    @rx.event
    async def load(self):
        """Read the sections of the event on this page, and the open section again."""
        page = await self.get_state(EventPageState)
        if not page.event.is_seated:
            return
        await self._read_sections(page)
        # Whoever comes back may have paid for what was held, or lost it.
        self.is_loading, self.refusal, self.said = False, "", ""
        names = {section.name for section in self.sections}
        if self.section not in names:
            self.section, self.rows, self.tier_id = "", [], ""
            self.instead = SeatChoice()
        await self._read_rows(page)

    @rx.event
    async def open_section(self, section: str):
        """Show the rows of a section."""
        self.section = str(section)
        page = await self.get_state(EventPageState)
        await self._read_sections(page)
        await self._read_rows(page)

    @rx.event
    def prefer(self, tier_id: str):
        """Set one price apart; the other seats stay where they are."""
        self.tier_id = str(tier_id)

    @rx.event
    def count_together(self, quantity: int):
        """Say how many seats should be side by side."""
        self.together = quantity if type(quantity) is int else self.together

    @rx.event
    async def take(self, seat_id: str):
        """Hold a seat; the second click of a double click finds it held and leaves it so."""
        if await self._own_hold(seat_id):
            return
        async for step in self._hold(seat_id, lambda: SeatLine(parse_id(seat_id))):
            yield step

    @rx.event
    async def let_go(self, seat_id: str):
        """Let go of a seat of one's own."""
        if hold_id := await self._own_hold(seat_id):
            yield CartState.remove_seat(hold_id)
            yield SeatsState.load

    @rx.event
    async def take_best(self):
        """Hold the best seats side by side, of the preferred price or the first."""
        page = await self.get_state(EventPageState)
        tier_id = self.tier_id or next((tier.id for tier in page.event.tiers if tier.is_seated), "")
        async for step in self._hold(BEST, lambda: BestSeatsLine(parse_id(tier_id), self.together)):
            yield step

    async def _hold(self, taking: str, line: Callable[[], Line]) -> AsyncIterator[Any]:
        """Hold one line, showing meanwhile what is being taken."""
        if self.taking:
            return
        self.taking, self.refusal, self.said, self.instead = str(taking), "", "", SeatChoice()
        yield
        page = await self.get_state(EventPageState)
        outcome = await self._flow(lambda: self._taken(page, line()))
        self.taking = ""
        match outcome:
            case Refused(error):
                self.refusal = error.text
                await self._read_rows(page)
                if isinstance(error, SeatTaken):
                    await self._offer_instead(str(taking))
            case Done(said):
                self.said = said
        await self._read_sections(page)
        if not await self._hears_of_itself():
            yield ViewerState.load

    async def _offer_instead(self, seat_id: str) -> None:
        actor = await self._actor()
        person_id = actor.person_id if actor else None
        outcome = await self._read(lambda session, now: get_cart(session, person_id=person_id, now=now))
        own = outcome.value.own_seats if isinstance(outcome, Done) else []
        self.instead = nearest_free(self.rows, seat_id, own=own) or SeatChoice()

    async def _own_hold(self, seat_id: str) -> str:
        """Give the caller's hold of a seat, "" when they have none."""
        actor = await self._actor()
        if actor is None:
            return ""
        outcome = await self._read(
            lambda session, now: find_hold(
                session, person_id=actor.person_id, seat_id=parse_id(seat_id), now=now
            )
        )
        return str(outcome.value or "") if isinstance(outcome, Done) else ""

    async def _taken(self, page: EventPageState, line: Line) -> str:
        outcome = await self._take(page.event, (line,), page.codes)
        if isinstance(outcome, Refused):
            raise outcome.error
        return outcome.value

    async def _read_sections(self, page: EventPageState) -> None:
        if not page.event.id:
            return
        event_id, tier_ids = parse_id(page.event.id), _tier_ids(page.event)
        outcome = await self._read(
            lambda session, now: list_sections(session, event_id=event_id, tier_ids=tier_ids)
        )
        if isinstance(outcome, Done):
            self.sections = outcome.value

    async def _read_rows(self, page: EventPageState) -> None:
        if not self.section or not page.event.id:
            return
        event_id, tier_ids, section = parse_id(page.event.id), _tier_ids(page.event), self.section
        outcome = await self._read(
            lambda session, now: list_rows(session, event_id=event_id, section=section, tier_ids=tier_ids)
        )
        if isinstance(outcome, Done):
            self.rows = outcome.value


def _tier_ids(event: EventPage) -> set[UUID]:
    return {parse_id(tier.id) for tier in event.tiers}
