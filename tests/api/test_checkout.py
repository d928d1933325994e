"""The checkout's own door: one order and one charge however often it is pressed, and no card anywhere."""

import asyncio
import logging
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.api import checkout
from ticketapp.core.tokens import new_token
from ticketapp.models import Order, OrderStatus, Payment, PaymentStatus, SandboxCharge
from ticketapp.models.base import SQLModel
from ticketapp.services.accounts import operations as accounts
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.ordering.operations import place_orders

GOOD, DECLINED, BANK_ASKS, SILENT = (
    "4242 4242 4242 4242",
    "4000 0000 0000 0002",
    "4000 0000 0000 3220",
    "4000 0000 0000 0119",
)


class Guest:
    """Somebody with a cookie and a cart."""

    def __init__(self, shop: Shop, client) -> None:
        self.shop, self.client = shop, client
        token = new_token()
        self.person = shop.runtime.write(
            lambda session, now: accounts.begin_guest(session, token=token, now=now)
        ).person_id
        self.cookie = {"Cookie": f"{SESSION_COOKIE}={token}"}

    async def fill(self, *, quantity: int = 2, price_minor: int = 45_00, **event) -> None:
        event_id = self.shop.event(**event)
        tier_id = self.shop.tier(event_id, price_minor=price_minor)
        await self.shop.hold(self.person, event_id, tier_id, quantity)

    async def pay(self, *, amount: int = 90_00, card: str = GOOD, **more):
        form = {
            "currency": "EUR",
            "amountMinor": amount,
            "name": "Ada Fan",
            "email": "ada@example.com",
            "cardNumber": card,
            "cardExpiry": "12 / 30",
            "cardCvc": "123",
        }
        return await self.client.post("/checkout/pay", data=form | more, headers=self.cookie)

    def orders(self) -> list[Order]:
        with self.shop.look() as session:
            return list(session.exec(select(Order).order_by(Order.created_at)))

    def payments(self) -> list[PaymentStatus]:
        with self.shop.look() as session:
            return [payment.status for payment in session.exec(select(Payment).order_by(Payment.attempt))]


@pytest.fixture
def guest(app_runtime, client) -> Guest:
    return Guest(Shop(app_runtime), client)


async def test_a_guest_pays_and_is_sent_to_the_order(guest):
    await guest.fill()

    answer = await guest.pay()

    [order] = guest.orders()
    assert (answer.status_code, answer.json()) == (200, {"next": f"/order/{order.reference}"})
    assert (order.status, order.total_minor, order.contact_email) == (
        OrderStatus.PAID,
        90_00,
        "ada@example.com",
    )


async def test_a_declined_card_keeps_the_order_for_the_next_card(guest):
    await guest.fill()

    refused = await guest.pay(card=DECLINED)
    [waiting] = guest.orders()
    paid = await guest.pay(card=GOOD)

    assert (refused.status_code, refused.json()["code"]) == (402, "payment_failed")
    assert refused.json()["detail"] == "Your bank declined this card. Nothing was charged. Try another card."
    assert waiting.status is OrderStatus.AWAITING_PAYMENT
    assert paid.json() == {"next": f"/order/{waiting.reference}"}
    assert [order.status for order in guest.orders()] == [OrderStatus.PAID]
    assert guest.payments() == [PaymentStatus.FAILED, PaymentStatus.SUCCEEDED]


async def test_pressed_twice_at_once_it_is_one_order_and_one_charge(guest):
    await guest.fill()

    answers = await asyncio.gather(*(guest.pay() for _ in range(4)))

    [order] = guest.orders()
    assert [answer.json() for answer in answers] == [{"next": f"/order/{order.reference}"}] * 4
    assert guest.payments() == [PaymentStatus.SUCCEEDED]


async def test_an_old_page_that_pays_again_leads_to_the_order(guest):
    await guest.fill()
    first = await guest.pay()

    again = await guest.pay()

    assert again.json() == first.json()
    assert guest.payments() == [PaymentStatus.SUCCEEDED]


async def test_who_pays_what_was_paid_a_moment_ago_is_led_to_it(guest, monkeypatch):
    """The other press, or a webhook, settles between this press's order and its payment."""
    await guest.fill()
    runtime = guest.shop.runtime
    grouped = runtime.grouped

    async def overtaken(decide, request):
        placed = await grouped(decide, request)
        if decide is place_orders:
            await guest.shop.pay(placed, CARDS.good)
        return placed

    monkeypatch.setattr(runtime, "grouped", overtaken)
    answer = await guest.pay()

    [order] = guest.orders()
    assert (answer.status_code, answer.json()) == (200, {"next": f"/order/{order.reference}"})
    assert (order.status, guest.payments()) == (OrderStatus.PAID, [PaymentStatus.SUCCEEDED])


