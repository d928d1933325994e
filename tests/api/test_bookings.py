"""Bookings over HTTP: once per key, places back when the card is refused, nobody else's to see."""

import asyncio
from dataclasses import replace

import pytest
from sqlmodel import select

from tests.api.buyer import BANK_ASKS, DECLINED, SILENT, Buyer
from tests.buying import Shop
from ticketapp.integrations.payments import PaymentUnknown
from ticketapp.models import ApiAnswer, Event, EventStatus, Refund, SandboxCharge
from ticketapp.services.payments.booking import settle_bookings

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(app_runtime):
    return Shop(app_runtime)


@pytest.fixture
def buyer(shop, client):
    return Buyer(shop, client)


@pytest.fixture
def event(shop):
    return shop.event()


@pytest.fixture
def tier(shop, event):
    return shop.tier(event, price_minor=75_00, capacity=10)


async def available(client, event) -> int:
    return (await client.get(f"/api/events/{event}/availability")).json()["available"]


async def test_a_booking_is_confirmed_and_repeated(buyer, event, tier):
    reservation = await buyer.reserve(event, tier, 2)

    first = await buyer.confirm(reservation)
    again = await buyer.confirm(reservation)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    booking = first.json()
    assert booking["bookingReference"].startswith("TK-2026-")
    assert booking["paymentId"].startswith("pay_")
    assert {
        name: booking[name]
        for name in ("eventId", "userId", "totalAmount", "currency", "status", "paymentStatus", "confirmedAt")
    } == {
        "eventId": str(event),
        "userId": str(buyer.person),
        "totalAmount": 150.00,
        "currency": "EUR",
        "status": "CONFIRMED",
        "paymentStatus": "SUCCESS",
        "confirmedAt": "2026-11-21T12:00:00Z",
    }
    assert [seat["price"] for seat in booking["seats"]] == [75.00, 75.00]
    charge = (await buyer.client.get(f"/api/payment/{booking['paymentId']}")).json()
    assert (charge["status"], charge["amount"]) == ("SUCCESS", 150.00)


async def test_the_answer_is_stored_with_the_payment(shop, buyer, event, tier, monkeypatch):
    reservation = await buyer.reserve(event, tier, 2)
    grouped = shop.runtime.grouped

    async def cut_off_after_settling(decide, request):
        outcome = await grouped(decide, request)
        if decide is settle_bookings:
            raise PaymentUnknown
        return outcome

    monkeypatch.setattr(shop.runtime, "grouped", cut_off_after_settling)
    unheard = await buyer.confirm(reservation)
    monkeypatch.undo()
    again = await buyer.confirm(reservation)

    assert (unheard.status_code, again.status_code) == (503, 200)
    assert (again.json()["status"], again.json()["totalAmount"]) == ("CONFIRMED", 150.00)
    assert shop.disagreements() == []


async def test_a_refused_order_gives_its_key_up(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier)
    shop.clock.advance(minutes=15)

    refused = [await buyer.confirm(reservation) for _ in range(2)]

    assert [answer.json()["code"] for answer in refused] == ["reservation_expired"] * 2
    with shop.look() as session:
        assert session.exec(select(ApiAnswer)).all() == []


async def test_the_same_key_with_another_body_is_refused(buyer, event, tier):
    reservation = await buyer.reserve(event, tier)
    await buyer.confirm(reservation)

    other = await buyer.confirm(reservation, card=DECLINED)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


