"""The list of events and what it is narrowed to."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import reflex as rx

from ticketapp.live.follow import follow_events
from ticketapp.services.catalog.browsing import browse
from ticketapp.services.catalog.views import EventCard, EventList, Facets
from ticketapp.state.base import Done, Refused, ServiceCalls
from ticketapp.state.filters import PERIODS, Filters, filters_in, without

# A letter may be typed while the list of the last one is on its way.
TYPED_MAX = 50


@dataclass(frozen=True)
class FilterLink:
    """One choice of a filter, with the address that makes or unmakes it."""

    label: str = ""
    href: str = ""
    is_chosen: bool = False
    count: int = 0


class EventListState(ServiceCalls, rx.State):
    """What is on. The address says which events are shown, so a list can be shared and the back button works."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    events: EventList = EventList()
    cards: list[EventCard] = []
    facets: Facets = Facets()
    filters: Filters = Filters()
    period_links: list[FilterLink] = []
    drops: list[FilterLink] = []
    previous_href: str = ""
    next_href: str = ""
    is_loading: bool = True
    error: str = ""
    search_round: int = 0
    _typed: list[str] = [""]

    @rx.event
    async def load(self):
        """Read the list that the address asks for."""
        filters = filters_in(self.router.url.query_parameters)

        self.filters = filters
        self._follow_search(filters.q)
        outcome = await self._read(lambda session, now: browse(session, filters.for_catalog(now), now=now))
        self.is_loading = False
        match outcome:
            case Refused(error):
                self.error = error.text
                return
            case Done(found):
                self.events, self.cards = found.events, found.events.items
                self.facets, self.error = found.facets, ""
        self.period_links = [_period_link(filters, word, label) for word, label in PERIODS]
        self.drops = [
            FilterLink(f"Drop {drop.label}", without(filters, drop.value).href, count=drop.count)
            for drop in found.drops
        ]
        self.previous_href = filters.page_href(found.events.page - 1)
        self.next_href = filters.page_href(found.events.page + 1)
        await follow_events(self, [UUID(card.id) for card in found.events.items])

    @rx.event
    def choose(self, name: str, value: str):
        """Narrow the list; the address changes, and with it the list."""
        return rx.redirect(self.filters.with_choice(str(name), str(value)).href)

    @rx.event
    def search(self, text: str):
        """Narrow the list while somebody types; each letter replaces the address of the last one."""
        wanted = self.filters.with_choice("q", str(text).strip())
        self._typed = [*self._typed, wanted.q][-TYPED_MAX:]
        return rx.redirect(wanted.href, replace=True)

    def _follow_search(self, text: str) -> None:
        """Draw the search field anew when the address changed otherwise than by typing into it."""
        if text not in self._typed:
            self.search_round += 1
        if text not in self._typed[:-1]:
            self._typed = [text]


def _period_link(filters: Filters, word: str, label: str) -> FilterLink:
    is_chosen = filters.when == word
    return FilterLink(label, filters.with_choice("when", "" if is_chosen else word).href, is_chosen)
