"""Pages may use other hosts only for the payment form, and only those of the provider that takes the money."""

import httpx
import pytest
from starlette.responses import HTMLResponse

from ticketapp.api.security_headers import SecurityHeaders, outside_of
from ticketapp.settings import Settings

pytestmark = pytest.mark.anyio
KEYS = {
    "payment_provider": "stripe",
    "stripe_secret_key": "sk_test_1",
    "stripe_publishable_key": "pk_test_1",
    "stripe_webhook_secret": "whsec_1",
}
FAKE = "http://127.0.0.1:8420"
STRIPE = "https://js.stripe.com https://*.js.stripe.com"


async def headers(**given):
    app = SecurityHeaders(HTMLResponse("<p>"), outside=outside_of(Settings(**given)), is_secure=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        told = (await client.get("/")).headers
    policy = dict(part.split(" ", 1) for part in told["content-security-policy"].split("; "))
    return policy | {name: told[name] for name in ("permissions-policy", "cross-origin-opener-policy")}


@pytest.mark.parametrize(
    ("given", "scripts", "calls", "frames", "payers", "opener"),
    [
        ({}, "", "", "", "self", "same-origin"),
        (
            KEYS,
            f" {STRIPE}",
            " https://api.stripe.com",
            f" {STRIPE} https://hooks.stripe.com",
            'self "https://js.stripe.com" "https://*.js.stripe.com"',
            "same-origin-allow-popups",
        ),
        (
            KEYS | {"stripe_api_base": f"{FAKE}/"},
            f" {FAKE}",
            f" {FAKE}",
            f" {FAKE}",
            f'self "{FAKE}"',
            "same-origin-allow-popups",
        ),
    ],
)
async def test_a_page_may_use_the_hosts_of_its_payment_form(given, scripts, calls, frames, payers, opener):
    told = await headers(**given)

    assert told["default-src"] == "'self'"
    assert told["script-src"] == f"'self' 'unsafe-inline' 'unsafe-eval'{scripts}"
    assert told["connect-src"] == f"'self' ws: wss:{calls}"
    assert told["frame-src"] == f"'self'{frames}"
    assert told["permissions-policy"].endswith(f"payment=({payers})")
    assert told["cross-origin-opener-policy"] == opener


async def test_what_an_answer_says_of_itself_stands_alone():
    page = HTMLResponse("<p>", headers={"Referrer-Policy": "no-referrer"})
    app = SecurityHeaders(page, outside=outside_of(Settings()), is_secure=False)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        told = (await client.get("/")).headers

    assert told.get_list("referrer-policy") == ["no-referrer"]
    assert told.get_list("x-content-type-options") == ["nosniff"]