async def test_an_empty_cart_is_not_an_order(guest):
    answer = await guest.pay()

    assert (answer.status_code, answer.json()["code"]) == (409, "cart_empty")
    assert guest.orders() == []


async def test_only_the_amount_on_the_button_is_charged(guest):
    await guest.fill(quantity=3)

    answer = await guest.pay(amount=90_00)

    assert (answer.status_code, answer.json()["code"]) == (409, "amount_changed")
    assert guest.payments() == []
    assert (await guest.pay(amount=135_00)).status_code == 200


async def test_every_wrong_field_is_named_at_once_and_nothing_is_ordered(guest):
    await guest.fill()

    answer = await guest.pay(
        name=" ", email="ada", delivery="courier", card="4242 4242 4242 4241", cardExpiry="1", cardCvc=""
    )

    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {
        "name",
        "email",
        "deliveryAddress",
        "cardNumber",
        "cardExpiry",
        "cardCvc",
    }
    assert "4241" not in answer.text
    assert guest.orders() == []


@pytest.mark.parametrize("expiry", ["13 / 30", "00/30", "11 / 20", "10/26", "MM / YY", "1230", "²/³"])
async def test_a_date_that_cannot_be_is_said_beside_the_field(guest, expiry):
    await guest.fill()

    answer = await guest.pay(cardExpiry=expiry)

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"cardExpiry"})


async def test_the_bank_may_want_to_ask(guest):
    await guest.fill()

    answer = await guest.pay(card=BANK_ASKS)

    assert re.fullmatch(r"/sandbox/3ds/pay_[0-9a-f]+", answer.json()["next"])
    assert guest.payments() == [PaymentStatus.NEEDS_ACTION]


async def test_a_silent_bank_is_waited_for_on_the_orders_page(guest):
    runtime = guest.shop.runtime
    runtime.cashier = replace(runtime.cashier, answer_within_s=0.5)
    await guest.fill()

    answer = await guest.pay(card=SILENT)

    [order] = guest.orders()
    assert answer.json() == {"next": f"/order/{order.reference}"}
    assert (order.status, order.paying_at is not None) == (OrderStatus.AWAITING_PAYMENT, True)
    assert (await guest.pay()).json() == answer.json()
    assert guest.payments() == [PaymentStatus.STARTED]


async def test_a_slow_bank_goes_on_after_the_answer(guest, monkeypatch):
    monkeypatch.setattr(checkout, "ANSWER_WITHIN_S", 0)
    await guest.fill()

    answer = await guest.pay()
    await asyncio.gather(*checkout._unfinished)

    [order] = guest.orders()
    assert answer.json() == {"next": f"/order/{order.reference}"}
    assert order.status is OrderStatus.PAID


async def test_a_free_order_needs_no_card(guest):
    await guest.fill(price_minor=0)

    answer = await guest.pay(amount=0, card="", cardExpiry="", cardCvc="")

    [order] = guest.orders()
    assert answer.json() == {"next": f"/order/{order.reference}"}
    assert (order.status, order.total_minor, guest.payments()) == (OrderStatus.PAID, 0, [])


async def test_where_guests_may_not_order_nothing_is_ordered(guest):
    await guest.fill(allows_guests=False)

    answer = await guest.pay()

    assert (answer.status_code, answer.json()["code"]) == (403, "account_needed")
    assert guest.orders() == []


async def test_another_site_cannot_make_a_browser_pay(guest):
    await guest.fill()

    guest.cookie["Sec-Fetch-Site"] = "cross-site"
    answer = await guest.pay()

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")
    assert guest.orders() == []


@pytest.mark.parametrize(
    "wrong", [{"amountMinor": "-1"}, {"amountMinor": "x"}, {"currency": "EURO"}, {"delivery": "pigeon"}]
)
async def test_nonsense_is_refused_without_an_echo_of_the_card(guest, wrong):
    await guest.fill()

    answer = await guest.pay(**wrong)

    assert answer.status_code == 422
    assert "4242" not in answer.text
    assert guest.orders() == []


async def test_no_card_is_kept_or_logged(guest, caplog):
    caplog.set_level(logging.DEBUG)
    await guest.fill()
    await guest.pay(card=DECLINED)
    await guest.pay(card=GOOD)

    with guest.shop.look() as session:
        kept = [
            str(row) for table in SQLModel.metadata.sorted_tables for row in session.execute(sa.select(table))
        ]
        assert len(session.exec(select(SandboxCharge)).all()) == 2

    for number in ("4242424242424242", "4000000000000002", GOOD, DECLINED):
        assert not any(number in row for row in kept)
        assert number not in caplog.text
