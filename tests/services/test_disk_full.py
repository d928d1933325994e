"""The disk is full, again and again and at every step of a sale: what was refused left nothing, what was taken is booked."""

import pytest
import sqlalchemy as sa
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.integrations.database import DatabaseUnavailable
from ticketapp.models import Order, OrderStatus, Payment, PaymentStatus, SandboxCharge, Ticket

pytestmark = pytest.mark.anyio
ROOMY = 1_000_000
ROUNDS = 40


class Disk:
    """The file of a shop: it grows by so many pages and no further."""

    def __init__(self, shop):
        self._shop = shop
        self._pages = ROOMY
        sa.event.listen(shop.runtime.database.engine, "begin", self._limit)

    def _limit(self, connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self._pages}")

    def leave(self, pages):
        with self._shop.look() as session:
            self._pages = session.execute(sa.text("PRAGMA page_count")).scalar_one() + pages

    def clear(self):
        self._pages = ROOMY


async def sell_until_full(shop, event, tier):
    """Sell one ticket after the other, each to somebody else; give the step that met the full disk."""
    for _ in range(200):
        step = "person"
        try:
            person = shop.person()
            step = "hold"
            await shop.hold(person, event, tier, 1)
            step = "order"
            placed = await shop.place(person)
            step = "payment"
            await shop.pay(placed, CARDS.good)
        except DatabaseUnavailable as error:
            if "full" not in str(error.__cause__):
                raise
            return step
    raise AssertionError("the disk was never full")


async def test_what_was_refused_left_nothing_and_what_was_taken_is_booked(app_runtime):
    shop = Shop(app_runtime)
    event = shop.event()
    tier = shop.tier(event, capacity=10_000)
    disk = Disk(shop)

    met = set()
    for number in range(ROUNDS):
        disk.leave(number % 4)
        met.add(await sell_until_full(shop, event, tier))
        disk.clear()
    shop.clock.advance(seconds=61)
    await shop.runtime.cashier.reconcile(limit=ROUNDS)
    shop.clock.advance(minutes=15)
    shop.expire_orders()
    await shop.work()

    assert "payment" in met
    with shop.look() as session:
        taken = session.exec(select(SandboxCharge.key).where(SandboxCharge.status == "succeeded")).all()
        booked = session.exec(select(Payment.key).where(Payment.status == PaymentStatus.SUCCEEDED)).all()
        paid = session.exec(select(Order.id).where(Order.status == OrderStatus.PAID)).all()
        tickets = session.exec(select(Ticket.order_id)).all()
    assert sorted(taken) == sorted(booked)
    assert len(taken) == len(paid) > 0
    assert sorted(tickets) == sorted(paid)
    assert shop.disagreements() == []
