"""Which open tab watches what, and whether it still may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ticketapp.live.wire import Wire

MayStay = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Tab:
    """One open page: its socket and its path."""

    socket: str
    page: str


@dataclass(frozen=True, slots=True)
class _Place:
    room: str
    may_stay: MayStay | None


@dataclass(slots=True)
class _Known:
    page: str
    places: dict[str, _Place] = field(default_factory=dict)


class Rooms:
    """Remember, for every tab, one room for each purpose; another page of the same tab starts anew."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._tabs: dict[str, _Known] = {}

    async def move(self, tab: Tab, *, purpose: str, room: str, may_stay: MayStay | None = None) -> None:
        """Put a tab into a room, out of the one it had for this purpose and out of all rooms of its last page."""
        known = self._tabs.get(tab.socket)
        if known is None or known.page != tab.page:
            await self._leave_all(tab.socket, known)
            known = self._tabs[tab.socket] = _Known(tab.page)
        last = known.places.get(purpose)
        if last is not None and last.room != room:
            await self._wire.leave(tab.socket, last.room)
        known.places[purpose] = _Place(room, may_stay)
        await self._wire.enter(tab.socket, room)

    def is_in(self, tab: Tab, room: str) -> bool:
        """Tell whether a tab has a room on this page of it."""
        known = self._tabs.get(tab.socket)
        return (
            known is not None
            and known.page == tab.page
            and any(place.room == room for place in known.places.values())
        )

    async def put_out(self, socket: str, purpose: str) -> None:
        """Take a tab out of the room it has for a purpose."""
        known = self._tabs.get(socket)
        if known and purpose in known.places:
            await self._wire.leave(socket, known.places.pop(purpose).room)

    async def recheck(self) -> None:
        """Forget tabs whose socket is gone, and put out who may no longer watch: signed out, or no longer in the team."""
        for socket, known in list(self._tabs.items()):
            if not self._wire.is_open(socket):
                self._tabs.pop(socket, None)
                continue
            for purpose, place in list(known.places.items()):
                if place.may_stay is not None and not await place.may_stay():
                    await self.put_out(socket, purpose)

    async def _leave_all(self, socket: str, known: _Known | None) -> None:
        for place in known.places.values() if known else ():
            await self._wire.leave(socket, place.room)
