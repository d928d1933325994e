"""Settle is the only way to paid: once, in any order, from anywhere, and never money for nothing."""

import threading
from dataclasses import replace

import pytest
from sqlmodel import func, select

from tests.buying import CARDS, Shop
from tests.stateful.banks import Weather, stormy
from ticketapp.core.errors import NotFound
from ticketapp.integrations.payments import Charge, ChargeStatus
from ticketapp.models import (
    Event,
    EventStatus,
    Hold,
    HoldStatus,
    Job,
    LedgerEntry,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    SandboxRefund,
    Ticket,
    TierStock,
)
from ticketapp.services.contract import ResultStatus
from ticketapp.services.ordering.errors import OrderNotPayable, PaymentUnderWay, ReservationExpired
from ticketapp.services.ordering.settling import apply_results
from ticketapp.services.payments import operations
from ticketapp.services.payments.operations import settle
from ticketapp.services.payments.refunds import refund_tickets

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


async def paying(shop: Shop, *, capacity: int = 2, quantity: int = 2, weather: Weather | None = None):
    """An order whose money was taken while the answer was lost: (tier, placed, the bank's charge)."""
    weather = weather or Weather()
    bank = stormy(shop.runtime, weather)
    event = shop.event()
    tier = shop.tier(event, price_minor=45_00, capacity=capacity)
    person = shop.person()
    await shop.hold(person, event, tier, quantity)
    placed = await shop.place(person)
    weather.lost_after.append("charge")
    unknown = await shop.pay(placed, CARDS.good)
    assert (unknown.status, unknown.order_status) == (PaymentStatus.STARTED, OrderStatus.AWAITING_PAYMENT)
    with shop.look() as session:
        key = session.exec(select(Payment.key)).one()
    charge = await bank.inner.ask(key)
    assert charge is not None
    return event, tier, placed, charge


def count(shop: Shop, model) -> int:
    with shop.look() as session:
        return session.scalar(select(func.count()).select_from(model))


async def test_the_same_result_again_changes_nothing_and_answers_the_same(shop):
    _, _, placed, charge = await paying(shop)

    first = shop.runtime.grouped_blocking(settle, charge)
    again = shop.runtime.grouped_blocking(settle, charge)

    assert again == first
    assert (first.order_id, first.order_status, first.is_returned) == (
        placed.order_id,
        OrderStatus.PAID,
        False,
    )
    assert (count(shop, Ticket), count(shop, LedgerEntry), count(shop, Job)) == (2, 1, 1)
    assert shop.disagreements() == []


