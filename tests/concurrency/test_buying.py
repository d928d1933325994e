"""Many at once: workers that share jobs, presses of one button, buyers of the last place."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import func, select

from tests.buying import ADA, CARDS, Shop
from tests.racing import race
from ticketapp.core.errors import Conflict
from ticketapp.jobs.runner import Runner
from ticketapp.models import Order, OrderStatus, Payment, Ticket
from ticketapp.runtime import Runtime
from ticketapp.services.messaging import jobs
from ticketapp.services.messaging.jobs import NewJob
from ticketapp.services.ordering.operations import place_orders
from ticketapp.services.ordering.requests import PlaceOrder
from ticketapp.services.payments.operations import start_payments
from ticketapp.services.payments.requests import StartPayment

pytestmark = [pytest.mark.anyio, pytest.mark.concurrency]


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


def count(shop, model, *conditions):
    with shop.look() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


async def test_workers_share_jobs_and_each_is_done_once(shop):
    done: list[str] = []

    async def note(_runtime: Runtime, payload) -> timedelta | None:
        await asyncio.to_thread(done.append, payload["n"])
        return None

    rows = [NewJob("test", f"job-{n}", {"n": n}, shop.now) for n in range(60)]
    shop.runtime.write(lambda session, now: jobs.enqueue_many(session, rows))
    runners = [Runner(shop.runtime, {"test": note}) for _ in range(4)]

    async def empty(runner: Runner) -> None:
        while await runner.run_jobs():
            pass

    await asyncio.gather(*(empty(runner) for runner in runners))

    assert sorted(done) == list(range(60))


async def test_a_button_pressed_by_six_tabs_makes_one_order(shop):
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 2)
    contact = PlaceOrder(person, ADA, currency="EUR")

    orders = race(
        lambda: shop.runtime.write(lambda session, now: place_orders(session, [contact], now))[0].order_id,
        times=6,
    )

    assert len(set(orders)) == 1
    assert count(shop, Order) == 1
    assert shop.disagreements() == []


async def test_an_order_is_begun_to_be_paid_once(shop):
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 2)
    placed = await shop.place(person)
    start = StartPayment(placed.checkout, "sandbox")

    def begin() -> str:
        outcome = shop.runtime.write(lambda session, now: start_payments(session, [start], now))[0]
        return "refused" if isinstance(outcome, Conflict) else "begun"

    outcomes = race(begin, times=6)

    assert sorted(outcomes) == ["begun"] + ["refused"] * (len(outcomes) - 1)
    assert count(shop, Payment) == 1


async def test_forty_buyers_of_ten_places_pay_for_ten(shop):
    event = shop.event()
    tier = shop.tier(event, capacity=10)

    async def buy(person) -> str:
        try:
            await shop.hold(person, event, tier, 1)
        except Conflict:
            return "sold out"
        return (await shop.pay(await shop.place(person), CARDS.good)).order_status

    outcomes = await asyncio.gather(*(buy(person) for person in [shop.person() for _ in range(40)]))

    assert sorted(outcomes) == [OrderStatus.PAID] * 10 + ["sold out"] * 30
    assert count(shop, Ticket) == 10
    assert shop.disagreements() == []
