"""Payouts: read from the provider, kept and booked once, and the balance there is the ledger's to the cent."""

from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa

from tests.stripe.history import booked, deliver, given_back, paid, rows
from ticketapp.models import LedgerEntry, StripeIntent, StripeMovement, StripePayout
from ticketapp.services.ledger.rules import receivable
from ticketapp.services.payments.payouts import keep_movements
from ticketapp.services.reporting.audit_balance import BALANCE, EXCHANGED, EXPLAINED
from ticketapp.services.reporting.audit_provider import compare_with_provider

pytestmark = pytest.mark.anyio

TWO_DAYS_S = 2 * 24 * 3600
# 1.5 % + €0.25 of €45, as the fake counts.
FEE_MINOR = 93


async def sold(door, orders=1):
    """Orders of €45 whose money is at the provider, after its fee, and may be paid out."""
    placed = [await door.shop.placed() for _ in range(orders)]
    for one in placed:
        await door.shop.pay_with(one)
    for charge in door.shop.fake.look("objects/charge")["data"]:
        door.shop.fake.stage(f"charges/{charge['id']}/publish_balance")
    return placed


def paid_out(door, **how):
    door.shop.fake.stage("clock", advance_s=TWO_DAYS_S)
    return door.shop.fake.stage("payouts", currency="eur", **how)


async def read(door):
    await door.shop.runtime.provider_news.catch_up()
    await door.shop.work()


def balance(door):
    account = receivable("stripe")
    entries = booked(door.shop, *{entry.kind for entry in rows(door.shop, LedgerEntry)})
    return sum(amount * ((debit == account) - (credit == account)) for _, debit, credit, amount in entries)


async def compared(door):
    books = await door.shop.gateway.facts.books()
    return [
        found.check
        for found in door.shop.runtime.read(
            lambda session, _now: compare_with_provider(session, provider="stripe", books=books)
        )
    ]


async def test_a_payout_is_kept_and_booked_once_with_all_that_was_in_it(door):
    await sold(door, 2)
    payout = paid_out(door)
    door.shop.fake.stage(f"payouts/{payout['id']}/arrive")

    await read(door)
    await read(door)
    await deliver(door, "payout.created", "payout.reconciliation_completed", "payout.paid")

    (kept,) = rows(door.shop, StripePayout)
    assert (kept.amount_minor, kept.currency, kept.status) == (90_00 - 2 * FEE_MINOR, "EUR", "paid")
    assert (kept.is_itemised, kept.read_at) == (True, door.shop.now)
    moved = rows(door.shop, StripeMovement)
    assert {one.payout_id for one in moved} == {payout["id"]}
    assert sorted((one.kind, one.amount_minor, one.fee_minor) for one in moved) == [
        ("charge", 45_00, FEE_MINOR),
        ("charge", 45_00, FEE_MINOR),
        ("payout", -kept.amount_minor, 0),
    ]
    assert booked(door.shop, "payout") == [("payout", "bank", "receivable:stripe", kept.amount_minor)]
    assert balance(door) == 0
    assert (await compared(door), door.shop.disagreements()) == ([], [])


async def test_fees_that_no_letter_told_of_are_booked_by_the_reading(door):
    await sold(door)

    await door.shop.runtime.provider_news.catch_up()
    assert booked(door.shop, "fee") == [("fee", "expense:stripe", "receivable:stripe", FEE_MINOR)]
    await deliver(door, "charge.updated")

    assert len(booked(door.shop, "fee")) == 1
    assert balance(door) == 45_00 - FEE_MINOR
    assert await compared(door) == []


async def test_many_movements_are_booked_in_as_few_statements_as_one(door):
    await sold(door, 3)
    movements = (await door.shop.gateway.facts.books()).movements
    said = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        said.append(statement)

    def statements_for(some):
        said.clear()
        sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
        door.shop.runtime.write(
            lambda session, now: keep_movements(session, some, provider="stripe", payout_id=None, now=now)
        )
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
        return len(said)

    assert statements_for(movements) == statements_for(movements[:1]) > 1
    assert booked(door.shop, "fee") == [("fee", "expense:stripe", "receivable:stripe", FEE_MINOR)] * 3


async def test_a_payout_that_comes_back_is_owed_again_and_goes_out_again(door):
    await sold(door)
    first = paid_out(door)
    await read(door)
    door.shop.fake.stage(f"payouts/{first['id']}/fail")
    await deliver(door, "payout.failed")
    assert balance(door) == first["amount"]

    again = door.shop.fake.stage("payouts", currency="eur")
    await read(door)

    assert booked(door.shop, "payout", "payout-returned") == [
        ("payout", "bank", "receivable:stripe", first["amount"]),
        ("payout-returned", "receivable:stripe", "bank", first["amount"]),
        ("payout", "bank", "receivable:stripe", again["amount"]),
    ]
    assert {payout.id: payout.status for payout in rows(door.shop, StripePayout)} == {
        first["id"]: "failed",
        again["id"]: "in_transit",
    }
    assert await compared(door) == []


