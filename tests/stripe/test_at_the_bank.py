"""3-D Secure: the way to the bank and back, and what happens when the time runs out meanwhile."""

from collections import Counter

import httpx
import pytest
from sqlmodel import select

from tests.stripe.history import asking, rows, status_of
from tests.stripe.shop import PRICE_MINOR
from ticketapp.models import (
    Hold,
    HoldStatus,
    Job,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    TierStock,
)
from ticketapp.services.payments.receipt import get_receipt

pytestmark = pytest.mark.anyio


def answer(door, intent, *, approved):
    """Answer at the bank's own page and give the address that it sends the browser to, if it does."""
    decision = {"decision": "approve" if approved else "refuse"}
    return httpx.post(f"{door.shop.fake.url}/3ds/{intent}", data=decision).headers.get("location")


def receipt(door, placed):
    with door.shop.look() as session:
        person = session.get_one(Order, placed.order_id).person_id
    actor = door.shop.actor(person)
    return door.shop.runtime.read(
        lambda session, now: get_receipt(session, actor=actor, reference=placed.reference, now=now)
    )


async def test_a_bank_with_a_page_of_its_own_is_where_the_order_leads_and_it_leads_back(door):
    placed = await door.shop.placed()
    said = await door.shop.pay_with(placed, **{"payment_method_data[type]": "ideal"})
    shown = receipt(door, placed)
    (payment,) = rows(door.shop, Payment)

    sent = await door.client.get(shown.bank_url)
    back = answer(door, said.payment_ref, approved=True)

    assert shown.bank_url == f"/payment/{payment.id}/bank"
    assert (sent.status_code, sent.headers["location"]) == (
        303,
        f"{door.shop.fake.url}/3ds/{said.payment_ref}",
    )
    assert back.startswith(
        f"https://tickets.example/order/{placed.reference}/back?payment_intent={said.payment_ref}&"
    )


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("TK-2026-ABCDEFGH", "/order/TK-2026-ABCDEFGH"),
        ("TK%0D%0ASet-Cookie:%20a=b", "/order/TK%0D%0ASet-Cookie%3A%20a%3Db"),
        ("%5C%5Cevil.example", "/order/%5C%5Cevil.example"),
        ("a%3Fb%23c%25d", "/order/a%3Fb%23c%25d"),
    ],
)
async def test_what_the_address_says_of_a_payment_is_left_behind_on_the_way_back(door, asked, led_to):
    back = await door.client.get(f"/order/{asked}/back?payment_intent=pi_1&payment_intent_client_secret=s")

    assert (back.status_code, back.headers["location"]) == (303, led_to)
    assert (back.headers["cache-control"], back.headers["referrer-policy"]) == ("no-store", "no-referrer")


async def test_the_bank_of_a_card_asks_on_a_page_of_ours_that_nobody_keeps(door):
    placed, intent = await asking(door)
    (made,) = door.shop.fake.look("objects/payment_intent")["data"]

    page = await door.client.get(receipt(door, placed).bank_url)

    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    for told in (
        f'data-script="{door.shop.fake.url}/endive/stripe.js"',
        'data-key="pk_test_rehearsal"',
        f'data-secret="{made["client_secret"]}"',
        f'data-order="/order/{placed.reference}"',
        "<strong>€45.00</strong>",
    ):
        assert page.text.count(told) == 1, told
    assert "sk_test" not in page.text
    assert intent in made["client_secret"]


@pytest.mark.parametrize(
    ("approved", "payment", "order"),
    [
        (True, PaymentStatus.SUCCEEDED, OrderStatus.PAID),
        (False, PaymentStatus.FAILED, OrderStatus.AWAITING_PAYMENT),
    ],
)
async def test_who_comes_back_is_told_what_the_provider_says(door, approved, payment, order):
    placed, intent = await asking(door)
    answer(door, intent, approved=approved)

    await door.shop.runtime.cashier.ask_about(placed.order_id)

    assert (rows(door.shop, Payment)[0].status, status_of(door.shop, placed)) == (payment, order)
    assert door.shop.disagreements() == []


async def test_the_way_to_the_bank_ends_at_the_order_once_it_was_answered(door):
    placed, intent = await asking(door)
    path = receipt(door, placed).bank_url
    answer(door, intent, approved=True)

    first, again = [await door.client.get(path) for _ in range(2)]

    assert {page.headers["location"] for page in (first, again)} == {f"/order/{placed.reference}"}
    assert status_of(door.shop, placed) is OrderStatus.PAID


