"""Money that was set aside is taken once, whatever is lost, late or done twice; its places wait for it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.authorising import (
    begun,
    charges,
    count,
    letter,
    look_at,
    one_end,
    opened,
    payment_key,
    payment_of,
)
from tests.buying import CARDS
from tests.racing import race
from ticketapp.integrations.payments import ChargeOrder, ChargeStatus
from ticketapp.models import (
    Job,
    LedgerEntry,
    Order,
    OrderStatus,
    PaymentStatus,
    Refund,
    Ticket,
    TierStock,
)
from ticketapp.services.inventory.errors import SoldOut
from ticketapp.services.ordering import expiring
from ticketapp.services.ordering.operations import lock_orders
from ticketapp.services.payments.operations import settle
from ticketapp.services.reporting.alarms import list_alarms

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return opened(any_runtime)


async def test_a_capture_whose_answer_was_lost_is_asked_about_again(shop):
    event, tier, placed, said = await begun(shop, lost="lost_after capture")
    assert (said.status, charges(shop)) == (PaymentStatus.AUTHORISED, ["succeeded"])

    shop.clock.advance(minutes=16)
    shop.expire_orders()
    shop.weather.down[:] = [True]
    await shop.work()
    assert (look_at(shop, placed).status, payment_of(shop).status) == (
        OrderStatus.AWAITING_PAYMENT,
        PaymentStatus.AUTHORISED,
    )
    with pytest.raises(SoldOut):
        await shop.hold(shop.person(), event, tier, 1)
    shop.clock.advance(seconds=10)
    await shop.work()

    assert (look_at(shop, placed).status, charges(shop)) == (OrderStatus.PAID, ["succeeded"])
    assert count(shop, LedgerEntry) == 1
    assert shop.disagreements() == []


def alarms(shop):
    found = shop.runtime.read(lambda session, now: list_alarms(session, now=now))
    return [alarm.kind for alarm in found]


async def test_confirmed_places_are_never_freed_while_the_bank_is_silent(shop):
    _, tier, placed, _ = await begun(shop, lost="lost_before capture")
    for _ in range(3):
        shop.clock.advance(hours=1)
        shop.expire_orders()
        shop.weather.down[:] = [True] * 10
        await shop.work()

    assert look_at(shop, placed).status is OrderStatus.AWAITING_PAYMENT
    with shop.look() as session:
        assert session.get_one(TierStock, tier).held == 2
    assert [text.split(":")[0] for text in shop.disagreements()] == [
        "what is set aside is soon taken or let go of"
    ]
    assert alarms(shop) == ["authorised_for_long"]
    shop.weather.down.clear()
    shop.clock.advance(seconds=10)
    await shop.work()

    assert look_at(shop, placed).status is OrderStatus.PAID
    assert (shop.disagreements(), alarms(shop)) == ([], [])


async def test_a_card_refused_at_the_capture_leaves_the_rest_of_the_time_for_another(shop):
    _, _, placed, said = await begun(shop, card="refused_later")

    assert (said.status, said.error_code, said.order_status) == (
        PaymentStatus.FAILED,
        "CARD_DECLINED",
        OrderStatus.AWAITING_PAYMENT,
    )
    order = look_at(shop, placed)
    assert (order.confirmed_at, order.paying_at) == (None, None)
    assert "another card" in letter(shop, placed, "refused")
    assert shop.disagreements() == []
    again = await shop.pay(placed, CARDS.good)
    assert (again.order_status, charges(shop)) == (OrderStatus.PAID, ["failed", "succeeded"])
    assert shop.disagreements() == []


async def test_a_card_refused_after_the_end_of_the_time_frees_the_places(shop):
    _, tier, placed, _ = await begun(shop, card="refused_later", lost="lost_before capture")
    shop.clock.advance(minutes=16)
    shop.expire_orders()
    await shop.work()
    shop.expire_orders()

    assert (payment_of(shop).status, look_at(shop, placed).status) == (
        PaymentStatus.FAILED,
        OrderStatus.EXPIRED,
    )
    with shop.look() as session:
        assert session.get_one(TierStock, tier).held == 0
    assert shop.disagreements() == []


async def test_money_set_aside_in_time_is_taken_although_nobody_heard_before_the_end(shop):
    _, _, placed, _ = await begun(shop, lost="lost_after charge")
    shop.clock.advance(minutes=15)
    shop.expire_orders()
    assert look_at(shop, placed).status is OrderStatus.EXPIRING

    await shop.work()

    assert (look_at(shop, placed).status, charges(shop)) == (OrderStatus.PAID, ["succeeded"])
    assert shop.disagreements() == []


async def test_an_order_that_was_confirmed_while_it_expired_waits_for_its_money(shop):
    _, _, placed, _ = await begun(shop, lost="lost_after charge")
    shop.clock.advance(minutes=15)
    shop.expire_orders()
    shop.weather.lost_before.append("capture")
    await shop.work()
    order = look_at(shop, placed)
    assert (order.status, order.confirmed_at) == (OrderStatus.EXPIRING, shop.now)

    shop.clock.advance(seconds=10)
    await shop.work()

    assert (look_at(shop, placed).status, charges(shop)) == (OrderStatus.PAID, ["succeeded"])
    assert shop.disagreements() == []


async def test_one_that_was_confirmed_while_it_expired_waits_longer_than_others_while_the_bank_is_silent(
    shop,
):
    _, tier, placed, _ = await begun(shop, lost="lost_after charge")
    shop.clock.advance(minutes=15)
    shop.expire_orders()
    shop.weather.lost_before.append("capture")
    await shop.work()

    for _ in range(3):
        shop.clock.advance(hours=1)
        shop.weather.down[:] = [True] * 10
        await shop.work()

    assert look_at(shop, placed).status is OrderStatus.EXPIRING
    with shop.look() as session:
        assert session.get_one(TierStock, tier).held == 2
    shop.weather.down.clear()
    shop.clock.advance(seconds=10)
    await shop.work()
    assert (look_at(shop, placed).status, charges(shop)) == (OrderStatus.PAID, ["succeeded"])
    assert shop.disagreements() == []


async def test_an_order_that_is_confirmed_between_the_look_and_the_lock_does_not_begin_to_expire(
    shop, monkeypatch
):
    _, _, placed, _ = await begun(shop, lost="lost_after charge")
    shop.clock.advance(minutes=15)

    def confirmed_meanwhile(session, order_ids):
        session.execute(sa.update(Order).values(confirmed_at=shop.now))
        return lock_orders(session, order_ids)

    monkeypatch.setattr(expiring, "lock_orders", confirmed_meanwhile)
    shop.expire_orders()

    assert look_at(shop, placed).status is OrderStatus.AWAITING_PAYMENT


async def test_a_question_that_nobody_answers_ends_with_nothing_set_aside(shop):
    _, _, placed, _ = await begun(shop, card="bank_asks")
    shop.clock.advance(minutes=25)
    shop.expire_orders()
    await shop.work()

    assert (look_at(shop, placed).status, charges(shop)) == (OrderStatus.EXPIRED, ["cancelled"])
    assert shop.disagreements() == []


async def test_old_news_does_not_undo_what_was_set_aside(shop):
    _, _, placed, _ = await begun(shop, lost="lost_before capture")
    charge = await shop.bank.ask(payment_of(shop).key)

    for status in (ChargeStatus.NEEDS_ACTION, ChargeStatus.PROCESSING, ChargeStatus.AUTHORISED):
        said = shop.runtime.grouped_blocking(settle, replace(charge, status=status))
        assert said.status is PaymentStatus.AUTHORISED

    assert count(shop, Job) == 1
    assert look_at(shop, placed).confirmed_at is not None


@pytest.mark.concurrency
async def test_eight_at_once_take_it_once(shop):
    await begun(shop, lost="lost_before capture")
    key = payment_of(shop).key

    said = race(lambda: asyncio.run(shop.runtime.cashier.ask(key)), times=8)

    assert {one.order_status for one in said} == {OrderStatus.PAID}
    assert (charges(shop), count(shop, LedgerEntry), count(shop, Ticket)) == (["succeeded"], 1, 2)
    assert shop.disagreements() == []


@pytest.mark.concurrency
async def test_taking_and_calling_off_at_once_have_one_end(shop):
    """Whatever comes first at the bank, the order says the same as the bank."""
    ends = set()
    for _ in range(6):
        *_, placed, _ = await begun(shop, lost="lost_before capture")
        key = payment_key(shop, placed)
        cashier = shop.runtime.cashier
        acts = iter([cashier.ask, cashier.call_off, cashier.ask, cashier.call_off])

        race(lambda acts=acts, key=key: asyncio.run(next(acts)(key)), times=4)

        ends.add(one_end(shop, placed, key))
    assert ends <= {("succeeded", OrderStatus.PAID, 2), ("cancelled", OrderStatus.AWAITING_PAYMENT, 0)}
    assert shop.disagreements() == []


@pytest.mark.concurrency
async def test_control_freeing_first_and_calling_off_then_charges_and_pays_back(shop):
    """If this stops finding money taken for nothing, the test above proves nothing."""
    event, tier, placed, _ = await begun(shop, lost="lost_before capture")
    key = payment_key(shop, placed)

    def free_first(session, now) -> None:
        session.execute(sa.update(Order).values(confirmed_at=None, paying_at=None))
        session.execute(sa.update(Order).values(expires_at=now - timedelta(seconds=1)))
        expiring.expire_due_orders(session, now=now, limit=10)

    order = ChargeOrder(key, placed.total_minor, "EUR", placed.reference, placed.person_id)
    shop.runtime.write(free_first)
    await shop.hold(shop.person(), event, tier, 2)
    await shop.bank.inner.capture(order)
    await shop.runtime.cashier.call_off(key)

    assert (charges(shop), count(shop, Ticket), count(shop, Refund)) == (["succeeded"], 0, 1)
