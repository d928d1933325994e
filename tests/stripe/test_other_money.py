"""Yen from the order to the invoice, money in another currency than agreed, and calls whose keys are over."""

import pytest

from tests.stripe.history import approved, asking, booked, deliver, given_back, rows, status_of
from tests.stripe.shop import PRICE_MINOR
from tests.stripe.test_what_never_came import alarms, compared
from ticketapp.models import (
    Invoice,
    Job,
    LedgerEntry,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    StripeDispute,
    Ticket,
)
from ticketapp.services.payments.receipt import get_receipt
from ticketapp.services.payments.refunds import refund_tickets
from ticketapp.services.reporting.audit_provider import TOOK_MORE

pytestmark = pytest.mark.anyio


async def in_yen(door, *, quantity=2):
    event = door.shop.event(tax_basis_points=1000, refund_until_hours=24)
    tier = door.shop.tier(event, price_minor=6_805, fee_minor=305, currency="JPY")
    person = door.shop.person()
    await door.shop.hold(person, event, tier, quantity)
    return person, await door.shop.place(person)


async def test_yen_have_no_cents_from_the_order_to_the_invoice(door):
    person, placed = await in_yen(door)
    said = await door.shop.pay_with(placed)
    (charge,) = door.shop.fake.look("objects/charge")["data"]
    door.shop.fake.stage(f"charges/{charge['id']}/publish_balance")
    await deliver(door, "charge.updated")
    assert door.shop.invoice() == 1

    (intent,) = door.shop.fake.look("objects/payment_intent")["data"]
    assert (said.order_status, intent["amount"], intent["amount_received"], intent["currency"]) == (
        OrderStatus.PAID, 13_610, 13_610, "jpy"
    )  # fmt: skip
    # 10 % of 13,610 is in it: 1,237.27 yen; the fee of 610 holds 55.45 of that.
    (order,) = rows(door.shop, Order)
    assert (order.total_minor, order.tax_minor, order.fees_minor) == (13_610, 1_237, 555)
    # 3.6 % of 13,610 is 489.96.
    assert booked(door.shop, "fee") == [("fee", "expense:stripe", "receivable:stripe", 490)]
    assert {entry.currency for entry in rows(door.shop, LedgerEntry)} == {"JPY"}
    (invoice,) = rows(door.shop, Invoice)
    assert (invoice.total_minor, invoice.tax_minor, invoice.currency) == (13_610, 1_237, "JPY")
    receipt = door.shop.runtime.read(
        lambda session, now: get_receipt(
            session, actor=door.shop.actor(person), reference=placed.reference, now=now
        )
    )
    assert "¥13,610 was charged." in str(receipt)
    assert (door.shop.disagreements(), await compared(door.shop)) == ([], [])


async def test_yen_go_back_ticket_by_ticket_and_to_the_last_one(door):
    person, placed = await in_yen(door, quantity=3)
    await door.shop.pay_with(placed)

    for ticket in rows(door.shop, Ticket):
        door.shop.runtime.write(
            lambda session, now, ticket=ticket: refund_tickets(
                session,
                actor=door.shop.actor(person),
                order_id=placed.order_id,
                ticket_ids=[ticket.id],
                now=now,
            )
        )
    await door.shop.work()

    assert [refund["amount"] for refund in door.shop.fake.look("objects/refund")["data"]] == [6_805] * 3
    assert door.shop.fake.look("sums")["refunded"] == {"jpy": 20_415}
    assert status_of(door.shop, placed) is OrderStatus.REFUNDED
    assert (door.shop.disagreements(), await compared(door.shop)) == ([], [])


@pytest.mark.parametrize(
    ("changed", "minor", "currency"),
    [
        ({"currency": "usd"}, PRICE_MINOR, "USD"),
        ({"amount": PRICE_MINOR - 1}, PRICE_MINOR - 1, "EUR"),
        ({"amount": PRICE_MINOR + 1}, PRICE_MINOR + 1, "EUR"),
    ],
)
async def test_other_money_than_agreed_buys_nothing_and_goes_back(door, changed, minor, currency):
    placed, intent = await asking(door)
    await door.shop.gateway.calls.v1.payment_intents.update_async(intent, changed)
    door.shop.fake.stage(f"payment_intents/{intent}/authenticate", approved=True)

    for _ in range(3):
        await deliver(door, "payment_intent.succeeded")

    assert status_of(door.shop, placed) is OrderStatus.AWAITING_PAYMENT
    assert rows(door.shop, Ticket) == []
    (refund,) = rows(door.shop, Refund)
    assert (refund.status, refund.amount_minor, refund.currency) == (RefundStatus.DONE, minor, currency)
    assert door.shop.fake.look("sums")["refunded"] == {currency.lower(): minor}
    assert booked(door.shop, "sale") == []
    assert TOOK_MORE in await compared(door.shop)
    again = await door.shop.pay_with(placed)
    assert (again.order_status, door.shop.fake.look("sums")["payable"]) == (OrderStatus.PAID, [])


