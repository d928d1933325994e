from typing import ClassVar

import reflex as rx
from reflex_base.event import Event as Call

from tests.live.conftest import RecordingWire, reader, running
from ticketapp.core.ids import new_id
from ticketapp.live.boards import Board, BoardFeed, Figures
from ticketapp.live.calls import CallFeed
from ticketapp.live.rooms import Rooms
from ticketapp.runtime import Runtime
from ticketapp.services.messaging.changes import announce

RELOAD_ORDERS, RELOAD_BADGE = Call(name="orders.load"), Call(name="badge.load")


class CountBoard(rx.State):
    REQUIRED_ROLE: ClassVar[str] = "public"


def news(runtime: Runtime, topic: str, subject) -> None:
    runtime.write(lambda session, now: announce(session, topic, subject))


async def test_only_the_person_is_asked_to_read_again(
    app_runtime: Runtime, wire: RecordingWire, rooms: Rooms
):
    ada, bo = new_id(), new_id()
    feed = CallFeed(wire, rooms, reader(app_runtime))
    async with running(feed, app_runtime):
        tab = wire.connect("ada")
        await feed.follow(tab, f"user:{ada}", [RELOAD_BADGE])
        await feed.follow(tab, f"user:{ada}", [RELOAD_ORDERS])
        await feed.follow(wire.connect("bo"), f"user:{bo}", [RELOAD_BADGE])

        news(app_runtime, "user", ada)
        await wire.until(lambda: len(wire.called["ada"]) == 2)
        news(app_runtime, "user", bo)
        await wire.until(lambda: wire.called["bo"])

    assert sorted(wire.called["ada"]) == ["badge.load", "orders.load"]
    assert wire.called["bo"] == ["badge.load"]


async def test_a_board_is_computed_once_for_all_who_watch(
    app_runtime: Runtime, wire: RecordingWire, rooms: Rooms
):
    subject, counter = new_id(), iter(range(100))
    board = _board(subject, counter.__next__)
    feed = BoardFeed(wire, rooms, reader(app_runtime))
    async with running(feed, app_runtime):
        for socket in ("one", "two"):
            await feed.follow(wire.connect(socket), board)
        await wire.until(lambda: wire.sent["one"] and wire.sent["two"])

        news(app_runtime, "org", subject)
        await wire.until(lambda: {"CountBoard": {"count": 1}} in wire.sent["one"])

    assert wire.sent["one"] == wire.sent["two"]


async def test_a_board_that_cannot_be_read_says_so_and_comes_back(
    app_runtime: Runtime, wire: RecordingWire, rooms: Rooms
):
    answers = iter([OSError("the database is away"), 7])

    def look():
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    feed = BoardFeed(wire, rooms, reader(app_runtime))
    async with running(feed, app_runtime):
        await feed.follow(wire.connect("one"), _board(new_id(), look))
        await wire.until(lambda: len(wire.sent["one"]) == 2)

    assert wire.sent["one"] == [
        {"CountBoard": {"is_failed": True}},
        {"CountBoard": {"count": 7}},
    ]


async def test_who_may_no_longer_watch_is_put_out(app_runtime: Runtime, wire: RecordingWire, rooms: Rooms):
    allowed = {"kept": True, "removed": True}
    subject = new_id()
    feed = BoardFeed(wire, rooms, reader(app_runtime))
    async with running(feed, app_runtime):
        for socket in allowed:
            await feed.follow(wire.connect(socket), _board(subject, iter(range(9)).__next__, allowed, socket))
        await wire.until(lambda: wire.sent["kept"] and wire.sent["removed"])
        allowed["removed"] = False
        await rooms.recheck()
        seen = len(wire.sent["removed"])

        news(app_runtime, "org", subject)
        await wire.until(lambda: len(wire.sent["kept"]) > seen)

    assert len(wire.sent["removed"]) == seen


async def test_a_closed_tab_is_forgotten(app_runtime: Runtime, wire: RecordingWire, rooms: Rooms):
    await rooms.move(wire.connect("gone"), purpose="events", room="ev:1")
    wire.disconnect("gone")

    await rooms.recheck()

    assert rooms._tabs == {}


def _board(subject, look, allowed=None, socket=""):
    async def may_watch() -> bool:
        return allowed is None or allowed[socket]

    topic = f"org:{subject}"
    return Board(
        topic,
        CountBoard,
        lambda session, now: Figures({"count": look()}, frozenset({topic})),
        may_watch,
    )
