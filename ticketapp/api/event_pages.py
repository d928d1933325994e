"""Serve event pages from memory: finished bytes per event, made again when the event or its stock changes.

A plain ASGI layer, before any router: an on-sale asks for one page thousands of times a second.
"""

import asyncio
import gzip
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import ASGIApp, Receive, Scope, Send

from ticketapp.api.event_html import event_html, front_html, missing_html
from ticketapp.api.keeping import Keeper
from ticketapp.api.shell_html import read_shell
from ticketapp.core.errors import NotFound
from ticketapp.core.tokens import cookie_value
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog import queries
from ticketapp.services.catalog.drafts import EventFilter

KEPT_MAX = 2_000
# A page that changes all the time is made at most ten times a second.
QUIET_SECONDS = 0.1
# What another process changed, or what the clock did, shows after this long at the latest.
FRESH_SECONDS = 2.0
FRONT = "/"
FRONT_CARDS = 24
_EVENT_PATH = re.compile(r"/event/([a-z0-9-]{1,80})")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_VARIES = (b"vary", b"accept-encoding")


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page."""

    status: int
    plain: bytes
    zipped: bytes
    tag: bytes


class EventPages:
    """Answer GET and HEAD for the front page and for `/event/<slug>`; all else is passed on."""

    def __init__(self, app: ASGIApp, *, runtime: Runtime, public_url: str) -> None:
        self.app = app
        self._runtime = runtime
        self._public_url = public_url
        self._pages: Keeper[Page] = Keeper(
            runtime, quiet_seconds=QUIET_SECONDS, fresh_seconds=FRESH_SECONDS, kept_max=KEPT_MAX
        )

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        is_asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        return (self._answer if is_asked else self.app)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/") or FRONT
        page = self._pages.find(path)
        if page is None:
            if path == FRONT:
                page = await self._pages.get(FRONT, self._front)
            elif found := _EVENT_PATH.fullmatch(path):
                page = await self._event(path, found[1], scope)
            else:
                await self.app(scope, receive, send)
                return
        await _send(page, scope, send)

    async def _event(self, path: str, slug: str, scope: Scope) -> Page:
        try:
            return await self._pages.get(path, lambda: self._read(slug))
        except NotFound:
            viewer = await self._runtime.identities.actor_for(_token_of(scope))
        return await asyncio.to_thread(self._draft_or_missing, slug, viewer)

    def _front(self) -> tuple[str, Page]:
        listed = EventFilter(size=FRONT_CARDS)
        cards = self._runtime.read(lambda session, now: queries.list_events(session, listed, now=now)).items
        return "", _page(200, front_html(read_shell("index.html"), cards, self._public_url))

    def _read(self, slug: str, viewer: Actor | None = None) -> tuple[str, Page]:
        event = self._runtime.read(
            lambda session, now: queries.get_event(session, slug, viewer=viewer, now=now)
        )
        return event.id, _page(200, event_html(read_shell("404.html"), event, self._public_url))

    def _draft_or_missing(self, slug: str, viewer: Actor | None) -> Page:
        """Show a draft to its own team, never from memory."""
        try:
            return self._read(slug, viewer)[1]
        except NotFound:
            return _page(404, missing_html(read_shell("404.html"), self._public_url))


def _token_of(scope: Scope) -> str:
    cookies = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    return cookie_value(cookies.decode("latin-1"), SESSION_COOKIE)


def _page(status: int, content: bytes) -> Page:
    return Page(
        status=status,
        plain=content,
        zipped=gzip.compress(content, 6, mtime=0),
        tag=b'"' + blake2b(content, digest_size=12).hexdigest().encode() + b'"',
    )


async def _send(page: Page, scope: Scope, send: Send) -> None:
    is_zipped = is_known = False
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            is_zipped = b"gzip" in value
        elif name == b"if-none-match":
            is_known = page.tag in value
    body = page.zipped if is_zipped else page.plain
    headers = [_HTML, _VARIES, (b"etag", page.tag), (b"cache-control", b"private, no-cache")]
    if is_known and page.status == 200:
        await send({"type": "http.response.start", "status": 304, "headers": headers[1:]})
        await send({"type": "http.response.body", "body": b""})
        return
    headers.append((b"content-length", b"%d" % len(body)))
    if is_zipped:
        headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": page.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
