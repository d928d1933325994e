"""Sign-in over HTTP: tokens for programs, forms for browsers."""

import re
from datetime import timedelta

import pytest

from tests.factories import make_event, make_tier
from ticketapp.api.auth_forms import safe_path
from ticketapp.core.flash import FLASH_COOKIE, unpack
from ticketapp.core.tokens import new_token
from ticketapp.jobs.letters import account_letter
from ticketapp.models import Hold, HoldStatus
from ticketapp.services.accounts import operations
from ticketapp.services.accounts.letters import LETTER_JOB
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine
from ticketapp.services.messaging import jobs

ADA = {"email": "ada@example.com", "password": "a long password", "name": "Ada"}


def said(answer, path):
    """Read what the next page will say."""
    return unpack(path, answer.cookies[FLASH_COOKIE])


async def token_for(client, **credentials):
    return await client.post(
        "/api/auth/token", json={"email": ADA["email"], "password": ADA["password"]} | credentials
    )


async def test_an_account_gets_a_token_and_ends_it(client, clock):
    assert (await client.post("/api/auth/register", json=ADA)).status_code == 201

    answer = await token_for(client)
    body = answer.json()
    headers = {"Authorization": f"Bearer {body['accessToken']}"}
    ended = await client.post("/api/auth/logout", headers=headers)

    assert answer.status_code == 200
    assert body["tokenType"] == "bearer"
    assert body["expiresAt"] == "2026-12-21T12:00:00Z"
    assert {key: body["user"][key] for key in ("email", "name", "roles")} == {
        "email": "ada@example.com",
        "name": "Ada",
        "roles": ["fan"],
    }
    assert (ended.status_code, ended.content) == (204, b"")


@pytest.mark.parametrize("credentials", [{"password": "another password"}, {"email": "nobody@example.com"}])
async def test_wrong_credentials_are_refused_alike(client, credentials):
    await client.post("/api/auth/register", json=ADA)

    answer = await token_for(client, **credentials)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "This e-mail address and password do not belong together.",
        "code": "bad_credentials",
    }


async def test_a_stranger_does_not_learn_that_an_address_is_taken(client):
    first = await client.post("/api/auth/register", json=ADA)
    second = await client.post(
        "/api/auth/register", json=ADA | {"password": "a stranger's password", "name": "Eve"}
    )

    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (await token_for(client)).status_code == 200
    assert (await token_for(client, password="a stranger's password")).status_code == 401


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"email": "ada"}, ["email"]),
        ({"email": "ada@example.com\nBcc: eve@example.com"}, ["email"]),
        ({"password": "short"}, ["password"]),
        ({"name": "  "}, ["name"]),
        ({"name": "a\u0000b", "password": "", "email": "@"}, ["email", "name", "password"]),
        ({"name": ["Ada"]}, ["name"]),
        ({"email": None}, ["email"]),
        ({"password": "x" * 200}, ["password"]),
    ],
)
async def test_a_bad_registration_names_its_fields(client, changed, fields):
    answer = await client.post("/api/auth/register", json=ADA | changed)

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert sorted(answer.json()["fields"]) == fields


