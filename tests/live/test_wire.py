"""Pin what the hub relies on in Reflex and in its socket server: all of it is in `live.wire`."""

import asyncio
import json
from types import SimpleNamespace
from typing import ClassVar

import pytest
import reflex as rx
from reflex.utils.format import json_dumps
from socketio import AsyncNamespace, AsyncServer

from ticketapp.live import vars as live
from ticketapp.live.wire import Wire, calls_of

EVENTS_IN_BROWSER = "reflex___state____state__ticketapp___live___vars____live_events"
EVENT_PACKET = "2/_event,"


class Page(rx.State):
    REQUIRED_ROLE: ClassVar[str] = "public"

    @rx.event
    def load(self, number: int = 0):
        pass


class App:
    """An app's real socket server, and sockets that nobody reads."""

    def __init__(self) -> None:
        # Reflex gives its server this encoder.
        self.server = AsyncServer(async_mode="asgi", json=SimpleNamespace(dumps=json_dumps, loads=json.loads))
        self.event_namespace = AsyncNamespace("/_event")
        self.server.register_namespace(self.event_namespace)

    def connect(self, tab: str) -> None:
        socket_id = f"eio-{tab}"
        self.server.eio.sockets[socket_id] = Socket()
        for room in (None, tab):
            self.server.manager.basic_enter_room(tab, "/_event", room, eio_sid=socket_id)

    def got(self, tab: str) -> list[list]:
        queue = self.server.eio.sockets[f"eio-{tab}"].queue
        packets = [queue.get_nowait() for _ in range(queue.qsize())]
        return [json.loads(packet.data.removeprefix(EVENT_PACKET)) for packet in packets]


class Socket:
    def __init__(self) -> None:
        self.queue = asyncio.Queue()
        self.closed = False


@pytest.fixture
async def app() -> App:
    opened = App()
    for tab in ("one", "two", "outside"):
        opened.connect(tab)
    for tab in ("one", "two"):
        await Wire(opened).enter(tab, "ev:1")
    return opened


async def test_values_are_merged_into_the_vars_of_a_state_class(app: App):
    await Wire(app).send("ev:1", {live.LiveEvents: {"id": {"v": 2}}})

    name = "reflex___state____state.ticketapp___live___vars____live_events"
    sent = ["event", {"delta": {name: {"id": {"v": 2}}}}]
    assert app.got("one") == app.got("two") == [sent]
    assert app.got("outside") == []


async def test_one_tab_can_be_told_alone(app: App):
    await Wire(app).send("two", {live.LiveEvents: {"id": {"v": 2}}})

    assert [len(app.got(tab)) for tab in ("one", "two", "outside")] == [0, 1, 0]


async def test_a_call_is_an_event_for_the_browser_to_send(app: App):
    await Wire(app).call("ev:1", calls_of(Page.load(3)))

    (call,) = app.got("one")[0][1]["events"]
    assert call["name"].endswith("page.load")
    assert call["payload"] == {"number": 3}


async def test_a_closed_socket_holds_nobody_up(app: App):
    app.server.eio.sockets["eio-one"].closed = True
    del app.server.eio.sockets["eio-two"]

    await Wire(app).send("ev:1", {live.LiveEvents: {"id": {"v": 2}}})

    assert app.got("one") == []


async def test_watched_and_open_are_read_from_the_rooms(app: App):
    wire = Wire(app)

    assert (wire.is_watched("ev:1"), wire.is_watched("ev:2")) == (True, False)
    assert (wire.is_open("one"), wire.is_open("gone")) == (True, False)
    for tab in ("one", "two"):
        await wire.leave(tab, "ev:1")
    assert not wire.is_watched("ev:1")


def test_a_live_number_prefers_news_unless_the_page_is_newer():
    left = live.tier_left("e", "t", otherwise=5, version=7)

    heard = f'{EVENTS_IN_BROWSER}?.["e"]'
    assert str(left) == f'({heard}?.v >= 7 ? ({heard}.t?.["t"]?.[0] ?? 5) : 5)'
    assert str(live.places_left("e", otherwise=5)) == f"({heard}?.v >= 0 ? ({heard}.a ?? 5) : 5)"


def test_a_live_seat_prefers_news_unless_the_page_is_newer():
    seat = live.seat_status("s", otherwise="free", version=3)

    heard = EVENTS_IN_BROWSER.replace("events", "seats") + '?.["s"]'
    assert str(seat) == f'({heard}?.[1] >= 3 ? {heard}[0] : "free")'
