"""`ticketapp worker`: background jobs alone, stopped politely or killed in the middle."""

import asyncio
from datetime import timedelta

import pytest

from tests.buying import Shop
from tests.harness.waiting import until
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.models import Order, OrderStatus, TierStock
from ticketapp.runtime import Runtime


@pytest.fixture
def shop(any_database_url):
    runtime = Runtime(clock=SystemClock(), database=open_database(any_database_url))
    yield Shop(runtime)
    runtime.close()


def late_order(shop: Shop):
    """An order whose time is up: (order, tier)."""
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()

    async def place():
        await shop.hold(person, event, tier, 2)
        return await shop.place(person)

    placed = asyncio.run(place())

    def age(session, now) -> None:
        order = session.get_one(Order, placed.order_id)
        order.expires_at = now - timedelta(seconds=1)

    shop.runtime.write(age)
    return placed.order_id, tier


def has_expired(shop: Shop, order_id, tier) -> bool:
    with shop.look() as session:
        order = session.get_one(Order, order_id)
        return order.status is OrderStatus.EXPIRED and session.get_one(TierStock, tier).held == 0


def test_a_worker_ends_orders_and_stops_when_told(shop, any_database_url, start_worker):
    process = start_worker(any_database_url)
    order_id, tier = late_order(shop)

    until(lambda: has_expired(shop, order_id, tier), within_s=60, what="the order expires")

    assert process.stop() == 0
    assert shop.disagreements() == []


def test_a_killed_worker_is_replaced_by_the_next(shop, any_database_url, start_worker):
    start_worker(any_database_url).kill9()
    order_id, tier = late_order(shop)

    start_worker(any_database_url)

    until(lambda: has_expired(shop, order_id, tier), within_s=60, what="the order expires")
    assert shop.disagreements() == []