async def test_a_browser_signs_in_with_a_new_token_and_out_again(client):
    await client.post("/api/auth/register", json=ADA)
    planted = "x" * 43

    answer = await client.post(
        "/auth/sign-in",
        data={"email": " Ada@Example.com ", "password": ADA["password"], "next": "/cart?step=2"},
        headers={"Cookie": f"ticketapp_session={planted}"},
    )
    cookie = answer.headers["set-cookie"]
    token = cookie.partition("=")[2].partition(";")[0]
    left = await client.post("/auth/sign-out", headers={"Cookie": f"ticketapp_session={token}"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/cart?step=2")
    assert cookie == f"ticketapp_session={token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"
    assert token != planted
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert left.headers["set-cookie"].startswith("ticketapp_session=")
    assert token not in left.headers["set-cookie"]


async def test_a_refused_sign_in_keeps_what_was_typed_but_not_the_password(client):
    answer = await client.post(
        "/auth/sign-in", data={"email": "ada@example.com", "password": "secret", "next": "/cart"}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fcart")
    assert said(answer, "/sign-in") == {
        "email": "ada@example.com",
        "wrong_form": "This e-mail address and password do not belong together.",
    }
    assert said(answer, "/register") == {}


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "",
        "cart",
    ],
)
def test_nobody_is_sent_to_another_site(hostile):
    assert safe_path(hostile) == "/"


def test_a_path_on_this_site_is_kept():
    assert safe_path("/event/midnight-parade?code=MOON") == "/event/midnight-parade?code=MOON"


async def letters(runtime):
    """Do the mail jobs that are due and give the letters they sent."""
    due = runtime.write(
        lambda session, now: jobs.claim(
            session, kinds=[LETTER_JOB], limit=10, lease=timedelta(minutes=1), now=now
        )
    )
    before = len(runtime.post.gateway.sent)
    for job in due:
        await account_letter(runtime, job.payload)
        runtime.write(lambda session, now, job=job: jobs.finish_many(session, [job], now))
    return runtime.post.gateway.sent[before:]


def token_in(letter):
    return re.search(r"token=([\w-]{43})", letter.text)[1]


async def test_a_taken_address_is_told_by_letter_only(client, app_runtime):
    await client.post("/api/auth/register", json=ADA)
    [welcome] = await letters(app_runtime)

    await client.post("/api/auth/register", json=ADA | {"password": "a stranger's password"})
    [taken] = await letters(app_runtime)

    assert (welcome.to, welcome.subject) == ("ada@example.com", "Confirm your e-mail address")
    assert (taken.to, taken.subject) == ("ada@example.com", "You already have an account")


async def test_an_address_is_confirmed_once_by_its_link(client, app_runtime):
    await client.post("/api/auth/register", json=ADA)
    [letter] = await letters(app_runtime)

    first = await client.post("/auth/verify-email", data={"token": token_in(letter)})
    second = await client.post("/auth/verify-email", data={"token": token_in(letter)})

    assert said(first, "/verify-email") == {"notice": "Your e-mail address is confirmed."}
    assert said(second, "/verify-email") == {
        "wrong_form": "This link has been used or is too old. Ask for a new one."
    }


async def test_a_new_password_signs_every_device_out(client, app_runtime):
    await client.post("/api/auth/register", json=ADA)
    old = (await token_for(client)).json()["accessToken"]
    await letters(app_runtime)
    await client.post("/auth/forgot-password", data={"email": "ada@example.com"})
    [letter] = await letters(app_runtime)

    answer = await client.post(
        "/auth/reset-password", data={"token": token_in(letter), "password": "another password"}
    )
    again = await client.post(
        "/auth/reset-password", data={"token": token_in(letter), "password": "a third password"}
    )

    assert answer.headers["location"] == "/sign-in"
    assert again.headers["location"] == "/reset-password"
    assert (await token_for(client)).status_code == 401
    assert (await token_for(client, password="another password")).status_code == 200
    assert await app_runtime.identities.actor_for(old) is None
    assert [letter.subject for letter in await letters(app_runtime)] == ["Your password was changed"]


async def test_a_reset_link_lasts_an_hour(client, app_runtime, clock):
    await client.post("/api/auth/register", json=ADA)
    await letters(app_runtime)
    await client.post("/auth/forgot-password", data={"email": "ada@example.com"})
    [letter] = await letters(app_runtime)

    clock.advance(hours=1)
    answer = await client.post(
        "/auth/reset-password", data={"token": token_in(letter), "password": "another password"}
    )

    assert said(answer, "/reset-password")["wrong_form"].startswith("This link has been used or is too old.")
    assert (await token_for(client)).status_code == 200


async def test_an_unknown_address_gets_no_letter_and_the_same_answer(client, app_runtime):
    answer = await client.post("/auth/forgot-password", data={"email": "nobody@example.com"})

    assert said(answer, "/forgot-password") == {
        "notice": "If nobody@example.com has an account, a link is on its way to it. It works for an hour."
    }
    assert await letters(app_runtime) == []


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "../../etc", "é" * 43])
async def test_a_made_up_link_does_nothing(client, token):
    answer = await client.post("/auth/reset-password", data={"token": token, "password": "another password"})

    assert answer.headers["location"] == "/reset-password"


@pytest.mark.parametrize(("old_password", "is_changed"), [("a long password", True), ("a guess", False)])
async def test_a_password_is_changed_by_whoever_knows_the_old_one(
    client, app_runtime, old_password, is_changed
):
    await client.post("/api/auth/register", json=ADA)
    here, there = [(await token_for(client)).json()["accessToken"] for _ in range(2)]

    answer = await client.post(
        "/auth/change-password",
        data={"old_password": old_password, "password": "another password"},
        headers={"Cookie": f"ticketapp_session={here}"},
    )

    assert (said(answer, "/account").get("wrong_old_password", "") == "") is is_changed
    assert (await token_for(client, password="another password")).status_code == (200 if is_changed else 401)
    assert await app_runtime.identities.actor_for(here) is not None
    assert (await app_runtime.identities.actor_for(there) is None) is is_changed


async def test_a_guests_cart_comes_along_at_sign_in(client, app_runtime):
    await client.post("/api/auth/register", json=ADA)
    cookie = new_token()
    guest = app_runtime.write(lambda session, now: operations.begin_guest(session, token=cookie, now=now))
    event_id, tier_id = app_runtime.write(on_sale)
    request = HoldRequest(
        guest.person_id, event_id, (PlacesLine(tier_id, 2),), key="k", hold_span=timedelta(minutes=15)
    )
    held = await app_runtime.grouped(inventory.hold_many, request)

    answer = await client.post(
        "/auth/sign-in",
        data={"email": ADA["email"], "password": ADA["password"]},
        headers={"Cookie": f"ticketapp_session={cookie}"},
    )

    ada = await app_runtime.identities.actor_for(answer.cookies["ticketapp_session"])
    hold = app_runtime.read(lambda session, now: session.get(Hold, held.lines[0].hold_id))
    assert (hold.person_id, hold.quantity, hold.status) == (ada.person_id, 2, HoldStatus.LIVE)
    assert await app_runtime.identities.actor_for(cookie) is None


def on_sale(session, now):
    event = make_event(session)
    return event.id, make_tier(session, event_id=event.id).id
