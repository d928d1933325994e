"""Refuse what another site makes a browser send (cross-site request forgery)."""

from collections.abc import Awaitable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from ticketapp.api.errors import problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOriginOnly:
    """Let only our own pages, and programs that are no browsers, change anything.

    A browser says where a request comes from, in `Sec-Fetch-Site` or `Origin`; it cannot be made to leave both out of
    a request that another site causes. A program with a bearer token is nobody's victim. Cookies are SameSite=Lax besides.
    """

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self.app = app
        self._public_origin = public_url.rstrip("/").encode()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS or self._is_ours(scope):
            return self.app(scope, receive, send)
        refused = problem(
            status=403, code="cross_origin", detail="This came from another site, so nothing was changed."
        )
        return refused(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if b"authorization" in headers:
            return True
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site in (b"same-origin", b"none")
        origin = headers.get(b"origin")
        if origin is None or origin == self._public_origin:
            return True
        try:
            return urlsplit(origin).netloc == headers.get(b"host")
        except ValueError:
            return False