@pytest.mark.parametrize("path", ["nothing", "00000000-0000-0000-0000-000000000000"])
async def test_a_payment_that_is_not_there_leads_nowhere(door, path):
    assert (await door.client.get(f"/payment/{path}/bank")).status_code == 404


async def test_when_the_time_is_up_the_question_is_withdrawn_before_the_places_are_free(door):
    placed, intent = await asking(door)
    door.shop.clock.advance(minutes=15)
    door.shop.expire_orders()
    assert (door.shop.intents(), status_of(door.shop, placed)) == (
        {"requires_action": 1},
        OrderStatus.AWAITING_PAYMENT,
    )
    door.shop.clock.advance(minutes=10)
    door.shop.expire_orders()
    await door.shop.work()

    assert answer(door, intent, approved=True) is None
    assert (door.shop.intents(), status_of(door.shop, placed)) == ({"canceled": 1}, OrderStatus.EXPIRED)
    assert door.shop.fake.look("sums")["charged"] == {}


async def test_who_approved_in_time_keeps_the_places_although_nobody_had_heard(door):
    placed, intent = await asking(door)
    answer(door, intent, approved=True)

    door.shop.clock.advance(minutes=25)
    door.shop.expire_orders()
    await door.shop.work()

    assert status_of(door.shop, placed) is OrderStatus.PAID
    assert door.shop.disagreements() == []


async def test_who_answers_past_the_end_of_the_hold_keeps_the_places(door):
    placed, intent = await asking(door)
    door.shop.clock.advance(minutes=20)
    door.shop.expire_orders()
    answer(door, intent, approved=True)

    await door.shop.runtime.cashier.ask_about(placed.order_id)

    assert status_of(door.shop, placed) is OrderStatus.PAID
    assert door.shop.disagreements() == []


async def late(door, *, is_taken):
    """Money that arrives when the order has long ended, because Stripe could not be reached: the same places, or a refund."""
    event = door.shop.event()
    tier = door.shop.tier(event, price_minor=PRICE_MINOR, capacity=1)
    person = door.shop.person()
    await door.shop.hold(person, event, tier, 1)
    placed = await door.shop.place(person)
    said = await door.shop.pay_with(placed, "pm_card_threeDSecure2Required")
    door.shop.fake.stage("faults", kind="status", status=500, method="*", path="/v1/*", times=1000)
    for _ in range(2):
        door.shop.clock.advance(hours=1)
        door.shop.expire_orders()
        await door.shop.work()
    assert status_of(door.shop, placed) is OrderStatus.EXPIRED
    door.shop.fake.end_all_faults()
    if is_taken:
        await door.shop.hold(door.shop.person(), event, tier, 1)
    answer(door, said.payment_ref, approved=True)
    for told in door.events("payment_intent.succeeded"):
        for _ in range(3):
            await door.tell(told)
    await door.shop.work()
    await door.shop.settle_down()
    return placed, tier


async def test_money_that_comes_late_takes_the_same_places_if_they_are_free(door):
    placed, tier = await late(door, is_taken=False)

    assert status_of(door.shop, placed) is OrderStatus.PAID
    with door.shop.look() as session:
        assert session.get_one(TierStock, tier).sold == 1
        assert session.exec(select(Hold.status)).all() == [HoldStatus.CONFIRMED]
    assert (rows(door.shop, Refund), door.shop.count("refund")) == ([], 0)
    assert door.shop.disagreements() == []


async def test_money_that_comes_too_late_goes_back_once(door):
    placed, _ = await late(door, is_taken=True)

    assert status_of(door.shop, placed) is OrderStatus.REFUNDED
    assert [(refund.status, refund.amount_minor) for refund in rows(door.shop, Refund)] == [
        (RefundStatus.DONE, PRICE_MINOR)
    ]
    assert (door.shop.count("refund"), door.shop.fake.look("sums")["refunded"]) == (1, {"eur": PRICE_MINOR})
    letters = Counter(job.payload["about"] for job in rows(door.shop, Job) if job.kind == "order-mail")
    assert letters == {"expired": 1, "refunded": 1}
    assert door.shop.disagreements() == []