async def test_the_same_key_at_the_same_time_is_in_progress(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier)

    answers = await asyncio.gather(*(buyer.confirm(reservation) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"in_progress"}


async def test_two_keys_for_the_same_reservation_pay_once(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier)

    answers = await asyncio.gather(*(buyer.confirm(reservation, key=f"key-{n}") for n in range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["paymentId"] for answer in answers}) == 1


async def test_a_person_may_book_one_event_several_times_at_once(buyer, event, tier):
    reservations = [await buyer.reserve(event, tier) for _ in range(5)]

    answers = await asyncio.gather(
        *(buyer.confirm(reservation, key=reservation) for reservation in reservations)
    )

    assert [answer.status_code for answer in answers] == [201] * 5
    assert {answer.json()["totalAmount"] for answer in answers} == {75.00}


async def test_a_refused_card_gives_the_places_back(buyer, event, tier):
    reservation = await buyer.reserve(event, tier, 2)

    refused = await buyer.confirm(reservation, card=DECLINED)
    again = await buyer.confirm(reservation, card=DECLINED)

    body = refused.json()
    assert (refused.status_code, body["error"], body["code"]) == (402, "PAYMENT_FAILED", "CARD_DECLINED")
    assert body["paymentId"].startswith("pay_")
    assert (again.status_code, again.json()) == (402, body)
    states = await buyer.get(f"/api/inventory/reservations?ids={reservation}")
    assert states.json()["reservations"][0]["status"] == "CANCELLED"


@pytest.mark.parametrize("missing", ["reservationIds", "paymentMethod", "idempotencyKey"])
async def test_what_is_missing_is_named(buyer, event, tier, missing):
    reservation = await buyer.reserve(event, tier)

    answer = await buyer.confirm(reservation, **{missing: None})

    assert answer.status_code == 422
    assert missing in answer.json()["fields"]


async def test_a_card_with_a_typing_mistake_is_never_sent(buyer, event, tier):
    reservation = await buyer.reserve(event, tier)

    answer = await buyer.confirm(reservation, card="4242424242424241")

    assert answer.status_code == 422
    assert "4242424242424241" not in answer.text
    assert (await buyer.confirm(reservation)).status_code == 201


async def test_an_expired_reservation_cannot_be_booked(shop, buyer, event, tier):
    reservation = await buyer.reserve(event, tier)
    shop.clock.advance(minutes=15)

    answer = await buyer.confirm(reservation)

    assert (answer.status_code, answer.json()["code"]) == (409, "reservation_expired")


async def test_another_persons_reservation_and_booking_are_not_found(shop, client, buyer, event, tier):
    other = Buyer(shop, client)
    reservation = await buyer.reserve(event, tier)

    stolen = await other.confirm(reservation)
    booking = (await buyer.confirm(reservation)).json()["bookingId"]

    assert stolen.status_code == 404
    assert (await other.get(f"/api/bookings/{booking}")).status_code == 404
    assert (await other.post(f"/api/bookings/{booking}/cancel")).status_code == 404
    assert (await other.get("/api/bookings/me")).json() == {"bookings": []}


async def test_a_booking_shows_its_tickets(buyer, event, tier):
    booking = (await buyer.confirm(await buyer.reserve(event, tier, 2))).json()

    shown = (await buyer.get(f"/api/bookings/{booking['bookingId']}")).json()
    mine = (await buyer.get("/api/bookings/me")).json()["bookings"]

    assert [ticket["status"] for ticket in shown["tickets"]] == ["valid", "valid"]
    assert all(len(ticket["code"]) == 149 for ticket in shown["tickets"])
    assert [(entry["bookingId"], entry["status"]) for entry in mine] == [(booking["bookingId"], "CONFIRMED")]


async def test_a_paid_booking_is_cancelled_by_the_events_rule(shop, buyer):
    strict, kind = shop.event(), shop.event(refund_until_hours=24)
    kept = (await buyer.confirm(await buyer.reserve(strict, shop.tier(strict)), key="a")).json()["bookingId"]
    given_back = (await buyer.confirm(await buyer.reserve(kind, shop.tier(kind)), key="b")).json()[
        "bookingId"
    ]

    refused = await buyer.post(f"/api/bookings/{kept}/cancel")
    accepted = await buyer.post(f"/api/bookings/{given_back}/cancel")
    again = await buyer.post(f"/api/bookings/{given_back}/cancel")

    assert (refused.status_code, refused.json()["code"]) == (409, "not_cancellable")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "CANCELLED")
    assert accepted.json()["refund"]["amount"] == 45.00
    assert (again.status_code, again.json()["code"]) == (409, "not_cancellable")


