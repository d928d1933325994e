"""Nobody fills the memory with one request."""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketapp.api.errors import problem

# A scanner that was alone for hours sends five hundred scans, the largest body there is.
BODY_MAX = 1_000_000


class BodyLimit:
    """Refuse a body that is larger than any of ours: by what it says of itself, and by what comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Counted(receive, send)
        if _said_length(scope) <= BODY_MAX:
            try:
                await self.app(scope, body.receive, body.send)
            except ClientDisconnect:
                if not body.is_too_large:
                    raise
            if not body.is_too_large:
                return
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


def _said_length(scope: Scope) -> int:
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(text) if text.isdigit() and len(text) < 20 else 0
