"""An order's way to paid: placed, paid, settled, with tickets and balanced books."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.models import (
    Job,
    LedgerEntry,
    OpenOrder,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Ticket,
    TierStock,
)
from ticketapp.services.ordering.errors import PaymentUnderWay
from ticketapp.services.payments.operations import start_payments
from ticketapp.services.payments.requests import StartPayment

pytestmark = pytest.mark.anyio


async def test_a_paid_order_has_its_tickets_and_balanced_books(any_runtime):
    shop = Shop(any_runtime)
    person, event = shop.person(), shop.event(tax_basis_points=700)
    tier = shop.tier(event, price_minor=45_00, fee_minor=5_00, capacity=10)
    await shop.hold(person, event, tier, 2)

    placed = await shop.place(person)
    settlement = await shop.pay(placed, CARDS.good)

    assert (placed.total_minor, placed.currency, placed.reference[:8]) == (90_00, "EUR", "TK-2026-")
    assert (settlement.status, settlement.order_status) == (PaymentStatus.SUCCEEDED, OrderStatus.PAID)
    assert shop.disagreements() == []
    with shop.look() as session:
        order = session.get_one(Order, placed.order_id)
        assert (order.status, order.paid_at, order.paying_at) == (OrderStatus.PAID, shop.now, None)
        assert (order.fees_minor, order.tax_minor) == (9_35, 5_89)
        assert len(session.exec(select(Ticket)).all()) == 2
        assert session.exec(select(OpenOrder)).all() == []
        stock = session.get_one(TierStock, tier)
        assert (stock.held, stock.sold) == (0, 2)
        entries = {(e.kind, e.debit, e.credit): e.amount_minor for e in session.exec(select(LedgerEntry))}
        assert entries == {
            ("sale", "receivable:sandbox", f"revenue:{event}"): 90_00 - 9_35 - 5_89,
            ("sale-fee", "receivable:sandbox", f"fees:{event}"): 9_35,
            ("sale-tax", "receivable:sandbox", f"tax:{event}"): 5_89,
        }
        assert [job.kind for job in session.exec(select(Job))] == ["order-mail"]


async def test_a_declined_card_leaves_the_order_payable(any_runtime):
    shop = Shop(any_runtime)
    person, event = shop.person(), shop.event()
    tier = shop.tier(event, price_minor=45_00, capacity=10)
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)

    refused = await shop.pay(placed, CARDS.declined)
    paid = await shop.pay(placed, CARDS.good)

    assert (refused.status, refused.error_code, refused.order_status) == (
        PaymentStatus.FAILED,
        "CARD_DECLINED",
        OrderStatus.AWAITING_PAYMENT,
    )
    assert paid.order_status is OrderStatus.PAID
    assert shop.disagreements() == []
    with shop.look() as session:
        attempts = session.exec(select(Payment).order_by(Payment.attempt)).all()
        assert [(p.attempt, p.status) for p in attempts] == [
            (1, PaymentStatus.FAILED),
            (2, PaymentStatus.SUCCEEDED),
        ]


async def test_of_two_beginnings_that_meet_in_one_transaction_one_begins(any_runtime):
    shop = Shop(any_runtime)
    person, event = shop.person(), shop.event()
    await shop.hold(person, event, shop.tier(event), 2)
    placed = await shop.place(person)
    asked = StartPayment(placed.checkout, "sandbox")

    begun, refused = shop.runtime.write(lambda session, now: start_payments(session, [asked, asked], now))

    assert begun.attempt == 1
    assert isinstance(refused, PaymentUnderWay)
    with shop.look() as session:
        assert [payment.id for payment in session.exec(select(Payment))] == [begun.payment_id]


async def test_a_payment_that_is_being_told_at_this_moment_is_not_called_off(any_runtime):
    """Somebody asks about it after it was written down and before the provider heard of it."""
    shop = Shop(any_runtime)
    person, event = shop.person(), shop.event()
    await shop.hold(person, event, shop.tier(event), 2)
    placed = await shop.place(person)
    started = await shop.runtime.grouped(start_payments, StartPayment(placed.checkout, "sandbox"))

    asked = await shop.runtime.cashier.ask(started.key)
    paid = await shop.runtime.cashier.collect(started, reference=placed.reference, card=CARDS.good)

    assert (asked.status, asked.order_status) == (PaymentStatus.STARTED, OrderStatus.AWAITING_PAYMENT)
    assert (paid.status, paid.order_status) == (PaymentStatus.SUCCEEDED, OrderStatus.PAID)


async def test_an_order_not_paid_in_time_expires_and_frees_its_places(any_runtime):
    shop = Shop(any_runtime)
    person, event = shop.person(), shop.event()
    tier = shop.tier(event, price_minor=45_00, capacity=10)
    await shop.hold(person, event, tier, 3)
    placed = await shop.place(person)

    shop.clock.advance(minutes=15)
    expired = shop.expire_orders()

    assert expired == 1
    assert shop.disagreements() == []
    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.EXPIRED
        stock = session.get_one(TierStock, tier)
        assert (stock.held, stock.sold) == (0, 0)
        assert session.exec(select(OpenOrder)).all() == []
    assert placed.expires_at == shop.now - timedelta()
