"""Ask open pages to read again: a person's orders, the facts of an event."""

import json
from collections.abc import Sequence
from typing import Any

from reflex_base.event import Event

from ticketapp.live.feed import PACE_SECONDS, Feed
from ticketapp.live.rooms import Tab


class CallFeed(Feed):
    """Remember which handlers the pages open here want called after which topic."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._calls: dict[str, dict[str, Sequence[Event]]] = {}

    async def follow(self, tab: Tab, topic: str, calls: Sequence[Event]) -> None:
        """Let a tab call handlers each time a topic changes."""
        wanted = "|".join(f"{call.name}{json.dumps(call.payload, sort_keys=True)}" for call in calls)
        room = f"{topic}|{wanted}"
        kind = topic.partition(":")[0]
        await self._rooms.move(tab, purpose=f"{kind}|{wanted}", room=room)
        self._calls.setdefault(topic, {})[room] = calls

    def _keys(self, topics: frozenset[str]) -> set[str]:
        return set(topics & self._calls.keys())

    def _all_keys(self) -> set[str]:
        return set(self._calls)

    async def _send(self, due: set[str]) -> float:
        for topic in due:
            rooms = self._calls.pop(topic, {})
            watched = {room: calls for room, calls in rooms.items() if self._wire.is_watched(room)}
            if watched:
                self._calls[topic] = watched
            for room, calls in watched.items():
                await self._wire.call(room, calls)
        return PACE_SECONDS
