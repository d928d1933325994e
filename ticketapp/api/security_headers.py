"""What browsers are told to refuse on our behalf."""

from collections.abc import Awaitable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketapp.settings import PaymentProvider, Settings

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    # Addresses carry links' tokens and order references.
    (b"referrer-policy", b"same-origin"),
)
HTTPS_HEADERS = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),)


@dataclass(frozen=True, slots=True)
class Outside:
    """The hosts of others that pages may load scripts and frames from, and call."""

    scripts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


# The payment form, the page on which a bank asks, and what both ask of Stripe.
STRIPE = Outside(
    scripts=("https://js.stripe.com", "https://*.js.stripe.com"),
    frames=("https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"),
    calls=("https://api.stripe.com",),
)


def outside_of(settings: Settings) -> Outside:
    """Give the hosts that the payment form needs: none for the sandbox, one for a stand-in, else Stripe's."""
    if settings.payment_provider is PaymentProvider.SANDBOX:
        return Outside()
    if settings.stripe_api_base is None:
        return STRIPE
    base = urlsplit(settings.stripe_api_base)
    stand_in = (f"{base.scheme}://{base.netloc}",)
    return Outside(stand_in, stand_in, stand_in)


def page_headers(outside: Outside) -> list[tuple[bytes, bytes]]:
    """Write what is told with pages alone."""
    # Wallets ask for money from within the form's frame, and some open a window of their own.
    payers = " ".join(("self", *(f'"{host}"' for host in outside.scripts)))
    openers = "same-origin-allow-popups" if outside.frames else "same-origin"
    return [
        (b"content-security-policy", _content_policy(outside).encode()),
        (b"permissions-policy", f"camera=(self), microphone=(), geolocation=(), payment=({payers})".encode()),
        (b"cross-origin-opener-policy", openers.encode()),
    ]


def _content_policy(outside: Outside) -> str:
    # Reflex's client evaluates scripts that the server sends and starts from inline ones, so both stay allowed.
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self' 'unsafe-inline' 'unsafe-eval'", *outside.scripts)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            " ".join(("connect-src 'self' ws: wss:", *outside.calls)),
            " ".join(("frame-src 'self'", *outside.frames)),
            "worker-src 'self' blob:",
            "media-src 'self' blob: data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Add them to every answer; those about scripts and frames only to pages. What an answer says itself stands."""

    def __init__(self, app: ASGIApp, *, outside: Outside, is_secure: bool) -> None:
        self.app = app
        self._always = [*HEADERS, *(HTTPS_HEADERS if is_secure else ())]
        self._for_pages = [*self._always, *page_headers(outside)]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self.app(scope, receive, send)

        def send_with_headers(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                is_page = any(
                    name == b"content-type" and value.startswith(b"text/html") for name, value in headers
                )
                told = {name for name, _ in headers}
                wanted = self._for_pages if is_page else self._always
                message["headers"] = [*headers, *(header for header in wanted if header[0] not in told)]
            return send(message)

        return self.app(scope, receive, send_with_headers)
