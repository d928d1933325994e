"""A process that dies between any two steps of a payment or a refund: the next one finds its place, and nothing is lost."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.integrations.sandbox_payments import SandboxGateway
from ticketapp.models import (
    OpenOrder,
    Order,
    OrderStatus,
    Payment,
    Refund,
    RefundStatus,
    SandboxCharge,
    SandboxRefund,
    Ticket,
)
from ticketapp.services.payments.refunds import refund_tickets

pytestmark = pytest.mark.anyio


class Killed(BaseException):
    """The process is gone: nothing after this runs."""


@dataclass
class DyingRuntime:
    """A runtime whose process dies at its n-th transaction, before it or just after its commit."""

    inner: Any
    at: int
    is_after: bool
    calls: list[str] = field(default_factory=list)

    def read(self, query):
        return self.inner.read(query)

    def write(self, operation):
        self._live_on("write")
        result = self.inner.write(operation)
        self._die_after()
        return result

    async def grouped(self, decide, request):
        self._live_on(decide.__name__)
        result = await self.inner.grouped(decide, request)
        self._die_after()
        return result

    def _live_on(self, name):
        self.calls.append(name)
        if len(self.calls) == self.at and not self.is_after:
            raise Killed

    def _die_after(self):
        if len(self.calls) == self.at and self.is_after:
            raise Killed


@pytest.fixture
def shop(any_runtime):
    shop = Shop(any_runtime)
    shop.healthy = any_runtime.cashier
    return shop


def dying(shop: Shop, at: int, *, is_after: bool) -> DyingRuntime:
    dying_runtime = DyingRuntime(shop.runtime, at, is_after)
    gateway = SandboxGateway(dying_runtime, success_rate=1)
    shop.runtime.cashier = replace(shop.healthy, transactions=dying_runtime, gateway=gateway)
    return dying_runtime


async def recover(shop: Shop, *, minutes: float) -> None:
    """Another process takes over some time later."""
    shop.runtime.cashier = shop.healthy
    shop.clock.advance(minutes=minutes)
    await shop.runtime.cashier.reconcile(limit=10)
    shop.expire_orders()
    for _ in range(3):
        await shop.work()


@pytest.mark.parametrize("minutes", [2, 16])
@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_payment_survives_a_crash_at_every_step(shop, at, is_after, minutes):
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 2)
    placed = await shop.place(person)
    dying_runtime = dying(shop, at, is_after=is_after)

    with pytest.raises(Killed):
        await shop.pay(placed, CARDS.good)
    await recover(shop, minutes=minutes)

    assert dying_runtime.calls == ["start_payments", "charge_many", "settle"][:at]
    assert shop.disagreements() == []
    with shop.look() as session:
        order = session.get_one(Order, placed.order_id)
        charged = [c.status for c in session.exec(select(SandboxCharge))] == ["succeeded"]
        tickets = session.exec(select(Ticket)).all()
        was_charged = at == 3 or (at == 2 and is_after)
        assert charged is was_charged
        assert len(tickets) == (2 if was_charged else 0)
        if was_charged:
            assert order.status is OrderStatus.PAID
        else:
            assert order.status is (OrderStatus.AWAITING_PAYMENT if minutes < 15 else OrderStatus.EXPIRED)
            assert order.paying_at is None
        open_payments = [p for p in session.exec(select(Payment)) if p.settled_at is None]
        assert open_payments == []
        assert len(session.exec(select(OpenOrder)).all()) == (
            1 if order.status is OrderStatus.AWAITING_PAYMENT else 0
        )


STEPS = ["start_payments", "charge_many", "settle", "write", "write", "settle"]


@pytest.mark.parametrize("minutes", [2, 16])
@pytest.mark.parametrize("is_expiry_first", [False, True])
@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("at", range(1, len(STEPS) + 1))
async def test_money_that_is_set_aside_survives_a_crash_at_every_step(
    shop, at, is_after, is_expiry_first, minutes
):
    """Written down, set aside, confirmed, weighed, taken, settled: who set money aside in time gets the places, once."""
    event = shop.event(authorises_first=True)
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 2)
    placed = await shop.place(person)
    dying_runtime = dying(shop, at, is_after=is_after)

    with pytest.raises(Killed):
        await shop.pay(placed, CARDS.good)
    if is_expiry_first:
        shop.runtime.cashier = shop.healthy
        shop.clock.advance(minutes=minutes)
        shop.expire_orders()
        await shop.work()
    await recover(shop, minutes=minutes)

    was_set_aside = at > 2 or (at == 2 and is_after)
    assert dying_runtime.calls == STEPS[:at]
    assert shop.disagreements() == []
    with shop.look() as session:
        order = session.get_one(Order, placed.order_id)
        charges = [charge.status for charge in session.exec(select(SandboxCharge))]
        was_begun = at > 1 or is_after
        assert charges == (["succeeded" if was_set_aside else "cancelled"] if was_begun else [])
        assert (order.status is OrderStatus.PAID) is was_set_aside
        assert len(session.exec(select(Ticket)).all()) == (2 if was_set_aside else 0)
        assert session.exec(select(Refund)).all() == []
        assert [p for p in session.exec(select(Payment)) if p.settled_at is None] == []


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("at", [1, 2])
async def test_a_refund_survives_a_crash_at_every_step(shop, at, is_after):
    event = shop.event(refund_until_hours=1)
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.good)
    asked = shop.runtime.write(
        lambda session, now: refund_tickets(
            session, actor=shop.actor(person), order_id=placed.order_id, now=now
        )
    )
    with shop.look() as session:
        key = session.get_one(Refund, asked.refund_id).key
    dying(shop, at, is_after=is_after)

    with pytest.raises(Killed):
        await shop.runtime.cashier.carry_out_refund(key)
    await recover(shop, minutes=5)

    with shop.look() as session:
        assert session.get_one(Refund, asked.refund_id).status is RefundStatus.DONE
        assert [given.amount_minor for given in session.exec(select(SandboxRefund))] == [45_00]
    assert shop.disagreements() == []
