"""What a page's `on_load` calls to stay up to date. A reconnected or reloaded tab runs `on_load`, and so this, again.

Boards are not public: their functions look at the caller's session themselves, now and as long as the tab watches.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from ticketapp import runtime
from ticketapp.core.errors import NotFound
from ticketapp.core.tokens import cookie_value
from ticketapp.live import hub
from ticketapp.live.boards import Board, Figures
from ticketapp.live.rooms import MayStay, Tab
from ticketapp.live.sales import SalesReader
from ticketapp.live.vars import LiveAlarms, LiveDoor, LiveSales
from ticketapp.live.wire import calls_of
from ticketapp.services.accounts.rules import SESSION_COOKIE, may_manage, may_scan
from ticketapp.services.accounts.views import Actor
from ticketapp.services.reporting import queries

May = Callable[[Actor | None, UUID], bool]


async def follow_event(page: rx.State, event_id: UUID, *, seats_since: int) -> None:
    """Show an event's numbers live, and the seats that changed after the version the page was read at."""
    if running := hub.current():
        await running.stock.follow(_tab_of(page), [event_id], seats_since=seats_since)


async def follow_events(page: rx.State, event_ids: Iterable[UUID]) -> None:
    """Show the numbers of the events on this page live, instead of those followed before."""
    if running := hub.current():
        await running.stock.follow(_tab_of(page), event_ids)


async def follow_person(page: rx.State, person_id: UUID, *, reload: Any) -> None:
    """Call a handler whenever this person's orders or tickets changed, here or on another device."""
    await _follow_topic(page, f"user:{person_id}", reload)


async def follow_cart(page: rx.State, person_id: UUID | None) -> None:
    """Show the caller's cart live in `LiveCart`; nobody's is empty."""
    running = hub.current()
    if running is None:
        return
    if person_id is None:
        await running.carts.show_none(_tab_of(page))
        return
    token = _token_of(page)

    async def may_see() -> bool:
        actor = await runtime.current().identities.actor_for(token)
        return actor is not None and actor.person_id == person_id

    await running.carts.follow(_tab_of(page), person_id, may_see)


def follows_cart(page: rx.State, person_id: UUID) -> bool:
    """Tell whether a page is shown this person's cart."""
    running = hub.current()
    return running is not None and running.carts.is_following(_tab_of(page), person_id)


async def follow_facts(page: rx.State, event_id: UUID, *, reload: Any) -> None:
    """Call a handler when an event's facts (time, place, status, prices) changed."""
    await _follow_topic(page, f"facts:{event_id}", reload)


async def follow_sales(page: rx.State, organizer_id: UUID, *, event_id: UUID | None = None) -> None:
    """Show an organizer's sales live in `LiveSales`: of all its events, or of one.

    Raises:
        NotFound: the caller may not see them.
    """
    may_watch = await _admitted(page, may_manage, organizer_id)
    figures = SalesReader(organizer_id, event_id)
    await _follow_board(page, Board(f"org:{organizer_id}:{event_id}", LiveSales, figures, may_watch))


async def follow_door(page: rx.State, event_id: UUID) -> None:
    """Show live in `LiveDoor` how many people are in, per gate and in total.

    Raises:
        NotFound: there is no such event, or the caller may not check people in there.
    """
    organizer_id = await rx.run_in_thread(
        lambda: runtime.current().read(
            lambda session, _: queries.get_organizer_id(session, event_id=event_id)
        )
    )
    may_watch = await _admitted(page, may_scan, organizer_id)

    def figures(session: Session, now: datetime) -> Figures:  # noqa: ARG001
        counts = queries.count_admitted(session, event_id=event_id)
        return Figures(
            {"figures": counts, "is_failed": False}, frozenset({f"door:{event_id}", f"ev:{event_id}"})
        )

    await _follow_board(page, Board(f"door:{event_id}", LiveDoor, figures, may_watch))


async def follow_alarms(page: rx.State) -> None:
    """Show an administrator live in `LiveAlarms` what needs a person.

    Raises:
        NotFound: the caller is no administrator.
    """
    may_watch = await _admitted(page, lambda actor, _: actor is not None and actor.is_admin, UUID(int=0))

    def figures(session: Session, now: datetime) -> Figures:
        # No topic tells of silence: the board is read again by the clock.
        return Figures({"figures": queries.read_alarms(session, now=now), "is_failed": False}, frozenset())

    await _follow_board(page, Board("alarms", LiveAlarms, figures, may_watch))


async def _follow_topic(page: rx.State, topic: str, reload: Any) -> None:
    if running := hub.current():
        await running.calls.follow(_tab_of(page), topic, calls_of(reload))


async def _follow_board(page: rx.State, board: Board) -> None:
    if running := hub.current():
        await running.boards.follow(_tab_of(page), board)


async def _admitted(page: rx.State, may: May, organizer_id: UUID) -> MayStay:
    """Let the caller in, and give the question that is asked again while they watch."""
    token = _token_of(page)

    async def may_stay() -> bool:
        return may(await runtime.current().identities.actor_for(token), organizer_id)

    if not await may_stay():
        raise NotFound
    return may_stay


def _token_of(page: rx.State) -> str:
    return cookie_value(page.router.headers.cookie, SESSION_COOKIE)


def _tab_of(page: rx.State) -> Tab:
    return Tab(page.router.session.session_id, page.router.url.path)
