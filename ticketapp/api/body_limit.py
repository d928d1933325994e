"""Nobody fills the memory with one request."""

from collections.abc import Awaitable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketapp.api.errors import problem

# A scanner that was alone for hours sends five hundred scans, the largest body there is.
BODY_MAX = 1_000_000


class BodyLimit:
    """Refuse a body that is larger than any of ours: by what it says of itself, and by what comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self.app(scope, receive, send)
        said = _said_length(scope)
        if said is None:
            return self._count(scope, receive, send)
        # The server hands over no more than was said.
        return (self.app if said <= BODY_MAX else _refuse)(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = _Counted(receive, send)
        try:
            await self.app(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.is_too_large:
                raise
        if body.is_too_large:
            await _refuse(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    refused = problem(status=413, code="too_large", detail=f"Send at most {BODY_MAX:,} bytes at once.")
    await refused(scope, receive, send)


class _Counted:
    """Count what comes; once it is too much the app hears that the caller is gone, and nobody hears the app."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._received = 0

    @property
    def is_too_large(self) -> bool:
        return self._received > BODY_MAX

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_too_large else message

    async def send(self, message: Message) -> None:
        if not self.is_too_large:
            await self._send(message)


def _said_length(scope: Scope) -> int | None:
    """Give the length that a request says its body has; None when it says none that counts."""
    said = None
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            said = int(value) if value.isdigit() and len(value) < 20 else None
    return said
