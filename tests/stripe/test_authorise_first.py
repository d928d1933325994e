"""Manual capture at Stripe: authorised, confirmed, captured once, or let go without a refund."""

import asyncio

import pytest
from sqlmodel import select

from tests.stripe.history import booked, deliver, rows, status_of
from tests.stripe.shop import PRICE_MINOR
from ticketapp.models import (
    Event,
    EventStatus,
    Hold,
    HoldStatus,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    StripeEvent,
    Ticket,
)
from ticketapp.services.reporting.audit_provider import compare_with_provider

pytestmark = pytest.mark.anyio
CAPTURE = "/v1/payment_intents/*/capture"
FAULTS = {
    "drop_before": {"kind": "drop_before"},
    "drop_after": {"kind": "drop_after"},
    "hold_before": {"kind": "hold_before"},
    "hold_after": {"kind": "hold_after"},
    "429": {"kind": "status", "status": 429},
    "409": {"kind": "status", "status": 409},
    "500": {"kind": "status", "status": 500},
    "500 after it happened": {"kind": "status", "status": 500, "executes": True},
}


async def placed_first(shop):
    """An order for the only place of an event that authorises first: (event, tier, placed)."""
    event = shop.event(authorises_first=True)
    tier = shop.tier(event, price_minor=PRICE_MINOR, capacity=1)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    return event, tier, await shop.place(person)


def fail(shop, path, *, times=1000, **fault):
    shop.fake.stage("faults", method="POST", path=path, times=times, **fault)


async def authorised(shop):
    """An order whose capture is lost on its way: (event, tier, placed, the PaymentIntent's id)."""
    event, tier, placed = await placed_first(shop)
    fail(shop, CAPTURE, kind="drop_before")
    said = await shop.pay_with(placed)
    assert (said.status, shop.intents()) == (PaymentStatus.AUTHORISED, {"requires_capture": 1})
    shop.fake.end_all_faults()
    return event, tier, placed, said.payment_ref


def happened(shop, kind):
    return sum(event["type"] == kind for event in shop.fake.look("objects/event")["data"])


async def books_agree(shop):
    """Compare with our own facts and with Stripe's books."""
    books = await shop.gateway.facts.books()
    found = shop.runtime.read(
        lambda session, _now: compare_with_provider(session, provider="stripe", books=books)
    )
    return shop.disagreements() == [] and found == []


def nothing_was_charged(shop):
    seen = shop.fake.look("sums")
    return (seen["charged"], seen["balance"], seen["payable"], shop.count("refund"), rows(shop, Refund)) == (
        {}, {}, [], 0, []
    )  # fmt: skip


async def test_the_money_is_taken_when_the_places_are_confirmed(door):
    _, _, placed = await placed_first(door.shop)

    said = await door.shop.pay_with(placed)
    await deliver(door, "charge.captured", "payment_intent.succeeded")

    assert (said.order_status, door.shop.intents()) == (OrderStatus.PAID, {"succeeded": 1})
    assert happened(door.shop, "charge.captured") == 1
    assert [amount for *_, amount in booked(door.shop, "sale", "fee")] == [
        PRICE_MINOR,
        door.shop.fake.look("sums")["fees"]["eur"],
    ]
    assert await books_agree(door.shop)


async def test_it_is_only_authorised_until_then_and_a_job_goes_on(door):
    _, _, placed, _ = await authorised(door.shop)
    with door.shop.look() as session:
        assert session.get_one(Order, placed.order_id).confirmed_at == door.shop.now
    assert (rows(door.shop, Ticket), door.shop.fake.look("sums")["charged"]) == ([], {})

    door.shop.clock.advance(seconds=30)
    await door.shop.work()

    assert (status_of(door.shop, placed), len(rows(door.shop, Ticket))) == (OrderStatus.PAID, 1)
    assert door.shop.fake.look("sums")["charged"] == {"eur": PRICE_MINOR}
    assert await books_agree(door.shop)


async def test_the_webhook_comes_before_the_answer_and_ten_times(door):
    _, _, placed = await placed_first(door.shop)
    fail(door.shop, "/v1/payment_intents/*/confirm", kind="drop_after", times=1)
    said = await door.shop.pay_with(placed)
    assert (said.status, door.shop.intents()) == (PaymentStatus.STARTED, {"requires_capture": 1})

    (event,) = door.events("payment_intent.amount_capturable_updated")
    await asyncio.gather(*(door.tell(event) for _ in range(10)))
    await door.shop.work()
    await deliver(
        door, "payment_intent.succeeded", "charge.captured", "payment_intent.amount_capturable_updated"
    )

    assert (status_of(door.shop, placed), happened(door.shop, "charge.captured")) == (OrderStatus.PAID, 1)
    assert {event.handled_at is not None for event in rows(door.shop, StripeEvent)} == {True}
    assert await books_agree(door.shop)


@pytest.mark.parametrize("fault", FAULTS)
async def test_however_the_capture_goes_wrong_it_happens_once(door, fault):
    _, _, placed = await placed_first(door.shop)
    fail(door.shop, CAPTURE, **FAULTS[fault])
    if fault.startswith("hold"):
        door.shop.hurry()

    await door.shop.pay_with(placed)
    door.shop.clock.advance(minutes=16)
    door.shop.expire_orders()
    await door.shop.work()
    with door.shop.look() as session:
        hold = session.exec(select(Hold.status)).one()
    assert hold is (
        HoldStatus.CONFIRMED if status_of(door.shop, placed) is OrderStatus.PAID else HoldStatus.LIVE
    )
    await door.shop.settle_down()

    assert (status_of(door.shop, placed), happened(door.shop, "charge.captured")) == (OrderStatus.PAID, 1)
    seen = door.shop.fake.look("sums")
    assert (seen["charged"], seen["payable"], door.shop.count("refund")) == ({"eur": PRICE_MINOR}, [], 0)
    assert await books_agree(door.shop)


