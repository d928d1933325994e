"""How browsers may use files: keep what never changes, and show our type in a frame of others."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HASHED_FOLDER = "/assets/"
FONT_FOLDER = "/fonts/"
KEEP_FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")
# The payment form is set in our type, and stands in a frame of another host.
FOR_EVERYBODY = (b"access-control-allow-origin", b"*")
_MARKS = {HASHED_FOLDER: KEEP_FOR_EVER, FONT_FOLDER: FOR_EVERYBODY}


class KeepHashedAssets:
    """Mark the bundle's files as immutable, since their names change with their content, and fonts as free to use."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        mark = None
        if scope["type"] == "http":
            mark = next((mark for folder, mark in _MARKS.items() if scope["path"].startswith(folder)), None)
        if mark is None:
            return self.app(scope, receive, send)

        def send_marked(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message["headers"] = [*message["headers"], mark]
            return send(message)

        return self.app(scope, receive, send_marked)