async def test_refunds_and_disputes_lie_in_the_payout_that_they_lessened(door):
    placed = await sold(door, 3)
    given_back(door.shop, placed[0])
    await door.shop.work()
    charges = door.shop.fake.look("objects/charge")["data"]
    door.shop.fake.stage(f"charges/{charges[1]['id']}/dispute")
    await deliver(door, "charge.dispute.created")

    payout = paid_out(door)
    await read(door)

    kinds = sorted(one.kind for one in rows(door.shop, StripeMovement) if one.payout_id == payout["id"])
    assert kinds == ["adjustment", "charge", "charge", "charge", "payout", "refund"]
    refund = next(one for one in rows(door.shop, StripeMovement) if one.kind == "refund")
    assert (refund.order_id, refund.refund_id is not None) == (placed[0].order_id, True)
    assert (balance(door), await compared(door)) == (0, [])


async def test_a_refund_whose_payment_the_adapters_book_has_lost_is_read_like_any_other(door):
    (placed,) = await sold(door)
    given_back(door.shop, placed)
    await door.shop.work()
    door.shop.runtime.write(lambda session, now: session.execute(sa.delete(StripeIntent)))

    await read(door)

    refund = next(one for one in rows(door.shop, StripeMovement) if one.kind == "refund")
    assert (refund.order_id, booked(door.shop, "unexplained")) == (placed.order_id, [])
    assert await compared(door) == []


async def test_a_payout_by_hand_is_booked_though_nobody_says_what_was_in_it(door):
    await sold(door)
    payout = paid_out(door, amount=10_00)

    await read(door)

    (kept,) = rows(door.shop, StripePayout)
    assert (kept.id, kept.is_itemised, kept.read_at) == (payout["id"], False, None)
    assert (balance(door), await compared(door)) == (35_00 - FEE_MINOR, [])


async def test_what_is_none_of_ours_is_named(door):
    _, charge = await paid(door)
    door.shop.fake.stage(f"charges/{charge}/publish_balance")
    calls = door.shop.gateway.calls.v1
    intent = door.shop.fake.look("objects/payment_intent")["data"][0]["id"]
    await calls.refunds.create_async({"payment_intent": intent, "amount": 1_00})
    foreign = await calls.payment_intents.create_async(
        {
            "amount": 7_00,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "capture_method": "automatic",
            "return_url": "https://elsewhere.example",
        }
    )

    await read(door)

    fee = door.shop.fake.look("sums")["fees"]["eur"] - FEE_MINOR
    assert foreign.status == "succeeded"
    assert booked(door.shop, "unexplained") == [
        ("unexplained", "unexplained:stripe", "receivable:stripe", 1_00),
        ("unexplained", "receivable:stripe", "unexplained:stripe", 7_00 - fee),
    ]
    found = await compared(door)
    assert (found.count(EXPLAINED), BALANCE in found) == (2, False)


async def test_money_that_is_kept_in_another_currency_is_named_and_hides_no_cent(door):
    await sold(door)
    books = await door.shop.gateway.facts.books()
    (charge,) = books.movements
    kept = replace(charge, currency="USD", amount_minor=50_00, fee_minor=1_00)
    exchanged = replace(books, movements=(kept,), balance={"EUR": 0, "USD": 49_00})

    def found(books):
        compare = partial(compare_with_provider, provider="stripe", books=books)
        return door.shop.runtime.read(
            lambda session, _now: [(one.check, one.facts) for one in compare(session)]
        )

    facts = {"paid_in": "EUR", "kept_in": "USD", "payments": 1, "kept_minor": 50_00}
    assert found(exchanged) == [(EXCHANGED, facts)]
    less = replace(exchanged, balance={"EUR": 0, "USD": 48_99})
    assert [check for check, _ in found(less)] == [BALANCE, EXCHANGED]


async def test_the_ledger_and_the_balance_differ_by_a_cent(door):
    await sold(door)
    await read(door)
    door.shop.runtime.write(lambda session, now: session.add(LedgerEntry(
        at=now, kind="sale", ref="a cent", debit="receivable:stripe", credit="revenue:x", amount_minor=1, currency="EUR"
    )))  # fmt: skip

    assert await compared(door) == [BALANCE]
