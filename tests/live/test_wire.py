"""Pin Reflex's wire format: what the hub relies on, in one place."""

import json
from typing import ClassVar

import reflex as rx
from reflex.state import StateUpdate
from reflex.utils.format import json_dumps
from socketio import AsyncServer

from ticketapp.live import vars as live
from ticketapp.live.wire import Wire, calls_of, named

EVENTS_IN_BROWSER = "reflex___state____state__ticketapp___live___vars____live_events"


class RecordingNamespace:
    """Stands where Reflex's socket namespace stands."""

    namespace = "/_event"

    def __init__(self) -> None:
        self.emitted = []
        self.server = self
        self.manager = self
        self.rooms = {"/_event": {None: {"socket": "eio"}, "ev:1": {"socket": "eio"}}}

    async def emit(self, name: str, update: StateUpdate, to: str) -> None:
        self.emitted.append((name, json_dumps(update), to))


class App:
    def __init__(self) -> None:
        self.event_namespace = RecordingNamespace()


class Page(rx.State):
    REQUIRED_ROLE: ClassVar[str] = "public"

    @rx.event
    def load(self, number: int = 0):
        pass


async def test_values_are_merged_into_the_vars_of_a_state_class():
    app = App()

    await Wire(app).send("ev:1", {live.LiveEvents: {"id": {"v": 2}} | named({"heard_at_ms": 5})})

    event, text, room = app.event_namespace.emitted[0]
    assert (event, room) == ("event", "ev:1")
    name = "reflex___state____state.ticketapp___live___vars____live_events"
    assert json.loads(text)["delta"] == {name: {"id": {"v": 2}, "heard_at_ms_rx_state_": 5}}


async def test_a_call_is_an_event_for_the_browser_to_send():
    app = App()

    await Wire(app).call("user:1", calls_of(Page.load(3)))

    assert '"payload": {"number": 3}' in app.event_namespace.emitted[0][1]
    assert app.event_namespace.emitted[0][2] == "user:1"


def test_watched_and_open_are_read_from_the_rooms():
    wire = Wire(App())

    assert (wire.is_watched("ev:1"), wire.is_watched("ev:2")) == (True, False)
    assert (wire.is_open("socket"), wire.is_open("gone")) == (True, False)


def test_reflex_still_has_the_rooms_the_wire_looks_into():
    manager = AsyncServer(async_mode="asgi").manager
    manager.basic_enter_room("sid", "/", None, eio_sid="eio")
    manager.basic_enter_room("sid", "/", "room", eio_sid="eio")

    assert set(manager.rooms["/"]) == {None, "room"}
    manager.basic_leave_room("sid", "/", "room")
    assert "room" not in manager.rooms["/"]


def test_a_live_number_prefers_news_unless_the_page_is_newer():
    left = live.tier_left("e", "t", otherwise=5, version=7)

    heard = f'{EVENTS_IN_BROWSER}?.["e"]'
    assert str(left) == f'({heard}?.v >= 7 ? ({heard}.t?.["t"]?.[0] ?? 5) : 5)'
    assert str(live.places_left("e", otherwise=5)) == f"({heard}?.v >= 0 ? ({heard}.a ?? 5) : 5)"


def test_a_live_seat_prefers_news_unless_the_page_is_newer():
    seat = live.seat_status("s", otherwise="free", version=3)

    heard = EVENTS_IN_BROWSER.replace("events", "seats") + '?.["s"]'
    assert str(seat) == f'({heard}?.[1] >= 3 ? {heard}[0] : "free")'
