"""What follows from the events of Stripe: refusals, late money, fees, refunds that fail, disputes."""

import pytest

from tests.stripe.history import asking, booked, deliver, given_back, paid, rows, status_of, told_as_failed
from tests.stripe.shop import PRICE_MINOR
from ticketapp.integrations.provider_facts import BalanceMovement, DisputeFact, Movement
from ticketapp.models import (
    LedgerEntry,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    StripeDispute,
)
from ticketapp.services.payments.aftermath import record_dispute
from ticketapp.services.payments.payouts import keep_movements

pytestmark = pytest.mark.anyio


async def test_a_refusal_at_the_bank_frees_the_order_for_another_card(door):
    placed, intent = await asking(door)
    door.shop.fake.stage(f"payment_intents/{intent}/authenticate", approved=False)

    await deliver(door, "payment_intent.payment_failed")

    (payment,) = rows(door.shop, Payment)
    assert (payment.status, payment.error_code) == (PaymentStatus.FAILED, "ACTION_REFUSED")
    assert door.shop.intents() == {"canceled": 1}
    assert (await door.shop.pay_with(placed)).order_status is OrderStatus.PAID


async def test_money_that_takes_days_keeps_the_places_until_it_comes(door):
    placed = await door.shop.placed()
    said = await door.shop.pay_with(placed, "pm_usBankAccount_processing")
    await deliver(door, "payment_intent.processing")
    assert (said.status, status_of(door.shop, placed)) == (
        PaymentStatus.STARTED, OrderStatus.AWAITING_PAYMENT
    )  # fmt: skip

    (intent,) = door.shop.fake.look("objects/payment_intent")["data"]
    door.shop.fake.stage(f"payment_intents/{intent['id']}/finish", paid=True)
    await deliver(door, "payment_intent.succeeded")

    assert status_of(door.shop, placed) is OrderStatus.PAID


async def test_the_fee_is_booked_once_when_it_is_known(door):
    _, charge = await paid(door)
    await deliver(door, "charge.updated")
    assert booked(door.shop, "fee") == []

    door.shop.fake.stage(f"charges/{charge}/publish_balance")
    (event,) = door.events("charge.updated")
    await door.tell(event)
    await door.tell(event | {"id": "evt_again"})
    await door.shop.work()

    fee = door.shop.fake.look("sums")["fees"]["eur"]
    assert booked(door.shop, "fee") == [("fee", "expense:stripe", "receivable:stripe", fee)]
    assert door.shop.disagreements() == []


async def test_a_refund_that_fails_is_owed_again_and_shown_as_failed(door):
    placed, _ = await paid(door)
    given_back(door.shop, placed)
    await door.shop.work()
    (made,) = door.shop.fake.look("objects/refund")["data"]
    assert rows(door.shop, Refund)[0].status is RefundStatus.DONE

    door.shop.fake.stage(f"refunds/{made['id']}/fail")
    await deliver(door, "refund.failed", "refund.updated", "charge.refunded")
    await deliver(door, "refund.failed")

    assert (rows(door.shop, Refund)[0].status, told_as_failed(door.shop)) == (RefundStatus.FAILED, 1)
    assert booked(door.shop, "refund-paid", "refund-failed") == [
        ("refund-paid", "refunds", "receivable:stripe", PRICE_MINOR),
        ("refund-failed", "receivable:stripe", "refunds", PRICE_MINOR),
    ]
    assert door.shop.disagreements() == []


async def test_a_refund_that_fails_before_we_heard_of_it_waits_for_that(door):
    placed, _ = await paid(door)
    door.shop.fake.stage("faults", kind="drop_after", method="POST", path="/v1/refunds")
    given_back(door.shop, placed)
    await door.shop.work()
    (made,) = door.shop.fake.look("objects/refund")["data"]
    door.shop.fake.stage(f"refunds/{made['id']}/fail")

    await deliver(door, "refund.failed")
    assert rows(door.shop, Refund)[0].status is RefundStatus.ASKED
    for _ in range(2):
        door.shop.clock.advance(minutes=2)
        await door.shop.work()

    assert (rows(door.shop, Refund)[0].status, door.shop.count("refund")) == (RefundStatus.FAILED, 1)
    assert door.shop.disagreements() == []


