"""Reservations over HTTP: exactly the contract."""

from uuid import UUID

import pytest

from tests.factories import make_person
from tests.sales import NewTier, Sale, make_sale, make_seated_sale
from ticketapp.core.ids import new_id
from ticketapp.services.accounts.operations import open_session

RESERVATIONS = "/api/inventory/reservations"


@pytest.fixture
def sign_in(app_runtime, client):
    """Sign a new person in on the client; gives their id."""

    def signed_in() -> str:
        def open_for_somebody(session, now):
            person = make_person(session)
            return person.id, open_session(session, person_id=person.id, now=now).token

        person_id, token = app_runtime.write(open_for_somebody)
        client.headers["Authorization"] = f"Bearer {token}"
        return str(person_id)

    return signed_in


@pytest.fixture
def sale(app_runtime) -> Sale:
    tiers = (NewTier("regular", capacity=5), NewTier("golden-circle", price_minor=120_00))
    return app_runtime.write(lambda session, now: make_sale(session, *tiers))


def order(sale: Sale, *items: dict, key: str = "k1") -> dict:
    return {"eventId": str(sale.id), "items": list(items), "idempotencyKey": key}


def places(sale: Sale, quantity: int, tier: str = "regular") -> dict:
    return {"tierId": str(sale.tiers[tier]), "quantity": quantity}


async def test_places_are_held_until_a_moment(client, sale, sign_in):
    sign_in()

    answer = await client.post(
        RESERVATIONS, json=order(sale, places(sale, 2), places(sale, 1, "golden-circle"))
    )

    assert answer.status_code == 201
    first, second = answer.json()["reservations"]
    assert answer.json()["status"] == "held"
    assert first == {
        "reservationId": first["reservationId"],
        "eventId": str(sale.id),
        "tierId": str(sale.tiers["regular"]),
        "seat": None,
        "quantity": 2,
        "price": {"amountMinor": 45_00, "currency": "EUR"},
        "status": "ACTIVE",
        "expiresAt": "2026-11-21T12:15:00.000Z",
    }
    assert (second["quantity"], second["price"]["amountMinor"]) == (1, 120_00)


async def test_the_same_request_again_gets_the_same_answer(client, sale, sign_in):
    sign_in()

    first = await client.post(RESERVATIONS, json=order(sale, places(sale, 2)))
    again = await client.post(RESERVATIONS, json=order(sale, places(sale, 2)))
    other = await client.post(RESERVATIONS, json=order(sale, places(sale, 3)))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


async def test_a_seat_carries_its_labels(app_runtime, client, sign_in):
    sale = app_runtime.write(lambda session, now: make_seated_sale(session))
    sign_in()

    best = places(sale, 2, "stalls") | {"bestAvailable": True}
    answer = await client.post(RESERVATIONS, json=order(sale, best))

    seats = [reservation["seat"] for reservation in answer.json()["reservations"]]
    assert [(seat["section"], seat["row"], seat["number"]) for seat in seats] == [
        ("Stalls", "A", "2"),
        ("Stalls", "A", "3"),
    ]
    assert seats[0]["price"] == {"amountMinor": 45_00, "currency": "EUR"}
    named = await client.post(RESERVATIONS, json=order(sale, {"seatId": seats[0]["seatId"]}, key="named"))
    assert named.json()["reservations"] == [answer.json()["reservations"][0]]
    assert named.status_code == 200


async def test_what_is_gone_is_refused_with_what_is_left(client, sale, sign_in):
    sign_in()
    await client.post(RESERVATIONS, json=order(sale, places(sale, 3), key="first"))

    refused = await client.post(RESERVATIONS, json=order(sale, places(sale, 3), key="second"))

    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["available"]) == ("sold_out", 2)


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": [{"quantity": 1}]},
        {"items": [{"tierId": "nonsense", "quantity": 1}]},
        {"eventId": "nonsense"},
        {"idempotencyKey": ""},
        {"idempotencyKey": None},
        {"price": 1},
    ],
)
async def test_a_malformed_request_is_refused(client, sale, sign_in, change):
    sign_in()

    refused = await client.post(RESERVATIONS, json=order(sale, places(sale, 1)) | change)

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("quantity", [0, -1, True, "2", 1.5, 100_000])
async def test_a_quantity_is_a_whole_number(client, sale, sign_in, quantity):
    sign_in()

    refused = await client.post(RESERVATIONS, json=order(sale, places(sale, 1) | {"quantity": quantity}))

    assert refused.status_code == 422
    assert (await client.get("/api/cart/summary")).json()["count"] == 0


async def test_a_stranger_is_asked_to_sign_in(client, sale):
    refused = await client.post(RESERVATIONS, json=order(sale, places(sale, 1)))

    assert refused.status_code == 401


async def test_another_persons_reservation_is_not_found(client, sale, sign_in):
    owner = sign_in()
    held = (await client.post(RESERVATIONS, json=order(sale, places(sale, 1)))).json()["reservations"][0]
    ids = {"ids": held["reservationId"]}
    mine = await client.get(RESERVATIONS, params=ids)
    sign_in()

    read = await client.get(RESERVATIONS, params=ids)
    cancelled = await client.post(f"{RESERVATIONS}/cancel", json={"reservationIds": [held["reservationId"]]})

    assert mine.json() == {"reservations": [held | {"userId": owner}]}
    assert (read.status_code, cancelled.status_code) == (404, 404)


async def test_a_reservation_is_cancelled_once(client, sale, sign_in):
    sign_in()
    held = (await client.post(RESERVATIONS, json=order(sale, places(sale, 1)))).json()["reservations"][0]
    body = {"reservationIds": [held["reservationId"]]}

    first = await client.post(f"{RESERVATIONS}/cancel", json=body)
    second = await client.post(f"{RESERVATIONS}/cancel", json=body)

    assert (first.status_code, first.json()["reservations"][0]["status"]) == (200, "CANCELLED")
    assert (second.status_code, second.json()["code"]) == (409, "not_active")


async def test_only_the_service_key_may_confirm(client, sale, sign_in):
    sign_in()
    held = (await client.post(RESERVATIONS, json=order(sale, places(sale, 1)))).json()["reservations"][0]

    refused = await client.put(
        f"{RESERVATIONS}/confirm",
        json={"reservationIds": [held["reservationId"]], "bookingId": str(new_id())},
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


async def test_the_summary_counts_the_cart(client, sale, sign_in):
    sign_in()
    empty = await client.get("/api/cart/summary")
    await client.post(RESERVATIONS, json=order(sale, places(sale, 2), places(sale, 1, "golden-circle")))

    full = await client.get("/api/cart/summary")

    assert empty.json() == {
        "count": 0,
        "ticketCount": 0,
        "ticketTotal": None,
        "total": None,
        "totals": [],
        "expiresAt": None,
        "events": [],
    }
    total = {"amountMinor": 210_00, "currency": "EUR"}
    assert {
        name: full.json()[name] for name in ("count", "ticketCount", "ticketTotal", "total", "totals")
    } == {
        "count": 3,
        "ticketCount": 3,
        "ticketTotal": total,
        "total": total,
        "totals": [total],
    }
    assert full.json()["expiresAt"] == "2026-11-21T12:15:00.000Z"
    [event] = full.json()["events"]
    assert (UUID(event["eventId"]), event["ticketCount"], event["total"]) == (sale.id, 3, total)
    assert [(item["name"], item["quantity"]) for item in event["items"]] == [
        ("Regular", 2),
        ("Golden Circle", 1),
    ]
