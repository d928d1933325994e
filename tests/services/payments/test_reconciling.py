"""Every open payment is asked about in each round, and those that have ended cost nothing."""

import pytest
import sqlalchemy as sa
from sqlmodel import select

from tests.buying import CARDS, Shop
from tests.stateful.banks import Weather, stormy
from ticketapp.models import Payment, PaymentStatus
from ticketapp.services.payments.queries import list_open_payments
from ticketapp.services.reporting.alarms import list_alarms

pytestmark = pytest.mark.anyio


async def open_payment(shop, event, card):
    person = shop.person()
    await shop.hold(person, event, shop.tier(event), 1)
    return await shop.pay(await shop.place(person), card)


async def test_payments_that_stay_open_keep_nobody_from_being_asked_about(any_runtime):
    shop, weather = Shop(any_runtime), Weather()
    stormy(any_runtime, weather)
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