async def test_an_event_tells_of_a_refund_whose_answer_was_lost(door):
    placed, _ = await paid(door)
    door.shop.fake.stage("faults", kind="drop_after", method="POST", path="/v1/refunds")
    given_back(door.shop, placed)
    await door.shop.work()
    assert rows(door.shop, Refund)[0].status is RefundStatus.ASKED

    await deliver(door, "charge.refunded")
    door.shop.clock.advance(minutes=2)
    await door.shop.work()

    assert (rows(door.shop, Refund)[0].status, door.shop.count("refund")) == (RefundStatus.DONE, 1)
    assert door.shop.disagreements() == []


@pytest.mark.parametrize(
    ("is_won", "ends"),
    [(True, [("dispute-returned", "receivable:stripe", "disputes", PRICE_MINOR)]), (False, [])],
)
async def test_a_dispute_takes_the_money_and_perhaps_returns_it(door, is_won, ends):
    _, charge = await paid(door)
    dispute = door.shop.fake.stage(f"charges/{charge}/dispute")
    await deliver(door, "charge.dispute.created", "charge.dispute.funds_withdrawn")
    begun = booked(door.shop, "dispute", "dispute-fee", "dispute-returned")
    opened = rows(door.shop, StripeDispute)[0]

    door.shop.fake.stage(f"disputes/{dispute['id']}/close", won=is_won)
    await deliver(door, "charge.dispute.closed", "charge.dispute.funds_reinstated")

    fee = dispute["balance_transactions"][0]["fee"]
    assert begun == [
        ("dispute", "disputes", "receivable:stripe", PRICE_MINOR),
        ("dispute-fee", "expense:stripe", "receivable:stripe", fee),
    ]
    assert booked(door.shop, "dispute", "dispute-fee", "dispute-returned") == begun + ends
    (closed,) = rows(door.shop, StripeDispute)
    assert (opened.status, opened.closed_at) == ("needs_response", None)
    assert (closed.status, closed.closed_at) == ("won" if is_won else "lost", door.shop.now)
    assert door.shop.disagreements() == []


async def test_a_fee_that_comes_back_with_the_money_is_booked_back_once(door):
    placed, _ = await paid(door)
    (payment,) = rows(door.shop, Payment)
    now = door.shop.now
    won = DisputeFact(
        "dp_won", payment.provider_ref, PRICE_MINOR, "EUR", "won", now,
        (Movement("txn_out", -PRICE_MINOR, 20_00, "EUR"), Movement("txn_back", PRICE_MINOR, -20_00, "EUR")),
    )  # fmt: skip
    given_back(door.shop, placed)
    (refund,) = rows(door.shop, Refund)
    moved = BalanceMovement("txn_refund", "refund", -1_00, -2, "EUR", "re_1", payment.key, refund.key, now)

    for _ in range(2):
        door.shop.runtime.write(
            lambda session, now: record_dispute(session, key=payment.key, fact=won, now=now)
        )
        door.shop.runtime.write(
            lambda session, now: keep_movements(session, [moved], provider="stripe", payout_id=None, now=now)
        )

    assert booked(door.shop, "dispute-fee", "dispute-fee-returned", "fee-returned") == [
        ("dispute-fee", "expense:stripe", "receivable:stripe", 20_00),
        ("dispute-fee-returned", "receivable:stripe", "expense:stripe", 20_00),
        ("fee-returned", "receivable:stripe", "expense:stripe", 2),
    ]


async def test_the_ledger_and_the_provider_agree_on_the_balance(door):
    _, charge = await paid(door)
    door.shop.fake.stage(f"charges/{charge}/publish_balance")
    dispute = door.shop.fake.stage(f"charges/{charge}/dispute", amount=10_00)
    door.shop.fake.stage(f"disputes/{dispute['id']}/close", won=True)

    await deliver(door)

    owed = sum(
        entry.amount_minor * ((entry.debit == "receivable:stripe") - (entry.credit == "receivable:stripe"))
        for entry in rows(door.shop, LedgerEntry)
    )
    assert {"eur": owed} == door.shop.fake.look("sums")["balance"]