async def test_a_bank_that_refuses_at_the_capture_leaves_the_order_payable(door):
    _, _, placed, intent = await authorised(door.shop)
    door.shop.fake.stage(f"payment_intents/{intent}/refuse")

    said = await door.shop.runtime.cashier.ask(rows(door.shop, Payment)[0].key)

    assert (said.status, said.error_code, said.order_status) == (
        PaymentStatus.FAILED,
        "CARD_DECLINED",
        OrderStatus.AWAITING_PAYMENT,
    )
    assert nothing_was_charged(door.shop)
    assert (await door.shop.pay_with(placed)).order_status is OrderStatus.PAID
    assert door.shop.fake.look("sums")["charged"] == {"eur": PRICE_MINOR}
    assert await books_agree(door.shop)


@pytest.mark.parametrize(
    ("minutes", "order", "hold"),
    [
        (1, OrderStatus.AWAITING_PAYMENT, HoldStatus.LIVE),
        (16, OrderStatus.EXPIRED, HoldStatus.EXPIRED),
    ],
)
async def test_an_authorisation_that_ran_out_gives_the_order_back_its_own_time(door, minutes, order, hold):
    _, _, placed, intent = await authorised(door.shop)
    door.shop.clock.advance(minutes=minutes)
    door.shop.expire_orders()
    assert status_of(door.shop, placed) is OrderStatus.AWAITING_PAYMENT
    door.shop.fake.stage(f"payment_intents/{intent}/lapse")

    await deliver(door, "payment_intent.canceled", "charge.refunded")
    door.shop.expire_orders()

    assert rows(door.shop, Payment)[0].status is PaymentStatus.CANCELLED
    assert (status_of(door.shop, placed), rows(door.shop, Hold)[0].status) == (order, hold)
    assert nothing_was_charged(door.shop)
    assert await books_agree(door.shop)


async def test_an_event_that_was_cancelled_meanwhile_lets_go(door):
    event, _, placed, _ = await authorised(door.shop)
    door.shop.change(Event, event, status=EventStatus.CANCELLED)

    await deliver(door, "payment_intent.amount_capturable_updated")
    await deliver(door, "payment_intent.canceled", "charge.refunded")

    assert (status_of(door.shop, placed), door.shop.intents()) == (OrderStatus.CANCELLED, {"canceled": 1})
    assert rows(door.shop, Payment)[0].status is PaymentStatus.CANCELLED
    assert nothing_was_charged(door.shop)
    assert {event.handled_at is not None for event in rows(door.shop, StripeEvent)} == {True}
    assert await books_agree(door.shop)


async def test_what_is_authorised_for_an_order_that_has_ended_is_let_go(door):
    event, tier, placed = await placed_first(door.shop)
    said = await door.shop.pay_with(placed, "pm_card_threeDSecure2Required")
    door.shop.fake.stage("faults", kind="status", status=500, method="*", path="/v1/*", times=1000)
    for _ in range(2):
        door.shop.clock.advance(hours=1)
        door.shop.expire_orders()
        await door.shop.work()
    door.shop.fake.end_all_faults()
    assert status_of(door.shop, placed) is OrderStatus.EXPIRED
    await door.shop.hold(door.shop.person(), event, tier, 1)
    door.shop.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=True)

    await deliver(door, "payment_intent.amount_capturable_updated")

    assert (status_of(door.shop, placed), door.shop.intents()) == (OrderStatus.EXPIRED, {"canceled": 1})
    assert nothing_was_charged(door.shop)
    assert await books_agree(door.shop)


async def test_who_authorised_in_time_gets_the_places_although_nobody_had_heard(door):
    _, _, placed = await placed_first(door.shop)
    said = await door.shop.pay_with(placed, "pm_card_threeDSecure2Required")
    door.shop.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=True)

    door.shop.clock.advance(minutes=25)
    door.shop.expire_orders()
    assert status_of(door.shop, placed) is OrderStatus.EXPIRING
    await door.shop.work()

    assert (status_of(door.shop, placed), door.shop.intents()) == (OrderStatus.PAID, {"succeeded": 1})
    assert await books_agree(door.shop)


@pytest.mark.concurrency
@pytest.mark.parametrize("first", ["ends", "hears"])
async def test_the_end_of_the_time_and_the_authorisation_at_once_have_one_end(door, first):
    _, _, placed = await placed_first(door.shop)
    said = await door.shop.pay_with(placed, "pm_card_threeDSecure2Required")
    door.shop.clock.advance(minutes=25)
    door.shop.expire_orders()
    door.shop.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=True)
    cashier = door.shop.runtime.cashier
    key = rows(door.shop, Payment)[0].key
    acts = {"ends": lambda: cashier.call_off(key), "hears": lambda: cashier.hear(key)}

    await asyncio.gather(acts.pop(first)(), *(act() for act in acts.values()))
    await door.shop.settle_down()

    is_paid = status_of(door.shop, placed) is OrderStatus.PAID
    assert is_paid or status_of(door.shop, placed) is OrderStatus.EXPIRED
    assert door.shop.intents() == {"succeeded" if is_paid else "canceled": 1}
    assert door.shop.fake.look("sums")["charged"] == ({"eur": PRICE_MINOR} if is_paid else {})
    assert (len(rows(door.shop, Ticket)), door.shop.count("refund")) == (int(is_paid), 0)
    assert await books_agree(door.shop)
