"""`ticketapp worker`: background jobs alone, stopped politely or killed in the middle."""

import asyncio
from datetime import timedelta

import pytest

from tests.buying import Shop
from tests.harness.waiting import until
from tests.harness.worker import Worker
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.models import Order, OrderStatus, TierStock
from ticketapp.runtime import Runtime


@pytest.fixture
def shop(any_database_url):
    runtime = Runtime(clock=SystemClock(), database=open_database(any_database_url))
    yield Shop(runtime)
    runtime.close()


@pytest.fixture
def worker(any_database_url, tmp_path):
    started = []

    def start() -> Worker:
        started.append(Worker(tmp_path, {"database_url": any_database_url}).start())
        return started[-1]

    yield start
    for process in started:
        process.close()


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


def test_a_worker_ends_orders_and_stops_when_told(shop, worker):
    process = worker()
    order_id, tier = late_order(shop)

    until(lambda: has_expired(shop, order_id, tier), within_s=20, what="the order expires")

    assert process.stop() == 0
    assert shop.disagreements() == []


def test_a_killed_worker_is_replaced_by_the_next(shop, worker):
    worker().kill9()
    order_id, tier = late_order(shop)

    worker()

    until(lambda: has_expired(shop, order_id, tier), within_s=20, what="the order expires")
    assert shop.disagreements() == []