@pytest.mark.concurrency
async def test_ten_at_once_settle_once(shop):
    _, _, _, charge = await paying(shop)
    barrier, answers = threading.Barrier(10), []

    def tell() -> None:
        barrier.wait()
        answers.append(shop.runtime.write(lambda session, now: settle(session, [charge], now)[0]))

    threads = [threading.Thread(target=tell) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 10
    assert len(set(answers)) == 1
    assert (count(shop, Ticket), count(shop, LedgerEntry), count(shop, Job)) == (2, 1, 1)
    assert shop.disagreements() == []


async def test_one_charge_many_times_in_one_batch(shop):
    _, _, _, charge = await paying(shop)

    answers = shop.runtime.write(lambda session, now: settle(session, [charge] * 5, now))

    assert {answer.order_status for answer in answers} == {OrderStatus.PAID}
    assert count(shop, Ticket) == 2


async def test_a_failure_that_comes_after_success_changes_nothing(shop):
    _, _, _, charge = await paying(shop)
    shop.runtime.grouped_blocking(settle, charge)

    answer = shop.runtime.grouped_blocking(
        settle, replace(charge, status=ChargeStatus.FAILED, error_code="CARD_DECLINED")
    )

    assert (answer.status, answer.order_status) == (PaymentStatus.SUCCEEDED, OrderStatus.PAID)
    assert shop.disagreements() == []


async def test_a_success_that_comes_after_failure_counts(shop):
    _, _, _, charge = await paying(shop)
    shop.runtime.grouped_blocking(settle, replace(charge, status=ChargeStatus.FAILED, error_code="X"))

    answer = shop.runtime.grouped_blocking(settle, charge)

    assert (answer.status, answer.order_status) == (PaymentStatus.SUCCEEDED, OrderStatus.PAID)
    assert shop.disagreements() == []


@pytest.mark.parametrize("given_back", [False, True])
async def test_money_for_an_order_that_was_paid_before_goes_back(shop, given_back):
    """A payment that was believed over succeeds after another paid for the order, and perhaps after that came back."""
    event, tier, placed, charge = await paying(shop)
    shop.change(Event, event, refund_until_hours=1)
    shop.runtime.grouped_blocking(settle, replace(charge, status=ChargeStatus.FAILED, error_code="X"))
    await shop.pay(placed, CARDS.good)
    if given_back:
        buyer = shop.actor(placed.person_id)
        shop.runtime.write(
            lambda session, now: refund_tickets(session, actor=buyer, order_id=placed.order_id, now=now)
        )

    answer = shop.runtime.grouped_blocking(settle, charge)

    ends_as = OrderStatus.REFUNDED if given_back else OrderStatus.PAID
    assert (answer.status, answer.order_status, answer.is_returned) == (
        PaymentStatus.SUCCEEDED, ends_as, True,
    )  # fmt: skip
    with shop.look() as session:
        assert session.get_one(TierStock, tier).sold == (0 if given_back else 2)
        returned = session.exec(select(Refund).where(Refund.reason == "paid_but_no_hold")).one()
        assert returned.amount_minor == 90_00
    assert count(shop, Ticket) == 2
    assert shop.disagreements() == []


async def test_an_unknown_payment_is_not_found(shop):
    charge = Charge("order:nobody:attempt:1", "pay_1", ChargeStatus.SUCCEEDED, 45_00, "EUR")

    with pytest.raises(NotFound):
        shop.runtime.grouped_blocking(settle, charge)


async def expire(shop: Shop, weather: Weather) -> None:
    """Let the order end although the bank never said anything."""
    for minutes in (15, 60):
        shop.clock.advance(minutes=minutes)
        shop.expire_orders()
        weather.down[:] = [True] * 10
        await shop.work()
    weather.down.clear()


async def test_money_that_comes_late_takes_the_same_places_if_they_are_free(shop):
    weather = Weather()
    _, tier, placed, charge = await paying(shop, weather=weather)
    await expire(shop, weather)
    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.EXPIRED
        assert session.get_one(TierStock, tier).held == 0

    answer = await shop.runtime.cashier.ask(charge.key)

    assert (answer.order_status, answer.is_returned) == (OrderStatus.PAID, False)
    with shop.look() as session:
        order = session.get_one(Order, placed.order_id)
        assert (order.ended_at, order.end_reason) == (None, None)
        assert session.get_one(TierStock, tier).sold == 2
        assert {hold.status for hold in session.exec(select(Hold))} == {HoldStatus.CONFIRMED}
    assert (count(shop, Ticket), count(shop, Refund)) == (2, 0)
    assert shop.disagreements() == []


async def test_money_that_comes_too_late_goes_back_once(shop):
    weather = Weather()
    event, tier, placed, charge = await paying(shop, weather=weather)
    await expire(shop, weather)
    await shop.hold(shop.person(), event, tier, 1)

    first = shop.runtime.grouped_blocking(settle, charge)
    again = shop.runtime.grouped_blocking(settle, charge)
    weather.lost_after.append("refund")
    await shop.work()
    shop.clock.advance(minutes=1)
    await shop.work()

    assert first == again
    assert (first.status, first.order_status, first.is_returned) == (
        PaymentStatus.SUCCEEDED,
        OrderStatus.REFUNDED,
        True,
    )
    with shop.look() as session:
        order = session.get_one(Order, placed.order_id)
        assert (order.end_reason, order.refunded_minor) == ("paid_but_no_hold", 90_00)
        refund = session.exec(select(Refund)).one()
        assert (refund.amount_minor, refund.status) == (90_00, RefundStatus.DONE)
        assert [given.amount_minor for given in session.exec(select(SandboxRefund))] == [90_00]
        entries = {(e.kind, e.debit, e.credit, e.amount_minor) for e in session.exec(select(LedgerEntry))}
        assert entries == {
            ("unplaced", "receivable:sandbox", "refunds", 90_00),
            ("refund-paid", "refunds", "receivable:sandbox", 90_00),
        }
    assert count(shop, Ticket) == 0
    assert shop.disagreements() == []


async def test_money_for_a_cancelled_event_goes_back(shop):
    event, tier, _, charge = await paying(shop)
    shop.change(Event, event, status=EventStatus.CANCELLED)

    answer = shop.runtime.grouped_blocking(settle, charge)

    assert (answer.order_status, answer.is_returned) == (OrderStatus.REFUNDED, True)
    with shop.look() as session:
        stock = session.get_one(TierStock, tier)
        assert (stock.held, stock.sold) == (0, 0)
    assert shop.disagreements() == []


@pytest.mark.parametrize("wrong", [{"amount_minor": 1}, {"currency": "USD"}])
async def test_another_amount_than_asked_for_buys_nothing_and_goes_back(shop, wrong):
    _, _, placed, charge = await paying(shop)

    answer = shop.runtime.grouped_blocking(settle, replace(charge, **wrong))

    assert (answer.order_status, answer.is_returned) == (OrderStatus.AWAITING_PAYMENT, True)
    with shop.look() as session:
        refund = session.exec(select(Refund)).one()
        assert (refund.amount_minor, refund.currency) == (
            wrong.get("amount_minor", 90_00),
            wrong.get("currency", "EUR"),
        )
        assert session.get_one(Order, placed.order_id).paying_at is None
    assert count(shop, Ticket) == 0


async def test_an_order_is_paid_by_one_payment_at_a_time(shop):
    _, _, placed, _ = await paying(shop)

    with pytest.raises(PaymentUnderWay):
        await shop.pay(placed, CARDS.good)

    assert count(shop, Payment) == 1


async def test_no_payment_begins_when_the_time_is_up(shop):
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    shop.clock.advance(minutes=15)

    with pytest.raises(ReservationExpired):
        await shop.pay(placed, CARDS.good)
    shop.expire_orders()
    with pytest.raises(OrderNotPayable):
        await shop.pay(placed, CARDS.good)

    assert count(shop, Payment) == 0


async def test_at_the_end_of_the_time_a_payment_is_called_off_before_places_are_freed(shop):
    weather = Weather()
    bank = stormy(shop.runtime, weather)
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    waiting = await shop.pay(placed, CARDS.bank_asks)
    assert waiting.status is PaymentStatus.NEEDS_ACTION

    shop.clock.advance(minutes=25)
    shop.expire_orders()
    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.EXPIRING
        assert session.get_one(TierStock, tier).held == 1
    await shop.work()

    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.EXPIRED
        assert session.get_one(TierStock, tier).held == 0
        payment = session.exec(select(Payment)).one()
        assert payment.status is PaymentStatus.CANCELLED
    assert (await bank.inner.ask(payment.key)).status is ChargeStatus.CANCELLED
    assert shop.disagreements() == []


async def test_the_result_names_the_events_that_the_request_named(shop, monkeypatch):
    person, events = shop.person(), [shop.event(), shop.event()]
    for event in events:
        await shop.hold(person, event, shop.tier(event), 1)
    placed = await shop.place(person)
    told = []

    def hear(session, results, now):
        told.extend(results)
        return apply_results(session, results, now)

    monkeypatch.setattr(operations, "apply_results", hear)
    await shop.pay(placed, CARDS.good)

    (result,) = told
    assert set(result.occurrences) == set(placed.checkout.occurrences) == set(events)
    assert (result.actor, result.ref, result.status) == (person, placed.order_id, ResultStatus.PAID)


async def test_a_payment_that_succeeded_in_time_wins_over_the_end_of_the_time(shop):
    _, _, placed, _ = await paying(shop)

    shop.clock.advance(minutes=15)
    shop.expire_orders()
    await shop.work()

    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.PAID
    assert shop.disagreements() == []