async def test_a_refund_whose_answer_was_lost_is_found_although_its_key_is_over(door):
    placed, _ = await paid_order(door)
    door.shop.fake.stage("faults", kind="drop_after", method="POST", path="/v1/refunds")
    given_back(door.shop, placed)
    await door.shop.work()
    asked = rows(door.shop, Refund)[0].status

    door.shop.clock.advance(hours=25)
    door.shop.fake.stage("clock", advance_s=25 * 3600)
    await door.shop.work()

    assert (asked, rows(door.shop, Refund)[0].status) == (RefundStatus.ASKED, RefundStatus.DONE)
    assert (door.shop.count("refund"), door.shop.fake.look("sums")["refunded"]) == (1, {"eur": PRICE_MINOR})


async def paid_order(door):
    placed, event = await approved(door)
    await door.shop.runtime.cashier.ask_about(placed.order_id)
    assert status_of(door.shop, placed) is OrderStatus.PAID
    return placed, event


async def test_a_creation_that_was_lost_is_not_repeated_blindly_when_its_key_is_over(door):
    """Nobody settles for a day, as when we are down; by then Stripe has forgotten the key."""
    placed = await door.shop.placed()
    door.shop.fake.stage("faults", kind="drop_after", method="POST", path="/v1/payment_intents")
    said = await door.shop.pay_with(placed)
    left = door.shop.intents()

    door.shop.clock.advance(hours=25)
    door.shop.fake.stage("clock", advance_s=25 * 3600)
    await door.shop.settle_down()

    assert (said.status, left) == (PaymentStatus.STARTED, {"requires_payment_method": 1})
    assert (door.shop.intents(), status_of(door.shop, placed)) == ({"canceled": 1}, OrderStatus.EXPIRED)
    assert [payment.status for payment in rows(door.shop, Payment)] == [PaymentStatus.CANCELLED]
    assert door.shop.fake.look("sums")["payable"] == []


async def test_a_disputed_payment_is_not_given_back_as_well(door):
    """Stripe refuses it: the bank has the money already. The refund has failed, and an alarm says so."""
    placed, _ = await paid_order(door)
    (charge,) = door.shop.fake.look("objects/charge")["data"]
    door.shop.fake.stage(f"charges/{charge['id']}/dispute")
    await deliver(door, "charge.dispute.created")

    given_back(door.shop, placed)
    await door.shop.work()

    (refund,) = rows(door.shop, Refund)
    (job,) = [job for job in rows(door.shop, Job) if job.kind == "refund"]
    assert (refund.status, job.done_at is None) == (RefundStatus.FAILED, False)
    assert (door.shop.count("refund"), rows(door.shop, StripeDispute)[0].closed_at) == (0, None)
    told = alarms(door.shop)
    assert (told["disputes_open"], told["refunds_failed"]) == (1, 1)
    assert door.shop.disagreements() == []


async def test_money_that_takes_days_keeps_the_places_only_for_so_long(door):
    event = door.shop.event()
    tier = door.shop.tier(event, price_minor=PRICE_MINOR, capacity=1)
    placed = await one_place(door, event, tier)
    await door.shop.pay_with(placed, "pm_usBankAccount_processing")

    door.shop.clock.advance(minutes=30)
    door.shop.expire_orders()
    await door.shop.work()
    kept = status_of(door.shop, placed)
    door.shop.clock.advance(hours=2)
    await door.shop.work()
    ended = status_of(door.shop, placed)
    (intent,) = door.shop.fake.look("objects/payment_intent")["data"]
    door.shop.fake.stage(f"payment_intents/{intent['id']}/finish", paid=True)
    await deliver(door, "payment_intent.succeeded")

    assert (kept, ended) == (OrderStatus.EXPIRING, OrderStatus.EXPIRED)
    assert (status_of(door.shop, placed), rows(door.shop, Refund)) == (OrderStatus.PAID, [])
    assert door.shop.disagreements() == []


async def one_place(door, event, tier):
    person = door.shop.person()
    await door.shop.hold(person, event, tier, 1)
    return await door.shop.place(person)
