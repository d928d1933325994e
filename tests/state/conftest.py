"""Send events through Reflex's own processor: no browser, no socket, no build."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import reflex as rx
from reflex.app_mixins.middleware import MiddlewareMixin
from reflex.event import Event
from reflex.istate.manager.memory import StateManagerMemory
from reflex_base.event.processor import BaseStateEventProcessor

from ticketapp.runtime import Runtime
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.state.guard import RoleGuard


class Screen:
    """One browser tab, as the server sees it."""

    def __init__(self) -> None:
        self.deltas: list[dict] = []
        self.events: list[Event] = []
        self.errors: list[Exception] = []
        self.token = ""
        self._manager = StateManagerMemory()
        self._processor = BaseStateEventProcessor(
            backend_exception_handler=self._failed, graceful_shutdown_timeout=2
        )
        self._processor.configure(state_manager=self._manager)
        self._processor.middleware = MiddlewareMixin()
        self._processor.middleware.add_middleware(RoleGuard())
        context = self._processor._root_context
        object.__setattr__(context, "emit_delta_impl", self._emit_delta)
        object.__setattr__(context, "emit_event_impl", self._emit_event)

    def _failed(self, error: Exception) -> None:
        self.errors.append(error)

    async def _emit_delta(self, _token: str, delta: dict) -> None:
        self.deltas.append(delta)

    async def _emit_event(self, _token: str, *events: Event) -> None:
        self.events.extend(events)

    async def send(self, spec, path: str = "/") -> None:
        """Send an event spec, as a click would."""
        for event in Event.from_event_type(spec):
            await self.send_raw(event.name, event.payload, path)

    async def send_raw(self, name: str, payload: dict, path: str = "/") -> None:
        """Send anything, as a hostile browser would."""
        headers = {"cookie": f"{SESSION_COOKIE}={self.token}"} if self.token else {}
        place = {
            "pathname": path,
            "asPath": path,
            "query": {},
            "token": "tab",
            "sid": "s1",
            "ip": "127.0.0.1",
        }
        event = Event(name=name, payload=payload, router_data=place | {"headers": headers})
        future = await self._processor.enqueue("tab", event)
        await future.wait_all()

    async def state(self, cls):
        """Look at a state as it is now."""
        root = await self._manager.get_state(rx.BaseStateToken(ident="tab", cls=cls))
        return await root.get_state(cls)

    @property
    def redirects(self) -> list[str]:
        return [str(event.payload["path"]).strip('"') for event in self.events if event.name == "_redirect"]


@asynccontextmanager
async def opened_screen() -> AsyncIterator[Screen]:
    screen = Screen()
    async with screen._processor:
        yield screen


@pytest.fixture
async def screen(reflex_app: rx.App, app_runtime: Runtime) -> AsyncIterator[Screen]:
    """A tab over a fresh SQLite runtime, with the guard before every handler."""
    async with opened_screen() as opened:
        yield opened
