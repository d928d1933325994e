"""Serve event pages from memory: finished bytes per event, made again when the event or its stock changes.

A plain ASGI layer, before any router: an on-sale asks for one page thousands of times a second.
"""

import asyncio
import gzip
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from time import monotonic
from typing import Any

from sqlmodel import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from ticketapp.api.event_html import event_html, front_html, missing_html
from ticketapp.api.shell_html import read_shell
from ticketapp.core.errors import NotFound
from ticketapp.core.tokens import cookie_value
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.catalog import queries
from ticketapp.services.catalog.drafts import EventFilter
from ticketapp.services.catalog.views import EventPage

KEPT_MAX = 2_000
# A page that changes all the time is made at most ten times a second.
QUIET_SECONDS = 0.1
# What another process changed, or what the clock did, shows after this long at the latest.
FRESH_SECONDS = 2.0
FRONT = "/"
FRONT_CARDS = 24
_EVENT_PATH = re.compile(r"/event/([a-z0-9-]{1,80})")
_TOPICS = frozenset({"ev", "facts"})
_HTML = (b"content-type", b"text/html; charset=utf-8")
_VARIES = (b"vary", b"accept-encoding")


@dataclass(slots=True)
class Page:
    """A finished page: what is sent, and how long it may be."""

    status: int
    plain: bytes
    zipped: bytes
    tag: bytes
    event_id: str
    made_at: float
    is_changed: bool = False

    def is_good(self, at: float) -> bool:
        age = at - self.made_at
        return age < QUIET_SECONDS or (not self.is_changed and age < FRESH_SECONDS)


class EventPages:
    """Answer GET and HEAD for the front page and for `/event/<slug>`; all else is passed on."""

    def __init__(self, app: ASGIApp, *, runtime: Runtime, public_url: str) -> None:
        self.app = app
        self._runtime = runtime
        self._public_url = public_url
        self._kept: OrderedDict[str, Page] = OrderedDict()
        self._of_event: dict[str, Page] = {}
        self._change_count = 0
        self._in_the_making: dict[str, asyncio.Task[Page]] = {}
        runtime.on_change(self._mark_changed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or FRONT
        page = self._kept.get(path)
        if page is None or not page.is_good(monotonic()):
            if path != FRONT and _EVENT_PATH.fullmatch(path) is None:
                await self.app(scope, receive, send)
                return
            page = await self._made(path, scope)
        await _send(page, scope, send)

    def _mark_changed(self, topics: frozenset[str]) -> None:
        # Called on the committing thread.
        self._change_count += 1
        for topic in topics:
            kind, _, event_id = topic.partition(":")
            page = self._of_event.get(event_id) if kind in _TOPICS else None
            if page is not None:
                page.is_changed = True

    async def _made(self, path: str, scope: Scope) -> Page:
        task = self._in_the_making.get(path)
        if task is None:
            task = asyncio.create_task(asyncio.to_thread(self._make, path))
            self._in_the_making[path] = task
            task.add_done_callback(lambda _: self._in_the_making.pop(path, None))
        page = await asyncio.shield(task)
        if page.status == 200:
            self._keep(path, page)
            return page
        return await self._draft_of(path, scope) or page

    def _keep(self, path: str, page: Page) -> None:
        self._kept[path] = self._of_event[page.event_id] = page
        self._kept.move_to_end(path)
        if len(self._kept) > KEPT_MAX:
            _, oldest = self._kept.popitem(last=False)
            self._of_event.pop(oldest.event_id, None)

    def _make(self, path: str) -> Page:
        made_at, change_count = monotonic(), self._change_count
        page = self._read_and_write(path, made_at)
        # What changed while this was made may or may not be in it.
        page.is_changed = self._change_count != change_count
        return page

    def _read_and_write(self, path: str, made_at: float) -> Page:
        if path == FRONT:
            listed = EventFilter(size=FRONT_CARDS)
            cards = self._runtime.read(
                lambda session, now: queries.list_events(session, listed, now=now)
            ).items
            return _page(200, front_html(read_shell("index.html"), cards, self._public_url), "", made_at)
        shell = read_shell("404.html")
        try:
            event = self._runtime.read(_reader(path))
        except NotFound:
            return _page(404, missing_html(shell, self._public_url), "", made_at)
        return _page(200, event_html(shell, event, self._public_url), event.id, made_at)

    async def _draft_of(self, path: str, scope: Scope) -> Page | None:
        """Show a draft to its own team, never from memory."""
        cookies = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
        viewer = await self._runtime.identities.actor_for(
            cookie_value(cookies.decode("latin-1"), SESSION_COOKIE)
        )
        if viewer is None or not (viewer.organizers or viewer.is_admin):
            return None
        try:
            event = await asyncio.to_thread(self._runtime.read, _reader(path, viewer=viewer))
        except NotFound:
            return None
        return _page(200, event_html(read_shell("404.html"), event, self._public_url), event.id, monotonic())


def _reader(path: str, **more: Any) -> Callable[[Session, datetime], EventPage]:
    found = _EVENT_PATH.fullmatch(path)
    assert found is not None
    return lambda session, now: queries.get_event(session, found[1], now=now, **more)


def _page(status: int, content: bytes, event_id: str, made_at: float) -> Page:
    return Page(
        status=status,
        plain=content,
        zipped=gzip.compress(content, 6, mtime=0),
        tag=b'"' + blake2b(content, digest_size=12).hexdigest().encode() + b'"',
        event_id=event_id,
        made_at=made_at,
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
