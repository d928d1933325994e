"""Whatever a program sends is answered; what no database, calendar or number can hold is refused as bad input."""

import logging

import httpx
import pytest

from tests.factories import make_person
from tests.harness.api import guarded_api
from ticketapp.services.accounts.operations import open_session

CARD = {"type": "card", "cardNumber": "4242424242424242", "expiryMonth": 12, "expiryYear": 2030, "cvv": "123"}
CHARGE = {
    "amount": 10.00,
    "currency": "EUR",
    "bookingReference": "TK-1",
    "userId": "ada",
    "paymentMethod": CARD,
}
BOOKING = {
    "reservationIds": ["00000000-0000-0000-0000-000000000000"],
    "paymentMethod": CARD,
    "idempotencyKey": "k",
}
SCAN = {
    "code": "ABCDEFGH12",
    "eventId": "00000000-0000-0000-0000-000000000000",
    "scanId": "00000000-0000-0000-0000-000000000001",
    "scannedAt": "0001-01-01T00:00:00+14:00",
}
TOO_BIG = 10**30


@pytest.fixture
async def program(any_runtime, settings):
    """A signed-in program that gets a 500 as an answer, as it would from a server."""
    token = any_runtime.write(
        lambda session, now: open_session(session, person_id=make_person(session).id, now=now).token
    )
    transport = httpx.ASGITransport(guarded_api(settings, any_runtime), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost:3000", headers=headers
    ) as opened:
        yield opened


@pytest.mark.parametrize(
    "query",
    [
        "from=0001-01-01T00:00:00%2B14:00",
        "from=9999-12-31T23:59:59-14:00",
        "to=0001-01-01T00:00:00%2B14:00",
        "to=9999-12-31",
    ],
)
async def test_a_moment_that_no_calendar_has_in_utc_is_refused(program, query):
    answer = await program.get(f"/api/events?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/checkin/redeem", SCAN),
        ("/api/checkin/sync", {"scans": [SCAN]}),
        ("/api/payment/process", CHARGE | {"amount": "1e999999"}),
        ("/api/payment/process", CHARGE | {"amount": "-1e999999"}),
        ("/api/bookings/confirm", BOOKING | {"paymentMethod": CARD | {"expiryYear": TOO_BIG}}),
        (
            "/api/bookings/confirm",
            BOOKING | {"paymentMethod": {"type": "t", "token": "t", "expiryYear": TOO_BIG}},
        ),
    ],
)
async def test_numbers_and_moments_out_of_bounds_are_refused(program, path, body):
    answer = await program.post(path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/auth/token", {"email": "a\x00b", "password": "p" * 12}),
        ("/api/bookings/confirm", BOOKING | {"idempotencyKey": "a\x00b"}),
        ("/api/payment/process", CHARGE | {"bookingReference": "a\x00b"}),
        ("/api/payment/a%00b/refund", {"amount": "1.00"}),
    ],
)
async def test_text_that_a_database_cannot_hold_is_no_failure_of_ours(program, path, body, caplog):
    caplog.set_level(logging.ERROR)

    answer = await program.post(path, json=body)

    assert 200 <= answer.status_code < 500
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_the_bank_sends_the_buyer_back_whatever_the_order_is_called(program):
    charged = await program.post(
        "/api/payment/process",
        json=CHARGE
        | {"bookingReference": "Ж\r\nX: y", "paymentMethod": CARD | {"cardNumber": "4000000000003220"}},
    )

    answer = await program.post(f"/sandbox/3ds/{charged.json()['paymentId']}", data={"decision": "approve"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/order/%D0%96%0D%0AX%3A%20y")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/auth/token", "application/json"),
        ("/api/inventory/reservations", "application/json"),
        ("/auth/sign-in", "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("is_length_said", [True, False])
async def test_a_body_larger_than_any_of_ours_is_refused(program, path, kind, is_length_said):
    async def in_pieces():
        for _ in range(12):
            yield b"[" * 100_000

    body = b"[" * 1_200_000 if is_length_said else in_pieces()

    answer = await program.post(path, content=body, headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
