"""API.md "Events": the list, one event, what is left, and seats."""

import shutil

import pytest

from ticketapp.cli import seed_more

pytestmark = pytest.mark.anyio


@pytest.fixture
def sqlite_url(season_file, tmp_path):
    """Every test begins with the small demo season."""
    return f"sqlite:///{shutil.copyfile(season_file, tmp_path / 'season.db')}"


async def sign_in(client, email):
    answer = await client.post("/api/auth/token", json={"email": email, "password": "ticketapp-demo"})
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


async def test_the_list_has_what_the_contract_names(client):
    answer = (await client.get("/api/events", params={"query": "tiny room"})).json()

    item = answer["items"][0]
    assert (answer["page"], answer["pages"], answer["total"]) == (1, 1, 1)
    assert item == {
        "id": item["id"],
        "slug": "tiny-room",
        "name": "Tiny Room",
        "artist": "Vera Lind",
        "startsAt": "2026-12-03T20:00:00+00:00",
        "timezone": "Europe/Berlin",
        "venue": "Lantern Cellar",
        "city": "Hamburg",
        "category": "concert",
        "status": "published",
        "state": "on_sale",
        "priceFrom": {"amountMinor": 1800, "currency": "EUR"},
        "badge": None,
        "available": 50,
    }


@pytest.mark.parametrize(
    ("params", "slugs"),
    [
        ({"query": "midnigth parad"}, ["midnight-parade"]),
        ({"city": "tokyo"}, ["tokyo-echo"]),
        ({"category": "festival"}, ["next-month-presale"]),
        ({"free": "true"}, ["free-jam"]),
        ({"priceMax": "20"}, ["free-jam", "tiny-room"]),
        ({"from": "2026-11-21", "to": "2026-11-21"}, ["tonight"]),
        ({"from": "2026-12-03T20:00:01Z", "to": "2026-12-05"}, []),
        ({"query": "no such thing anywhere"}, []),
        ({"query": "\x00"}, None),
        ({"city": "\x00Hamburg", "query": "tiny"}, ["tiny-room"]),
        ({"size": "1", "page": "2", "city": "Berlin"}, ["code-night"]),
        ({"page": "99"}, []),
    ],
)
async def test_filters_narrow_the_list(client, params, slugs):
    answer = await client.get("/api/events", params=params)

    assert answer.status_code == 200
    if slugs is not None:
        assert [item["slug"] for item in answer.json()["items"]] == slugs


@pytest.mark.parametrize(
    "params",
    [{"size": "101"}, {"size": "0"}, {"page": "0"}, {"from": "soon"}, {"priceMax": "-1"}, {"page": "x"}],
)
async def test_a_filter_that_cannot_be_read_is_refused(client, params):
    answer = await client.get("/api/events", params=params)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert list(answer.json()["fields"]) == list(params)


async def test_an_event_is_read_by_slug_and_by_id(client):
    by_slug = (await client.get("/api/events/midnight-parade")).json()
    by_id = (await client.get(f"/api/events/{by_slug['id']}")).json()

    assert by_slug == by_id
    assert (by_slug["maxAttendees"], by_slug["holdPolicy"], by_slug["available"]) == (None, "in_cart", 20_000)
    golden = by_slug["tiers"][1]
    assert golden == {
        "id": golden["id"],
        "key": "golden-circle",
        "name": "Golden Circle",
        "description": "",
        "price": {"amountMinor": 12_000, "currency": "EUR"},
        "capacity": 2_000,
        "available": 2_000,
        "held": 0,
        "sold": 0,
        "onSale": True,
        "state": "on_sale",
        "seated": False,
        "minPerOrder": 1,
        "maxPerOrder": None,
        "requiredMembership": None,
    }


