"""Keys of bookings: one answer a day per key, to the byte, whoever asks at the same time and whoever dies in between."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from sqlmodel import select

from tests.api.buyer import DECLINED, GOOD, SILENT, Buyer
from tests.buying import Shop
from tests.harness.api import guarded_api
from ticketapp.api import bookings
from ticketapp.models import ApiAnswer, LedgerEntry, Order, Payment, PaymentStatus, SandboxCharge, Ticket
from ticketapp.services.payments.booking import settle_bookings

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


@pytest.fixture
async def buyer(shop, settings):
    transport = httpx.ASGITransport(guarded_api(settings, shop.runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield Buyer(shop, client)


@pytest.fixture
def event(shop):
    return shop.event()


@pytest.fixture
def tier(shop, event):
    return shop.tier(event, price_minor=75_00, capacity=10)


def count(shop, *models):
    with shop.look() as session:
        return [len(session.exec(select(model)).all()) for model in models]


async def available(buyer, event):
    return (await buyer.get(f"/api/events/{event}/availability")).json()["available"]


def bank_takes(shop, ms):
    gateway = replace(shop.runtime.cashier.gateway, delay_range_ms=(ms, ms))
    shop.runtime.cashier = replace(shop.runtime.cashier, gateway=gateway)


async def test_for_a_day_the_same_bytes_and_then_the_key_is_free(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier, 2)
    first = await buyer.confirm(reservation)
    shop.clock.advance(minutes=24 * 60 - 1)
    within = await buyer.confirm(reservation)
    shop.clock.advance(minutes=1)

    other = await buyer.reserve(event, tier)
    after = await buyer.confirm(other)

    assert (first.status_code, within.status_code, after.status_code) == (201, 200, 201)
    assert within.content == first.content
    assert after.json()["bookingId"] != first.json()["bookingId"]
    assert count(shop, Order, Payment, Ticket) == [2, 2, 3]


async def test_a_refusal_is_repeated_to_the_byte_and_the_card_is_asked_once(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier, 2)

    first, again = [await buyer.confirm(reservation, card=DECLINED) for _ in range(2)]

    assert (first.status_code, again.status_code) == (402, 402)
    assert again.content == first.content
    assert first.json() == {
        "error": "PAYMENT_FAILED",
        "message": "Your bank declined this card. Nothing was charged. Try another card.",
        "paymentId": first.json()["paymentId"],
        "code": "CARD_DECLINED",
    }
    assert await available(buyer, event) == 10
    assert count(shop, Payment, Ticket, LedgerEntry) == [1, 0, 0]
    assert shop.disagreements() == []


async def test_a_decline_that_comes_after_the_time_was_up_is_a_decline(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier, 2)
    gateway = shop.runtime.cashier.gateway

    class Slow:
        def __getattr__(self, name):
            return getattr(gateway, name)

        async def charge(self, order):
            charge = await gateway.charge(order)
            shop.clock.advance(minutes=16)
            shop.expire_orders()
            return charge

    shop.runtime.cashier = replace(shop.runtime.cashier, gateway=Slow())
    answer = await buyer.confirm(reservation, card=DECLINED)
    await shop.work()

    assert (answer.status_code, answer.json().get("code")) == (402, "CARD_DECLINED")
    assert await available(buyer, event) == 10
    assert shop.disagreements() == []


@pytest.mark.concurrency
async def test_of_many_at_once_one_pays_and_the_others_hear_that_it_is_in_progress(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier)
    bank_takes(shop, 300)

    answers = await asyncio.gather(*(buyer.confirm(reservation) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"in_progress"}
    assert count(shop, Order, Payment, SandboxCharge, Ticket) == [1, 1, 1, 1]


@pytest.mark.concurrency
async def test_control_without_the_claim_nobody_hears_that_it_is_in_progress(
    shop, buyer, event, tier, monkeypatch
):
    """If this stops, the test above proves nothing of keys. Other guards still keep it at one payment."""
    reservation = await buyer.reserve(event, tier)
    bank_takes(shop, 300)
    monkeypatch.setattr(
        "ticketapp.services.payments.booking.claim_many", lambda session, claims, now: [None for _ in claims]
    )

    answers = await asyncio.gather(*(buyer.confirm(reservation) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert count(shop, Payment, SandboxCharge) == [1, 1]


async def test_after_a_crash_between_payment_and_answer_the_key_gets_the_paid_booking(
    shop, buyer, event, tier, monkeypatch
):
    reservation = await buyer.reserve(event, tier, 2)
    died = RuntimeError("the process is gone")
    grouped = shop.runtime.grouped

    async def die_before_settling(decide, request):
        if decide is settle_bookings:
            raise died
        return await grouped(decide, request)

    async def keep_nothing(*_):
        raise died

    monkeypatch.setattr(shop.runtime, "grouped", die_before_settling)
    monkeypatch.setattr(bookings, "_keep", keep_nothing)
    with pytest.raises(RuntimeError):
        await buyer.confirm(reservation)
    monkeypatch.undo()

    meanwhile = await buyer.confirm(reservation)
    shop.clock.advance(seconds=90)
    paid, again = [await buyer.confirm(reservation) for _ in range(2)]

    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "in_progress")
    assert (paid.status_code, paid.json()["status"], again.status_code) == (201, "CONFIRMED", 200)
    assert again.content == paid.content
    assert count(shop, Payment, SandboxCharge, Ticket) == [1, 1, 2]
    assert shop.disagreements() == []


async def test_while_nobody_knows_how_the_payment_ended_the_key_asks_again_and_pays_nothing_twice(
    shop, buyer, event, tier
):
    shop.runtime.cashier = replace(shop.runtime.cashier, answer_within_s=0.2)
    reservation = await buyer.reserve(event, tier)

    unknown, again = [await buyer.confirm(reservation, card=SILENT) for _ in range(2)]
    with_another_card = await buyer.confirm(reservation, card=GOOD)
    under_another_key = await buyer.confirm(reservation, key="key-2", card=GOOD)

    answers = (unknown, again, with_another_card, under_another_key)
    assert {(a.status_code, a.json()["code"]) for a in answers} == {(503, "payment_unknown")}
    assert await available(buyer, event) == 9
    assert count(shop, Payment, SandboxCharge) == [1, 1]
    with shop.look() as session:
        assert session.exec(select(Payment.status)).one() is PaymentStatus.STARTED
        assert session.exec(select(ApiAnswer)).all() == []


@pytest.fixture
async def in_sqlite(app_runtime, client):
    shop = Shop(app_runtime)
    event = shop.event()
    buyer = Buyer(shop, client)
    return buyer, await buyer.reserve(event, shop.tier(event))


@pytest.mark.parametrize(
    ("wrong", "taken"),
    [
        (0, []), (-1, []), (1e9, []), (True, []), ([], []), (["2"], []), ({}, []),
        # A key may be any text, and so may a kind of card; a month may come as text.
        ("2", ["expiryMonth", "idempotencyKey", "type"]),
        (None, ["cvv"]),
    ],
    ids=repr,
)  # fmt: skip
async def test_a_body_with_a_wrong_type_is_refused_and_begins_nothing(in_sqlite, wrong, taken):
    buyer, reservation = in_sqlite
    card = {"type": "card", "cardNumber": GOOD, "expiryMonth": 12, "expiryYear": 2030, "cvv": "123"}

    said = {
        field: await buyer.confirm(reservation, **({"key": f"key of {field}"} | {field: wrong}))
        for field in ("reservationIds", "paymentMethod", "idempotencyKey")
    } | {
        field: await buyer.confirm(reservation, key=field, paymentMethod=card | {field: wrong})
        for field in card
    }

    assert sorted(field for field, answer in said.items() if answer.status_code == 201) == taken
    refused = [answer for field, answer in said.items() if field not in taken]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(422, "invalid_input")}
    if not taken:
        assert count(buyer.shop, Order, Payment, ApiAnswer) == [0, 0, 0]
