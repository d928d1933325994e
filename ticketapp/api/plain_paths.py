"""Answer for a page at its own address, without a detour.

The build keeps each page twice, as `cart.html` and `cart/index.html`. Because of the folder, the file server sends a
browser that asks for `/cart` on to `/cart/`: a second journey, and an address that is written in two ways.
"""

from collections.abc import Awaitable
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send


class PlainPaths:
    """Let `/cart` be answered with the page that lies at `/cart/`."""

    def __init__(self, app: ASGIApp, *, built: Path) -> None:
        self.app = app
        self._pages = frozenset(
            f"/{page.parent.relative_to(built)}" for page in built.glob("*/**/index.html")
        )

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http" and scope["path"] in self._pages:
            path = scope["path"] + "/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        return self.app(scope, receive, send)
