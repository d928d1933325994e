"""What is too often, and what comes from another site."""

import httpx
import pytest

from ticketapp.api.session_cookie import FirstVisit
from ticketapp.core.errors import TooManyRequests
from ticketapp.core.tokens import new_token
from ticketapp.integrations.rate_limits import Limit, RateLimits

WRONG = {"email": "ada@example.com", "password": "a wrong password"}


async def test_guessing_a_password_is_refused_after_ten_tries(client, app_runtime):
    app_runtime.limits = RateLimits(is_on=True)

    statuses = [(await client.post("/api/auth/token", json=WRONG)).status_code for _ in range(11)]
    refused = await client.post("/api/auth/token", json=WRONG, headers={"X-Forwarded-For": "203.0.113.7"})
    other = await client.post("/api/auth/token", json=WRONG | {"email": "eve@example.com"})

    assert statuses == [401] * 10 + [429]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 300
    assert other.status_code == 401


async def test_signing_in_rightly_is_never_too_often(client, app_runtime):
    app_runtime.limits = RateLimits(is_on=True)
    ada = {"email": "ada@example.com", "password": "a long password"}
    await client.post("/api/auth/register", json=ada | {"name": "Ada"})

    assert [(await client.post("/api/auth/token", json=ada)).status_code for _ in range(12)] == [200] * 12


async def test_without_redis_the_process_counts_for_itself():
    limits = RateLimits(is_on=True, redis_url="redis://127.0.0.1:1/0")
    thrice = Limit("thrice", 3, 60)

    for _ in range(3):
        await limits.hit(thrice, "ada")

    with pytest.raises(TooManyRequests):
        await limits.hit(thrice, "ada")


async def test_processes_count_together_in_redis(redis_server):
    first, second = (RateLimits(is_on=True, redis_url=redis_server.url) for _ in range(2))
    twice = Limit("twice", 2, 60)

    await first.hit(twice, "ada")
    await second.hit(twice, "ada")

    with pytest.raises(TooManyRequests):
        await first.hit(twice, "ada")
    for limits in (first, second):
        await limits.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost:3000"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:4000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[localhost:3000"}, 403),
        ({"Origin": "http://localhost:3000.evil.example"}, 403),
    ],
)
async def test_only_our_own_pages_may_post_forms(client, headers, status):
    answer = await client.post("/auth/sign-out", headers=headers)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "cross_origin"


async def page(scope, receive, send):
    kind = b"text/html; charset=utf-8" if scope["path"] == "/" else b"text/css"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": b"page"})


@pytest.mark.parametrize(
    ("path", "headers", "gets_one"),
    [
        ("/", {"Accept": "text/html"}, True),
        ("/", {"Accept": "text/html", "Cookie": "ticketapp_session=nonsense; theme=dark"}, True),
        ("/", {"Accept": "text/html", "Cookie": f"theme=dark; ticketapp_session={new_token()}"}, False),
        ("/", {"Accept": "application/json"}, False),
        ("/styles.css", {"Accept": "text/html"}, False),
    ],
)
async def test_the_first_page_brings_the_cookie(path, headers, gets_one):
    transport = httpx.ASGITransport(FirstVisit(page, is_secure=True))
    async with httpx.AsyncClient(transport=transport, base_url="https://tickets.example") as browser:
        answer = await browser.get(path, headers=headers)

    assert ("set-cookie" in answer.headers) is gets_one
    if gets_one:
        assert answer.headers["set-cookie"].endswith("Path=/; HttpOnly; SameSite=Lax; Secure")
