"""Sign-in over HTTP: tokens for programs, forms for browsers."""

from urllib.parse import parse_qs, urlsplit

import pytest

from ticketapp.api.auth_forms import safe_path

ADA = {"email": "ada@example.com", "password": "a long password", "name": "Ada"}


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

    target = urlsplit(answer.headers["location"])
    assert (answer.status_code, target.path) == (303, "/sign-in")
    assert parse_qs(target.query) == {
        "email": ["ada@example.com"],
        "next": ["/cart"],
        "wrong_form": ["This e-mail address and password do not belong together."],
    }


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
