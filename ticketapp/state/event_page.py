"""One event: its tiers, what is chosen of them, and putting that into the cart."""

from typing import Any, ClassVar
from uuid import UUID

import reflex as rx

from ticketapp.core.errors import AppError, NotFound
from ticketapp.live.follow import follow_event, follow_facts
from ticketapp.services.cart.selection import allowed_quantity, selection_text
from ticketapp.services.catalog import queries
from ticketapp.services.catalog.views import EventPage
from ticketapp.services.inventory.requests import PlacesLine
from ticketapp.state.base import Done, Refused
from ticketapp.state.taking import TakesTickets
from ticketapp.state.viewer import ViewerState

ROUTE = "/event/"
CODES_MAX = 10


class EventPageState(TakesTickets, rx.State):
    """What is on sale and what of it is chosen. Numbers that change by themselves come from `live`."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    event: EventPage = EventPage()
    quantities: dict[str, int] = {}
    is_loading: bool = True
    is_missing: bool = False
    is_adding: bool = False
    error: str = ""
    refusal: str = ""
    said: str = ""
    code_error: str = ""
    codes: list[str] = []

    @rx.var
    def chosen_count(self) -> int:
        """How many tickets are chosen."""
        return sum(self.quantities.values())

    @rx.var
    def chosen_text(self) -> str:
        """What the chosen tickets cost."""
        return selection_text(self.event, self.quantities)

    @rx.var
    def is_selling(self) -> bool:
        """Whether anything can be put into the cart, now or when a place comes back."""
        return any(tier.rule == "open" for tier in self.event.tiers)

    @rx.var
    def is_for_members(self) -> bool:
        """Whether signing in might open something."""
        return any(tier.state == "members_only" for tier in self.event.tiers)

    @rx.var
    def has_code_box(self) -> bool:
        """Whether there is or was something behind an access code."""
        return self.event.has_code_tiers or bool(self.codes)

    @rx.event
    async def load(self):
        """Read the event that the address names; a code in the address counts as entered."""
        slug = self.router.url.path.removeprefix(ROUTE).strip("/")
        if slug != self.event.slug:
            self._forget()
        # Whoever comes back may have paid for what was held, or lost it.
        self.refusal = self.said = ""
        if code := str(self.router.url.query_parameters.get("code", "")):
            self._remember(code)
        await self._read_event(slug)

    @rx.event
    async def reload(self):
        """Read the same event again: somebody changed it."""
        await self._read_event(self.event.slug)

    @rx.event
    def choose(self, key: str, quantity: int):
        """Choose how many of a tier."""
        tier = next((tier for tier in self.event.tiers if tier.key == key), None)
        if tier is not None:
            self.quantities[key] = allowed_quantity(quantity, self.quantities.get(key, 0), tier)
            self.refusal = self.said = ""

    @rx.event
    async def enter_code(self, form: dict[str, Any]):
        """Reveal the tiers behind an access code."""
        hidden_before = self.event.has_code_tiers
        shown_before = len(self.event.tiers)
        code = str(form.get("code", "")).strip() if isinstance(form, dict) else ""
        self.code_error = "" if code else "Enter the code you were given."
        if not code:
            return
        self._remember(code)
        await self._read_event(self.event.slug)
        if hidden_before and len(self.event.tiers) == shown_before:
            self.codes.pop()
            self.code_error = "This code opens nothing here. Check for a typing error."

    @rx.event
    async def add_to_cart(self):
        """Put what is chosen into the cart, all of it or nothing."""
        if self.is_adding or self.chosen_count == 0:
            return
        self.is_adding, self.refusal, self.said = True, "", ""
        yield
        lines = tuple(
            PlacesLine(UUID(tier.id), quantity)
            for tier in self.event.tiers
            if (quantity := self.quantities.get(tier.key, 0))
        )
        outcome = await self._take(self.event, lines, self.codes)
        self.is_adding = False
        match outcome:
            case Refused(error):
                self.refusal = error.text
                await self._read_event(self.event.slug)
            case Done(said):
                self.said = said
                self.quantities = dict.fromkeys(self.quantities, 0)
        if not await self._hears_of_itself():
            yield ViewerState.load

    async def _read_event(self, slug: str) -> None:
        actor, codes = await self._actor(), frozenset(self.codes)
        outcome = await self._read(
            lambda session, now: queries.get_event(session, slug, viewer=actor, codes=codes, now=now)
        )
        self.is_loading = False
        match outcome:
            case Refused(error):
                self._fail(error)
            case Done(event):
                self.event, self.error, self.is_missing = event, "", False
                self.quantities = {tier.key: self.quantities.get(tier.key, 0) for tier in event.tiers}
                await follow_event(self, UUID(event.id), seats_since=event.version)
                await follow_facts(self, UUID(event.id), reload=EventPageState.reload)

    def _fail(self, error: AppError) -> None:
        self.is_missing = isinstance(error, NotFound)
        self.error = "" if self.is_missing else error.text

    def _forget(self) -> None:
        self.event, self.quantities, self.codes = EventPage(), {}, []
        self.is_loading, self.is_missing = True, False
        self.error = self.refusal = self.said = self.code_error = ""

    def _remember(self, code: str) -> None:
        self.codes = [*self.codes, code[:40]][-CODES_MAX:]
