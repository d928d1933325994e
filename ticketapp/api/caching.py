"""Let browsers keep what never changes."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HASHED_FOLDER = "/assets/"
KEEP_FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")


class KeepHashedAssets:
    """Mark the bundle's files as immutable: their names change with their content."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http" or not scope["path"].startswith(HASHED_FOLDER):
            return self.app(scope, receive, send)

        def send_marked(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message["headers"] = [*message["headers"], KEEP_FOR_EVER]
            return send(message)

        return self.app(scope, receive, send_marked)
