"""How a change reaches a browser. The one module that knows Reflex's wire format; `tests/live/test_wire.py` pins it.

A state update names vars of a state class, and the browser merges it into what it has var by var. A room broadcast encodes
the update once for all its members and touches no state on the server.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx
from engineio.packet import MESSAGE, Packet
from reflex.state import StateUpdate
from reflex.utils.format import format_state_name
from reflex_base.event import Event
from reflex_base.vars import VarData
from socketio.packet import EVENT

Values = Mapping[str, Any]
Update = Mapping[type[rx.State], Values]


def calls_of(reload: Any) -> tuple[Event, ...]:
    """List the calls that a handler (or a handler with its arguments) stands for."""
    return tuple(Event(name=event.name, payload=event.payload) for event in Event.from_event_type(reload))


def whole_state(state: type[rx.State]) -> tuple[str, VarData]:
    """Give the browser's expression for all that a state class holds there, and what it needs to be used."""
    return format_state_name(state.get_full_name()), VarData.from_state(state)


class Wire:
    """Rooms on Reflex's own socket, and what is said in them."""

    def __init__(self, app: rx.App) -> None:
        namespace = app.event_namespace
        assert namespace is not None, "the app has no state"
        self._namespace = namespace
        self._path = namespace.namespace
        server = namespace.server
        assert server is not None, "the namespace is not registered"
        self._server = server
        self._manager = server.manager

    async def enter(self, tab: str, room: str) -> None:
        await self._namespace.enter_room(tab, room)

    async def leave(self, tab: str, room: str) -> None:
        await self._namespace.leave_room(tab, room)

    def is_watched(self, room: str) -> bool:
        """Tell whether anybody is in a room of this process."""
        return room in self._manager.rooms.get(self._path, {})

    def is_open(self, tab: str) -> bool:
        """Tell whether a tab's socket is still connected."""
        return tab in self._manager.rooms.get(self._path, {}).get(None, {})

    async def send(self, room_or_tab: str, update: Update) -> None:
        """Merge values into the state of every tab in a room, or of one tab."""
        delta = {state.get_full_name(): dict(values) for state, values in update.items()}
        self._put(room_or_tab, StateUpdate(delta=delta))

    async def call(self, room: str, calls: Sequence[Event]) -> None:
        """Let every tab in a room call handlers, as if its page had."""
        self._put(room, StateUpdate(events=list(calls)))

    def _put(self, room_or_tab: str, update: StateUpdate) -> None:
        # What the namespace's own emit does, without a task for each recipient, which cost as much as the sending.
        text = self._server.packet_class(EVENT, namespace=self._path, data=["event", update]).encode()
        packet = Packet(MESSAGE, text)
        for _, socket_id in self._manager.get_participants(self._path, room_or_tab):
            socket = self._server.eio.sockets.get(socket_id)
            if socket is not None and not socket.closed:
                socket.queue.put_nowait(packet)