@pytest.mark.parametrize("what", ["", "/availability", "/seats"])
@pytest.mark.parametrize("name", ["no-such-event", "00000000-0000-0000-0000-000000000000", "%00", "x" * 300])
async def test_an_unknown_event_is_not_found(client, name, what):
    answer = await client.get(f"/api/events/{name}{what}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_availability_is_short_and_has_a_version(client):
    event = (await client.get("/api/events/tiny-room")).json()

    answer = await client.get("/api/events/tiny-room/availability")

    assert answer.json() == {
        "eventId": event["id"],
        "version": event["version"],
        "available": 50,
        "tiers": [{"id": event["tiers"][0]["id"], "available": 50, "held": 0, "sold": 0}],
    }
    again = await client.get(
        "/api/events/tiny-room/availability", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("by", ["slug", "id"])
async def test_a_hold_shows_in_the_next_answer(client, by):
    event = (await client.get("/api/events/tiny-room")).json()
    path = f"/api/events/{event[by]}/availability"
    assert (await client.get(path)).json()["available"] == 50
    await client.get("/api/events/tiny-room")
    await client.get(f"/api/events/{event['id']}")

    answer = await client.post(
        "/api/inventory/reservations",
        headers=await sign_in(client, "fan@example.com"),
        json={
            "eventId": event["id"],
            "items": [{"tierId": event["tiers"][0]["id"], "quantity": 3}],
            "idempotencyKey": "k",
        },
    )

    assert answer.status_code == 201
    seen = (await client.get(path)).json()
    assert (seen["available"], seen["tiers"][0]["held"]) == (47, 3)
    assert seen["version"] > event["version"]


async def test_seats_are_listed_by_section(client):
    event = (await client.get("/api/events/chamber-evening")).json()

    everything = (await client.get("/api/events/chamber-evening/seats")).json()
    balcony = (await client.get("/api/events/chamber-evening/seats?section=Balcony")).json()

    assert (len(everything["seats"]), len(balcony["seats"])) == (300, 100)
    assert balcony["version"] == event["version"]
    first = balcony["seats"][0]
    assert first == {
        "id": first["id"],
        "section": "Balcony",
        "row": "A",
        "number": "1",
        "tierId": event["tiers"][1]["id"],
        "status": "free",
    }
    later = (await client.get(f"/api/events/chamber-evening/seats?since={event['version']}")).json()
    assert later["seats"] == []


async def test_a_tier_behind_a_code_is_not_listed_without_it(client):
    closed = (await client.get("/api/events/code-night")).json()
    opened = (await client.get("/api/events/code-night?code=moonlight")).json()

    assert (closed["tiers"], closed["hasCodeTiers"], closed["priceFrom"]) == ([], True, None)
    assert [tier["key"] for tier in opened["tiers"]] == ["moonlight"]
    assert (await client.get("/api/events/code-night/availability")).json()["tiers"] == []


async def test_a_members_tier_is_open_to_its_members(client):
    stranger = (await client.get("/api/events/members-only")).json()
    member = (
        await client.get("/api/events/members-only", headers=await sign_in(client, "fan20@example.com"))
    ).json()

    assert (stranger["tiers"][0]["state"], member["tiers"][0]["state"]) == ("members_only", "on_sale")
    assert stranger["tiers"][0]["requiredMembership"] == "Friends of the Harbour"


async def test_a_draft_is_there_for_its_own_team_only(client, app_runtime):
    app_runtime.write(lambda session, now: seed_more.add_more(session, announced=now, today=now))
    path = "/api/events/harbour-lights-birthday"

    statuses = [
        (await client.get(path, headers=headers)).status_code
        for headers in [
            {},
            await sign_in(client, "fan@example.com"),
            await sign_in(client, "rival@example.com"),
            await sign_in(client, "door@example.com"),
            await sign_in(client, "manager@example.com"),
            await sign_in(client, "admin@example.com"),
        ]
    ]

    assert statuses == [404, 404, 404, 404, 200, 200]
    listed = (await client.get("/api/events", params={"query": "turns ten"})).json()
    assert listed["total"] == 0
