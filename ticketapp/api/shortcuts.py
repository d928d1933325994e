"""A short way to the routes that are asked thousands of times a second.

Finding a route and reading its parameters costs FastAPI more than deciding a hold costs us. These routes take the
request itself, so that they can be called at once; they are registered and documented like all others.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from ticketapp.api.errors import problem_of, problem_of_failure, problem_of_request
from ticketapp.core.errors import AppError

Handler = Callable[[Request], Awaitable[Response]]

log = logging.getLogger(__name__)


class Shortcuts:
    """Answer requests for exactly these methods and paths; pass on all others."""

    def __init__(self, app: ASGIApp, *, api: FastAPI, handlers: Mapping[tuple[str, str], Handler]) -> None:
        self.app = app
        self._api = api
        self._handlers = handlers

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        handler = self._handlers.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if handler is None:
            return self.app(scope, receive, send)
        scope["app"] = self._api
        scope["shortcut"] = scope["path"]
        return _answer(handler, scope, receive, send)


async def _answer(handler: Handler, scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    try:
        response = await handler(request)
    except AppError as error:
        response = problem_of(error)
    except RequestValidationError as error:
        response = problem_of_request(error)
    except ClientDisconnect:
        raise
    except Exception:
        log.exception("a shortcut failed")
        response = problem_of_failure(request)
    await response(scope, receive, send)
