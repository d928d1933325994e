"""While the buyer's bank asks its question the places are kept, up to a limit; after it they are free."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from tests.stateful.banks import Weather, stormy
from ticketapp.integrations import sandbox_book
from ticketapp.integrations.payments import ChargeStatus
from ticketapp.models import Hold, Order, OrderStatus, Payment, PaymentStatus, TierStock
from ticketapp.services.inventory.errors import SoldOut
from ticketapp.services.ordering.reopening import reopen_order
from ticketapp.services.payments.operations import settle
from ticketapp.services.payments.receipt import get_receipt

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    shop = Shop(any_runtime)
    shop.bank = stormy(any_runtime, Weather()).inner
    return shop


async def asking(shop: Shop, *, after_minutes: int = 0):
    """The last place of a tier, paid with a card whose bank asks: (event, tier, person, placed)."""
    event = shop.event()
    tier = shop.tier(event, capacity=1)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    shop.clock.advance(minutes=after_minutes)
    said = await shop.pay(placed, CARDS.bank_asks)
    assert said.status is PaymentStatus.NEEDS_ACTION
    return event, tier, person, placed


def answer(shop: Shop, status: ChargeStatus) -> None:
    """The buyer decides at their bank; nobody tells us."""
    with shop.look() as session:
        charge_id = session.exec(select(Payment.provider_ref).order_by(Payment.attempt.desc())).first()
    code = None if status is ChargeStatus.SUCCEEDED else "ACTION_REFUSED"
    shop.runtime.write(
        lambda session, _now: sandbox_book.answer_action(session, charge_id, status=status, error_code=code)
    )


def order_of(shop: Shop, placed) -> Order:
    with shop.look() as session:
        return session.get_one(Order, placed.order_id)


async def test_an_open_question_keeps_the_places_past_the_end_of_the_hold(shop):
    event, tier, _, placed = await asking(shop)
    shop.clock.advance(minutes=15)
    shop.expire_orders()
    await shop.work()

    assert order_of(shop, placed).status is OrderStatus.AWAITING_PAYMENT
    with pytest.raises(SoldOut):
        await shop.hold(shop.person(), event, tier, 1)

    shop.clock.advance(minutes=5)
    answer(shop, ChargeStatus.SUCCEEDED)
    await shop.runtime.cashier.ask_about(placed.order_id)

    assert order_of(shop, placed).status is OrderStatus.PAID
    assert shop.disagreements() == []


async def test_control_without_a_question_the_order_ends_with_its_hold(shop):
    event = shop.event()
    tier = shop.tier(event, capacity=1)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)

    shop.clock.advance(minutes=15)
    shop.expire_orders()

    assert order_of(shop, placed).status is OrderStatus.EXPIRED
    assert await shop.hold(shop.person(), event, tier, 1)


async def test_past_the_limit_the_question_is_withdrawn_and_then_the_places_are_free(shop):
    event, tier, _, placed = await asking(shop)
    shop.clock.advance(minutes=25)
    shop.expire_orders()
    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.EXPIRING
        assert session.get_one(TierStock, tier).held == 1
        key = session.exec(select(Payment.key)).one()
    assert (await shop.bank.ask(key)).status is ChargeStatus.NEEDS_ACTION

    await shop.work()

    assert (await shop.bank.ask(key)).status is ChargeStatus.CANCELLED
    assert order_of(shop, placed).status is OrderStatus.EXPIRED
    assert await shop.hold(shop.person(), event, tier, 1)
    assert shop.disagreements() == []


async def test_a_refusal_leaves_the_rest_of_the_time_for_another_card(shop):
    _, _, _, placed = await asking(shop)
    shop.clock.advance(minutes=20)
    answer(shop, ChargeStatus.FAILED)
    await shop.runtime.cashier.ask_about(placed.order_id)
    assert order_of(shop, placed).status is OrderStatus.AWAITING_PAYMENT

    said = await shop.pay(placed, CARDS.good)

    assert said.order_status is OrderStatus.PAID
    assert shop.disagreements() == []


async def test_asking_again_keeps_nothing_longer(shop):
    _, _, _, placed = await asking(shop)
    first_end = order_of(shop, placed).expires_at
    shop.clock.advance(minutes=20)
    answer(shop, ChargeStatus.FAILED)
    await shop.runtime.cashier.ask_about(placed.order_id)

    again = await shop.pay(placed, CARDS.bank_asks)

    assert again.status is PaymentStatus.NEEDS_ACTION
    assert order_of(shop, placed).expires_at == first_end == placed.expires_at + timedelta(minutes=10)
    with shop.look() as session:
        assert session.exec(select(Hold.expires_at)).all() == [first_end]


async def test_a_new_order_of_the_same_places_keeps_nothing_longer(shop):
    _, _, person, placed = await asking(shop)
    answer(shop, ChargeStatus.FAILED)
    await shop.runtime.cashier.ask_about(placed.order_id)
    shop.runtime.write(
        lambda session, now: reopen_order(session, person_id=person, order_id=placed.order_id, now=now)
    )

    second = await shop.place(person)
    await shop.pay(second, CARDS.bank_asks)

    assert order_of(shop, second).expires_at == placed.expires_at + timedelta(minutes=10)


async def test_the_order_page_says_until_when(shop):
    _, _, person, placed = await asking(shop)
    actor = shop.actor(person)

    shown = shop.runtime.read(
        lambda session, now: get_receipt(session, actor=actor, reference=placed.reference, now=now)
    )

    end = placed.expires_at + timedelta(minutes=10)
    assert shown.order.deadline_ms == int(end.timestamp() * 1000)
    assert shown.outcome.money_text == (
        f"Nothing was charged yet. Your bank is asking: your places are kept until {shown.order.deadline_text}."
    )


async def test_open_pages_are_told(shop):
    told: list[str] = []
    shop.runtime.on_change(told.extend)

    _, _, person, _ = await asking(shop)

    assert f"user:{person}" in told


@pytest.mark.concurrency
async def test_the_same_question_told_ten_times_at_once_counts_once(shop):
    _, _, _, placed = await asking(shop)
    with shop.look() as session:
        key = session.exec(select(Payment.key)).one()
    charge = await shop.bank.ask(key)
    barrier = threading.Barrier(10)

    def tell() -> None:
        barrier.wait()
        shop.runtime.write(lambda session, now: settle(session, [charge], now))

    threads = [threading.Thread(target=tell) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert order_of(shop, placed).expires_at == placed.expires_at + timedelta(minutes=10)
    assert shop.disagreements() == []
