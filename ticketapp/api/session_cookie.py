"""The browser's cookie: a random token that costs nothing until its owner does something.

Reflex's handlers see cookies only as they were when the socket was opened, so a cookie set later (by a request of the
page, say) would be invisible until a reload. Therefore every first page carries the cookie already: a fresh random
token, of which the database knows nothing. The guest's rows are written when a cart begins
(`accounts.operations.begin_guest`), under the hash of that token. At sign-in the token is replaced, never kept.
"""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketapp.core.tokens import cookie_value, is_token, new_token
from ticketapp.services.accounts.rules import SESSION_COOKIE, SESSION_SPAN


def session_cookie(token: str, *, is_secure: bool) -> str:
    """Write the Set-Cookie header for a token."""
    return (
        f"{SESSION_COOKIE}={token}; Max-Age={round(SESSION_SPAN.total_seconds())}; Path=/; HttpOnly; SameSite=Lax"
        + ("; Secure" if is_secure else "")
    )


class FirstVisit:
    """Give every browser that asks for a page, and has no cookie of ours yet, one to keep."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self.app = app
        self._is_secure = is_secure

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_a_first_visit(scope):
            return self.app(scope, receive, send)

        def send_with_cookie(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start" and _is_page(message):
                cookie = session_cookie(new_token(), is_secure=self._is_secure)
                message["headers"] = [*message["headers"], (b"set-cookie", cookie.encode())]
            return send(message)

        return self.app(scope, receive, send_with_cookie)


def _is_a_first_visit(scope: Scope) -> bool:
    accepts_pages = False
    for name, value in scope["headers"]:
        if name == b"cookie" and is_token(cookie_value(value.decode("latin-1"), SESSION_COOKIE)):
            return False
        if name == b"accept":
            accepts_pages = b"text/html" in value
    return accepts_pages


def _is_page(message: Message) -> bool:
    is_html = sets_cookie = False
    for name, value in message["headers"]:
        is_html = is_html or (name == b"content-type" and value.startswith(b"text/html"))
        sets_cookie = sets_cookie or (name == b"set-cookie" and value.startswith(SESSION_COOKIE.encode()))
    return is_html and not sets_cookie
