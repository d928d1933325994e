"""Figures for Prometheus: each thing done once is counted once, before and after the tallies were moved on."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api.buyer import BANK_ASKS, DECLINED, Buyer
from tests.buying import CARDS, Shop
from tests.carts import expire
from tests.harness.api import guarded_api
from ticketapp.api import metrics
from ticketapp.integrations.payments import Charge, ChargeStatus
from ticketapp.models import Event, EventStatus
from ticketapp.services.payments.operations import settle
from ticketapp.services.reporting.tallies import count_on, get_tallies

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


@pytest.fixture
async def buyer(shop, settings, monkeypatch):
    monkeypatch.setattr(metrics, "READ_EVERY_S", -1)
    transport = httpx.ASGITransport(guarded_api(settings, shop.runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield Buyer(shop, client)


async def do_each_thing_once(shop, buyer):
    """Buy and give back, be declined, be asked by the bank and called off, run out, and pay too late."""
    event = shop.event(refund_until_hours=24)
    tier = shop.tier(event, price_minor=50_00, capacity=10)
    bought = await buyer.confirm(await buyer.reserve(event, tier, 2), key="bought")
    kept = await buyer.confirm(await buyer.reserve(event, tier), key="kept")
    declined = await buyer.confirm(await buyer.reserve(event, tier), key="declined", card=DECLINED)
    asked = await buyer.confirm(await buyer.reserve(event, tier), key="asked", card=BANK_ASKS)
    back = await buyer.post(f"/api/bookings/{bought.json()['bookingId']}/cancel")
    called_off = await buyer.post(f"/api/bookings/{asked.json()['bookingId']}/cancel")
    assert [a.status_code for a in (bought, kept, declined, asked, back, called_off)] == [
        201, 201, 402, 202, 200, 200,
    ]  # fmt: skip
    await shop.work()
    await pay_too_late(shop)
    await shop.hold(shop.person(), event, tier, 1)
    shop.clock.advance(minutes=15)
    expire(shop.runtime)


async def pay_too_late(shop):
    event, person = shop.event(), shop.person()
    await shop.hold(person, event, shop.tier(event, capacity=1), 1)
    placed = await shop.place(person)
    said = await shop.pay(placed, CARDS.bank_asks)
    shop.change(Event, event, status=EventStatus.CANCELLED)
    key = f"order:{placed.order_id}:attempt:1"
    charge = Charge(key, said.payment_ref, ChargeStatus.SUCCEEDED, placed.total_minor, placed.currency)
    assert shop.runtime.grouped_blocking(settle, charge).is_returned


async def figures(buyer):
    answer = await buyer.get("/metrics")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


COUNTERS = {
    ("ticketapp_orders_created_total",): 5,
    ("ticketapp_orders_total", "placed"): 5,
    ("ticketapp_orders_total", "paid"): 2,
    ("ticketapp_orders_total", "cancelled"): 2,
    ("ticketapp_orders_total", "refunded"): 1,
    ("ticketapp_orders_total", "paid_but_no_hold"): 1,
    ("ticketapp_payments_total", "succeeded"): 3,
    ("ticketapp_payments_total", "failed"): 1,
    ("ticketapp_payments_total", "cancelled"): 1,
    ("ticketapp_refunds_total", "asked"): 1,
    ("ticketapp_compensations_total", "places_released"): 1,
    ("ticketapp_compensations_total", "money_returned"): 1,
    ("ticketapp_expiries_total",): 1,
    ("ticketapp_holds_total", "made"): 6,
    ("ticketapp_holds_total", "expired"): 1,
    ("ticketapp_booking_seconds_count",): 4,
}
GAUGES = {
    ("ticketapp_orders_open",): 0,
    ("ticketapp_places_held",): 0,
    ("ticketapp_places_sold",): 1,
    ("ticketapp_capacity_used_ratio",): 1 / 11,
    ("ticketapp_jobs_parked",): 0,
}


async def test_each_thing_that_happens_once_is_counted_once(shop, buyer):
    await do_each_thing_once(shop, buyer)

    seen = await figures(buyer)

    assert {name: seen[name] for name in COUNTERS | GAUGES} == COUNTERS | GAUGES
    # 3 of 4 payments succeeded, a quarter of an hour ago: lately there were none.
    assert seen["ticketapp_payment_success_ratio",] == 1


async def test_the_success_ratio_is_that_of_the_last_five_minutes(shop, buyer):
    event = shop.event()
    tier = shop.tier(event)
    for number, card in enumerate([CARDS.good, CARDS.declined, CARDS.good, CARDS.good]):
        await buyer.confirm(await buyer.reserve(event, tier), key=str(number), card=card.number)
    now = (await figures(buyer))["ticketapp_payment_success_ratio",]
    shop.clock.advance(minutes=5)

    assert (now, (await figures(buyer))["ticketapp_payment_success_ratio",]) == (0.75, 1)


async def test_moving_the_tallies_on_changes_no_figure(shop, buyer):
    await do_each_thing_once(shop, buyer)
    happened = tallies(shop)
    shop.runtime.write(lambda session, now: count_on(session, now=now))
    in_part = tallies(shop)
    shop.clock.advance(seconds=61)
    for _ in range(3):
        shop.runtime.write(lambda session, now: count_on(session, now=now))

    assert happened == in_part == tallies(shop)
    assert happened["order.cancelled:payment_failed"] == 1
    seen = await figures(buyer)
    assert {name: seen[name] for name in COUNTERS} == COUNTERS


def tallies(shop):
    return shop.runtime.read(lambda session, now: get_tallies(session))
