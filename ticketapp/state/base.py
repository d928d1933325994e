"""The door between the screen and the services: one call, and either what it gave or why it was refused."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import reflex as rx
from reflex.event import EventSpec

from ticketapp import runtime
from ticketapp.core.errors import AppError, UnexpectedFailure
from ticketapp.runtime import Decide, Operation
from ticketapp.services.accounts.errors import SessionEnded
from ticketapp.services.accounts.views import Actor
from ticketapp.state import session

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """It happened, and this came of it."""

    value: T


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not happen, and this is why."""

    error: AppError


def say(error: AppError) -> EventSpec:
    """Tell the person why it was refused; a session that is over is replaced, so that they can go on."""
    if isinstance(error, SessionEnded):
        return rx.call_script("location.href = '/auth/fresh?next=' + encodeURIComponent(location.pathname)")
    return rx.toast.error(error.text)


def sign_in_path(path: str) -> str:
    """Give the address of the sign-in page that comes back to `path`."""
    return f"/sign-in?next={quote(path, safe='/')}"


class ServiceCalls(rx.State, mixin=True):
    """What every state may do: know who calls, and call a service without ever raising.

    A handler that raises after its first `yield` leaves the screen busy for ever, so refusals and bugs alike come back
    as values: `match await self._attempt(...)` with `Done(value)` and `Refused(error)`.
    """

    async def _actor(self) -> Actor | None:
        """Tell who is calling; None for a visitor we do not know yet."""
        return await session.actor_of(self)

    async def _person(self) -> Done[Actor] | Refused:
        """Tell who is calling, making a guest of a visitor we do not know yet."""
        return await _outcome(lambda: session.person_of(self))

    async def _read(self, query: Operation[T]) -> Done[T] | Refused:
        """Run a query."""
        return await _outcome(lambda: asyncio.to_thread(runtime.current().read, query))

    async def _attempt(self, operation: Operation[T]) -> Done[T] | Refused:
        """Run a write in a transaction of its own."""
        return await _outcome(lambda: asyncio.to_thread(runtime.current().write, operation))

    async def _grouped(self, decide: Decide, request: Any) -> Done[Any] | Refused:
        """Let a batch decide about a request."""
        return await _outcome(lambda: runtime.current().grouped(decide, request))

    async def _flow(self, steps: Callable[[], Awaitable[T]]) -> Done[T] | Refused:
        """Run several service calls, some of them around an outside call, as one attempt."""
        return await _outcome(steps)


async def _outcome(call: Callable[[], Awaitable[T]]) -> Done[T] | Refused:
    try:
        return Done(await call())
    except AppError as error:
        return Refused(error)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("unexpected failure %s", reference)
        return Refused(UnexpectedFailure(reference))
