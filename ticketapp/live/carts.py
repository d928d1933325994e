"""Live carts: what a person has in the cart reaches all their open pages, without a page asking for it."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from ticketapp.core.errors import AppError
from ticketapp.live.feed import Feed
from ticketapp.live.rooms import MayStay, Tab
from ticketapp.live.vars import LiveCart
from ticketapp.live.wire import Values
from ticketapp.services.cart.queries import get_carts
from ticketapp.services.cart.views import CartView

PURPOSE = "cart"
# Whoever pressed a button waits for this; the carts that change meanwhile are read together.
PACE_SECONDS = 0.05
NOT_READ = "We cannot read your cart for a moment. What is in it stays in it."

Watchers = Mapping[str, Mapping[Tab, MayStay]]


class CartFeed(Feed):
    """Read the carts that changed, all in one go, and send each to those of its person's tabs that still may see it."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._tabs: dict[str, dict[Tab, MayStay]] = {}

    async def follow(self, tab: Tab, person_id: UUID, may_see: MayStay) -> None:
        """Show a person's cart to a tab, now and whenever it changes."""
        topic = _topic(person_id)
        await self._rooms.move(tab, purpose=PURPOSE, room=topic)
        self._tabs.setdefault(topic, {})[tab] = may_see
        self._ask_for({topic})

    async def show_none(self, tab: Tab) -> None:
        """Show a tab the cart of nobody."""
        await self._rooms.put_out(tab.socket, PURPOSE)
        await self._show([tab], CartView())

    def is_following(self, tab: Tab, person_id: UUID) -> bool:
        """Tell whether a tab is shown a person's cart."""
        return self._rooms.is_in(tab, _topic(person_id))

    def _keys(self, topics: frozenset[str]) -> set[str]:
        return set(topics & self._tabs.keys())

    def _all_keys(self) -> set[str]:
        return set(self._tabs)

    async def _send(self, due: set[str]) -> float:
        watchers = {topic: self._open_tabs(topic) for topic in due}
        try:
            admitted = await self._admitted(watchers)
            carts = await self._read(_query(admitted)) if admitted else {}
        except Exception as error:
            text = error.text if isinstance(error, AppError) else NOT_READ
            for tabs in watchers.values():
                await self._put(tabs, {"error": text})
            raise
        for topic, tabs in admitted.items():
            await self._show(tabs, carts[_person(topic)])
        return PACE_SECONDS

    def _open_tabs(self, topic: str) -> Mapping[Tab, MayStay]:
        """Give the tabs that show a cart; who has gone to another page or closed it is forgotten."""
        tabs = {
            tab: may_see
            for tab, may_see in self._tabs.pop(topic, {}).items()
            if self._wire.is_open(tab.socket) and self._rooms.is_in(tab, topic)
        }
        if tabs:
            self._tabs[topic] = tabs
        return tabs

    async def _admitted(self, watchers: Watchers) -> dict[str, list[Tab]]:
        """Give the tabs that may see a cart; whose session is over, or another person's by now, is shown none."""
        asked = [(topic, tab, may_see) for topic, tabs in watchers.items() for tab, may_see in tabs.items()]
        answers = await asyncio.gather(*(may_see() for *_, may_see in asked))
        admitted: dict[str, list[Tab]] = {}
        for (topic, tab, _), is_admitted in zip(asked, answers, strict=True):
            if is_admitted:
                admitted.setdefault(topic, []).append(tab)
            else:
                await self.show_none(tab)
        return admitted

    async def _show(self, tabs: Collection[Tab], cart: CartView) -> None:
        await self._put(tabs, {"figures": cart, "error": ""})

    async def _put(self, tabs: Collection[Tab], values: Values) -> None:
        for tab in tabs:
            await self._wire.send(tab.socket, {LiveCart: values})


def _query(topics: Collection[str]) -> Any:
    person_ids = [_person(topic) for topic in topics]

    def read(session: Session, now: datetime) -> dict[UUID, CartView]:
        return get_carts(session, person_ids=person_ids, now=now)

    return read


def _topic(person_id: UUID) -> str:
    return f"user:{person_id}"


def _person(topic: str) -> UUID:
    return UUID(topic.removeprefix("user:"))
