"""What browsers are told to refuse on our behalf."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Reflex's client evaluates scripts that the server sends and starts from inline ones, so both stay allowed; nothing
# comes from other hosts but Stripe's card fields.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' https://js.stripe.com",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: https://api.stripe.com",
        "frame-src 'self' https://js.stripe.com https://hooks.stripe.com",
        "worker-src 'self' blob:",
        "media-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    # Addresses carry links' tokens and order references.
    (b"referrer-policy", b"same-origin"),
)
PAGE_HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=(), payment=(self)"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
HTTPS_HEADERS = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),)


class SecurityHeaders:
    """Add them to every answer; those about scripts and frames only to pages."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self.app = app
        self._always = [*HEADERS, *(HTTPS_HEADERS if is_secure else ())]
        self._for_pages = [*self._always, *PAGE_HEADERS]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self.app(scope, receive, send)

        def send_with_headers(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                is_page = any(
                    name == b"content-type" and value.startswith(b"text/html") for name, value in headers
                )
                message["headers"] = [*headers, *(self._for_pages if is_page else self._always)]
            return send(message)

        return self.app(scope, receive, send_with_headers)
