"""Every open payment is asked about in each round, and what nobody shall pay is called off; those that ended cost nothing."""

import pytest
import sqlalchemy as sa
from sqlmodel import select

from tests.buying import CARDS, Shop
from tests.stateful.banks import Weather, stormy
from ticketapp.integrations.payments import Charge, ChargeStatus
from ticketapp.models import Order, OrderStatus, Payment, PaymentStatus
from ticketapp.services.payments.queries import list_open_payments
from ticketapp.services.reporting.alarms import list_alarms

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


async def open_payment(shop, event, card):
    person = shop.person()
    await shop.hold(person, event, shop.tier(event), 1)
    return await shop.pay(await shop.place(person), card)


async def test_payments_that_stay_open_keep_nobody_from_being_asked_about(shop):
    weather = Weather()
    stormy(shop.runtime, weather)
    event = shop.event()
    for _ in range(3):
        await open_payment(shop, event, CARDS.bank_asks)
    weather.lost_after.append("charge")
    await open_payment(shop, event, CARDS.good)
    shop.clock.advance(seconds=61)

    asked = await shop.runtime.cashier.reconcile(limit=2)

    with shop.look() as session:
        statuses = session.exec(select(Payment.status).order_by(Payment.created_at)).all()
    assert (asked, statuses) == (4, [*[PaymentStatus.NEEDS_ACTION] * 3, PaymentStatus.SUCCEEDED])


async def test_a_bank_that_knows_nothing_of_a_payment_can_never_charge_it_later(shop):
    weather = Weather()
    bank = stormy(shop.runtime, weather)
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    weather.lost_before.append("charge")
    unknown = await shop.pay(placed, CARDS.good)

    shop.clock.advance(seconds=61)
    reconciled = await shop.runtime.cashier.reconcile(limit=10)

    assert (unknown.status, reconciled) == (PaymentStatus.STARTED, 1)
    with shop.look() as session:
        payment = session.exec(select(Payment)).one()
        assert payment.status is PaymentStatus.CANCELLED
    assert (await bank.inner.ask(payment.key)).status is ChargeStatus.CANCELLED
    assert (await shop.pay(placed, CARDS.good)).order_status is OrderStatus.PAID
    assert shop.disagreements() == []


async def test_the_banks_question_is_withdrawn_when_another_payment_came_after_all(shop):
    bank = stormy(shop.runtime, Weather())
    event, person = shop.event(), shop.person()
    await shop.hold(person, event, shop.tier(event), 1)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.declined)
    await shop.pay(placed, CARDS.bank_asks)
    with shop.look() as session:
        first, second = session.exec(select(Payment).order_by(Payment.attempt)).all()
    late = Charge(first.key, "late", ChargeStatus.SUCCEEDED, first.amount_minor, first.currency)
    assert (await shop.runtime.cashier.settle(late)).order_status is OrderStatus.PAID
    assert await shop.runtime.cashier.bank_question(second.id) is None

    shop.clock.advance(seconds=61)
    await shop.runtime.cashier.reconcile(limit=10)

    assert (await bank.inner.ask(second.key)).status is ChargeStatus.CANCELLED


async def test_the_banks_question_is_withdrawn_when_the_order_ended_while_the_bank_was_silent(shop):
    weather = Weather()
    bank = stormy(shop.runtime, weather)
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.bank_asks)
    weather.down[:] = [True] * 20
    shop.clock.advance(hours=2)
    shop.expire_orders()
    await shop.work()
    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.EXPIRED
        assert session.exec(select(Payment)).one().status is PaymentStatus.NEEDS_ACTION

    weather.down.clear()
    await shop.runtime.cashier.reconcile(limit=10)

    with shop.look() as session:
        payment = session.exec(select(Payment)).one()
        assert payment.status is PaymentStatus.CANCELLED
    assert (await bank.inner.ask(payment.key)).status is ChargeStatus.CANCELLED
    assert shop.disagreements() == []


def plan_of(session, ask):
    """Tell how SQLite goes about what is asked."""
    said = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        said.append((statement, parameters))

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    ask()
    sa.event.remove(connection, "before_cursor_execute", note)
    return [
        row[3] for one in said for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one[0]}", one[1])
    ]


def test_payments_that_have_ended_are_not_looked_through(app_runtime):
    def read_whole(question):
        return app_runtime.read(
            lambda session, now: [
                step for step in plan_of(session, lambda: question(session, now)) if step == "SCAN payments"
            ]
        )

    assert read_whole(lambda session, now: list_open_payments(session, until=now, limit=200)) == []
    assert read_whole(lambda session, now: list_alarms(session, now=now)) == []
    # A control: if this one is not caught, nothing is.
    assert read_whole(lambda session, now: session.exec(select(Payment.id).where(Payment.attempt > 9)).all())
