"""A short way to the routes that are asked thousands of times a second.

Finding a route and reading its parameters costs FastAPI more than deciding a hold costs us. These routes take the
request itself, so that they can be called at once; they are registered and documented like all others.
"""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from ticketapp.api.errors import problem_of, problem_of_request
from ticketapp.core.errors import AppError

Handler = Callable[[Request], Awaitable[Response]]


class Shortcuts:
    """Answer requests for exactly these methods and paths; pass on all others."""

    def __init__(self, app: ASGIApp, *, handlers: Mapping[tuple[str, str], Handler]) -> None:
        self.app = app
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self._handlers.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if handler is None:
            await self.app(scope, receive, send)
            return
        scope["shortcut"] = scope["path"]
        try:
            response = await handler(Request(scope, receive))
        except AppError as error:
            response = problem_of(error)
        except RequestValidationError as error:
            response = problem_of_request(error)
        await response(scope, receive, send)
