"""Stripe is silent for long: to us, who call a payment off, and of what happened, when our endpoint was down for days."""

import pytest

from tests.stripe.history import asking, booked, given_back, paid, rows, status_of
from tests.stripe.shop import PRICE_MINOR
from tests.stripe.test_bad_days import strike
from tests.stripe.test_what_never_came import compared
from ticketapp.models import OrderStatus, Refund, RefundStatus, StripeDispute, StripeEvent, TierStock
from ticketapp.services.inventory.errors import SoldOut
from ticketapp.services.reporting.alarms import list_alarms

pytestmark = pytest.mark.anyio


def held(shop, tier):
    with shop.look() as session:
        return session.get_one(TierStock, tier).held


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "hold_before", "429", "500"])
async def test_nobody_else_gets_the_place_until_it_is_known_that_no_money_can_come(door, fault):
    shop = door.shop
    event = shop.event()
    tier = shop.tier(event, price_minor=PRICE_MINOR, capacity=1)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    await shop.pay_with(placed, "pm_card_threeDSecure2Required")
    strike(shop, "cancel", fault)
    strike(shop, "retrieve", "drop_before")

    shop.clock.advance(minutes=25)
    for _ in range(3):
        shop.expire_orders()
        await shop.work()
        shop.clock.advance(seconds=10)
        assert (status_of(shop, placed), held(shop, tier)) == (OrderStatus.EXPIRING, 1)
        with pytest.raises(SoldOut):
            await shop.hold(shop.person(), event, tier, 1)
    assert alarms(shop) == []
    shop.clock.advance(minutes=10)
    assert alarms(shop) == ["answers_overdue"]
    await shop.settle_down()

    assert (status_of(shop, placed), held(shop, tier)) == (OrderStatus.EXPIRED, 0)
    assert (shop.intents(), alarms(shop)) == ({"canceled": 1}, [])
    other = shop.person()
    await shop.hold(other, event, tier, 1)
    assert (await shop.pay_with(await shop.place(other))).order_status is OrderStatus.PAID
    assert shop.fake.look("sums")["charged"] == {"eur": PRICE_MINOR}
    assert shop.disagreements() == []


def alarms(shop):
    found = shop.runtime.read(lambda session, now: list_alarms(session, now=now))
    return [alarm.kind for alarm in found]


async def test_four_days_without_a_letter_are_read_from_the_list(door):
    """A payment was approved, another disputed, a refund came back, its fee was told: all of it unheard."""
    shop = door.shop
    await shop.runtime.provider_news.catch_up()
    given, charge = await paid(door)
    given_back(shop, given)
    await shop.work()
    (refund,) = shop.fake.look("objects/refund")["data"]
    shop.fake.stage(f"charges/{charge}/publish_balance")
    shop.fake.stage(f"refunds/{refund['id']}/fail")
    disputed = await shop.placed()
    await shop.pay_with(disputed)
    *_, charge = [one["id"] for one in shop.fake.look("objects/charge")["data"]]
    shop.fake.stage(f"charges/{charge}/dispute")
    approved, intent = await asking(door)
    shop.fake.stage(f"payment_intents/{intent}/authenticate", approved=True)

    shop.clock.advance(hours=96)
    shop.fake.stage("clock", advance_s=96 * 3600)
    await shop.runtime.provider_news.catch_up()
    await shop.work()

    assert {event.is_sent for event in rows(shop, StripeEvent)} == {False}
    assert [status_of(shop, one) for one in (given, disputed, approved)] == [
        OrderStatus.REFUNDED, OrderStatus.PAID, OrderStatus.PAID
    ]  # fmt: skip
    assert [one.status for one in rows(shop, Refund)] == [RefundStatus.FAILED]
    assert [one.status for one in rows(shop, StripeDispute)] == ["needs_response"]
    assert [len(booked(shop, kind)) for kind in ("sale", "fee", "refund-failed", "dispute")] == [3, 1, 1, 1]
    assert shop.disagreements() == []
    assert await compared(shop) == []
