"""With Stripe the doors take the payment form's token, and never a card."""

import pytest
from sqlmodel import select

from tests.api.buyer import Buyer
from tests.api.test_checkout import Guest
from tests.stripe.shop import PRICE_MINOR
from ticketapp.models import Order, Payment, PaymentStatus

pytestmark = pytest.mark.anyio
CARD = "4242424242424242"


@pytest.fixture
async def buyer(door):
    return Buyer(door.shop, door.client)


@pytest.fixture
async def guest(door):
    return Guest(door.shop, door.client)


async def confirm(buyer, **method):
    event = buyer.shop.event()
    reservation = await buyer.reserve(event, buyer.shop.tier(event, price_minor=PRICE_MINOR))
    return await buyer.confirm(reservation, paymentMethod={"type": "card"} | method)


async def check_out(guest, **form):
    await guest.fill(quantity=1)
    told = {"cardNumber": "", "cardExpiry": "", "cardCvc": ""} | form
    return await guest.pay(amount=PRICE_MINOR, card=told.pop("cardNumber"), **told)


def payments(shop):
    with shop.look() as session:
        return [(payment.provider, payment.status) for payment in session.exec(select(Payment))]


async def test_a_booking_is_paid_with_a_token(door, buyer):
    answer = await confirm(buyer, token=door.shop.fake.token())

    assert (answer.status_code, answer.json()["status"]) == (201, "CONFIRMED")
    assert payments(door.shop) == [("stripe", PaymentStatus.SUCCEEDED)]
    assert door.shop.fake.look("sums")["charged"] == {"eur": PRICE_MINOR}


async def test_an_answer_that_never_came_is_asked_for_under_the_same_key(door, buyer):
    token = door.shop.fake.token()
    event = buyer.shop.event()
    reservation = await buyer.reserve(event, buyer.shop.tier(event, price_minor=PRICE_MINOR))
    method = {"paymentMethod": {"type": "card", "token": token}}
    door.shop.fake.stage("faults", kind="drop_after", method="POST", path="/v1/payment_intents/*/confirm")

    unknown = await buyer.confirm(reservation, **method)
    meanwhile = await buyer.get(f"/api/events/{event}/availability")
    paid, again = [await buyer.confirm(reservation, **method) for _ in range(2)]

    assert (unknown.status_code, unknown.json()["code"]) == (503, "payment_unknown")
    assert meanwhile.json()["available"] == 99
    assert (paid.status_code, again.status_code, again.content) == (201, 200, paid.content)
    assert door.shop.fake.look("sums")["charged"] == {"eur": PRICE_MINOR}
    assert door.shop.intents() == {"succeeded": 1}


async def test_a_declined_token_frees_the_places(door, buyer):
    answer = await confirm(buyer, token=door.shop.fake.token("pm_card_chargeDeclinedExpiredCard"))

    assert (answer.status_code, answer.json()["code"]) == (402, "EXPIRED_CARD")
    assert door.shop.intents() == {"canceled": 1}
    assert door.shop.disagreements() == []


async def test_a_token_that_was_used_before_pays_nothing(door, buyer):
    token = door.shop.fake.token()
    await confirm(buyer, token=token)
    second = Buyer(door.shop, door.client)

    answer = await confirm(second, token=token)

    assert (answer.status_code, answer.json()["code"]) == (402, "TOKEN_REFUSED")
    assert door.shop.intents() == {"succeeded": 1, "canceled": 1}


async def test_a_bank_that_asks_is_where_the_answer_leads(door, buyer):
    answer = await confirm(buyer, token=door.shop.fake.token("pm_card_threeDSecure2Required"))
    asked = await door.client.get(answer.json()["actionUrl"])

    assert (answer.status_code, answer.json()["paymentStatus"]) == (202, "REQUIRES_ACTION")
    assert f'data-secret="{answer.json()["paymentId"]}_secret_' in asked.text


@pytest.mark.parametrize("method", [{"cardNumber": CARD}, {"cardNumber": CARD, "token": "ctoken_1"}, {}])
async def test_a_booking_takes_no_card_and_nothing_is_begun(door, buyer, method):
    answer = await confirm(buyer, **method)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert CARD not in answer.text
    assert (payments(door.shop), door.shop.count("payment_intent")) == ([], 0)


async def test_the_checkout_is_paid_with_a_token(door, guest):
    answer = await check_out(guest, paymentToken=door.shop.fake.token())

    with door.shop.look() as session:
        order = session.exec(select(Order)).one()
    assert (answer.status_code, answer.json()) == (200, {"next": f"/order/{order.reference}"})
    assert payments(door.shop) == [("stripe", PaymentStatus.SUCCEEDED)]


@pytest.mark.parametrize("form", [{"cardNumber": CARD}, {"cardCvc": "123", "paymentToken": "ctoken_1"}, {}])
async def test_the_checkout_takes_no_card_and_nothing_is_begun(door, guest, form):
    answer = await check_out(guest, **form)

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["paymentToken"])
    assert (payments(door.shop), door.shop.count("payment_intent")) == ([], 0)


async def test_the_sandboxes_own_doors_are_closed(door):
    for path in ("/api/payment/process", "/sandbox/3ds/pay_1"):
        assert (await door.client.post(path, json={})).status_code in (404, 405)
