"""Boards: a screenful of figures that many look at and that is computed once for all of them."""

import logging
from dataclasses import dataclass
from typing import Any

import reflex as rx

from ticketapp.live.feed import PACE_SECONDS, RETRY_SECONDS, Feed
from ticketapp.live.rooms import MayStay, Tab
from ticketapp.live.wire import Values
from ticketapp.runtime import Operation

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a board shows now, the topics that would change it, and whether a part of it waits to be computed again."""

    values: Values
    topics: frozenset[str]
    is_partly_old: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """One board: its room, the state class that shows it, the query that computes it and who may watch."""

    room: str
    state: type[rx.State]
    figures: Operation[Figures]
    may_watch: MayStay


class BoardFeed(Feed):
    """Compute each board that somebody here looks at when one of its topics changed, and send it to its room."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._boards: dict[str, Board] = {}
        self._figures: dict[str, Figures] = {}
        self._rooms_of: dict[str, set[str]] = {}

    async def follow(self, tab: Tab, board: Board) -> None:
        """Show a board to a tab from now on."""
        await self._rooms.move(tab, purpose=board.state.__name__, room=board.room, may_stay=board.may_watch)
        self._boards.setdefault(board.room, board)
        shown = self._figures.get(board.room)
        if shown is not None:
            await self._wire.send(tab.socket, {board.state: shown.values})
        self._ask_for({board.room})

    def _keys(self, topics: frozenset[str]) -> set[str]:
        return {room for topic in topics & self._rooms_of.keys() for room in self._rooms_of[topic]}

    def _all_keys(self) -> set[str]:
        return set(self._boards)

    async def _send(self, due: set[str]) -> float:
        failed: set[str] = set()
        for room in due & self._boards.keys():
            if not self._wire.is_watched(room):
                self._forget(room)
            elif not await self._is_computed(self._boards[room]):
                failed.add(room)
        if failed:
            self._ask_for(failed)
        return RETRY_SECONDS if failed else PACE_SECONDS

    async def _is_computed(self, board: Board) -> bool:
        try:
            await self._compute(board)
        except Exception:
            log.exception("live board %s failed", board.state.__name__)
            await self._wire.send(board.room, {board.state: {"is_failed": True}})
            return False
        return True

    async def _compute(self, board: Board) -> None:
        figures: Figures = await self._read(board.figures)
        last = self._figures.get(board.room)
        self._figures[board.room] = figures
        for topic in figures.topics - (last.topics if last else frozenset()):
            self._rooms_of.setdefault(topic, set()).add(board.room)
        if figures.is_partly_old:
            self._ask_for({board.room})
        if last is None or last.values != figures.values:
            await self._wire.send(board.room, {board.state: figures.values})

    def _forget(self, room: str) -> None:
        del self._boards[room]
        figures = self._figures.pop(room, None)
        for topic in figures.topics if figures else ():
            self._rooms_of[topic].discard(room)
            if not self._rooms_of[topic]:
                del self._rooms_of[topic]