async def test_a_bank_that_never_answers_is_asked_again(shop, buyer, event, tier):
    shop.runtime.cashier = replace(shop.runtime.cashier, answer_within_s=0.5)
    reservation = await buyer.reserve(event, tier)

    unknown = await buyer.confirm(reservation, card=SILENT)
    asked_again = await buyer.confirm(reservation, card=SILENT)

    assert (unknown.status_code, unknown.json()["code"]) == (503, "payment_unknown")
    assert (asked_again.status_code, asked_again.json()["code"]) == (503, "payment_unknown")


async def test_the_bank_page_confirms_a_payment(buyer, event, tier):
    reservation = await buyer.reserve(event, tier)
    pending = await buyer.confirm(reservation, card=BANK_ASKS)
    page = pending.json()["actionUrl"]

    shown = await buyer.client.get(page)
    answered = await buyer.client.post(page, data={"decision": "approve"})
    final = await buyer.confirm(reservation, card=BANK_ASKS)

    assert (pending.status_code, pending.json()["paymentStatus"]) == (202, "REQUIRES_ACTION")
    assert "€75.00" in shown.text
    assert answered.headers["location"] == f"/order/{pending.json()['bookingReference']}"
    assert (final.status_code, final.json()["paymentId"]) == (201, pending.json()["paymentId"])


async def test_a_payment_refused_at_the_bank_page_may_be_tried_again(buyer, event, tier):
    reservation = await buyer.reserve(event, tier)
    pending = await buyer.confirm(reservation, card=BANK_ASKS)
    await buyer.client.post(pending.json()["actionUrl"], data={"decision": "decline"})
    await buyer.client.post(pending.json()["actionUrl"], data={"decision": "approve"})

    booking = await buyer.get(f"/api/bookings/{pending.json()['bookingId']}")
    other_card = await buyer.confirm(reservation)

    assert (booking.json()["status"], booking.json()["paymentStatus"]) == ("PENDING", "FAILED")
    assert other_card.status_code == 201


class CancellingBank:
    """A bank that takes so long that the event is cancelled before it answers."""

    def __init__(self, shop, event):
        self._inner, self._shop, self._event = shop.runtime.cashier.gateway, shop, event

    def __getattr__(self, name):
        return getattr(self._inner, name)

    async def charge(self, order):
        charge = await self._inner.charge(order)
        self._shop.change(Event, self._event, status=EventStatus.CANCELLED)
        return charge


async def test_an_event_may_charge_when_the_places_are_confirmed(shop, buyer):
    event = shop.event(authorises_first=True)

    booked = await buyer.confirm(await buyer.reserve(event, shop.tier(event)))

    assert (booked.status_code, booked.json()["paymentStatus"]) == (201, "SUCCESS")
    assert shop.disagreements() == []


async def test_such_an_event_that_is_cancelled_meanwhile_charges_nobody(shop, buyer):
    event = shop.event(authorises_first=True)
    reservation = await buyer.reserve(event, shop.tier(event))
    shop.runtime.cashier = replace(shop.runtime.cashier, gateway=CancellingBank(shop, event))

    refused = await buyer.confirm(reservation)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_confirmed")
    assert "Nothing was charged" in refused.text
    with shop.look() as session:
        assert session.exec(select(SandboxCharge.status)).all() == ["cancelled"]
        assert session.exec(select(Refund)).all() == []
    assert shop.disagreements() == []


async def test_a_free_booking_has_no_payment(shop, buyer, event):
    reservation = await buyer.reserve(event, shop.tier(event, price_minor=0))

    answer = await buyer.confirm(reservation)

    assert answer.status_code == 201
    assert (answer.json()["totalAmount"], answer.json()["paymentId"]) == (0, "")
