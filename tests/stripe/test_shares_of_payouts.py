"""One Stripe account of several organizers: everybody reads their own share of a payout, and the shares are the payout."""

import re

import pytest

from tests.stripe.history import deliver, rows
from ticketapp.core.ids import new_id
from ticketapp.integrations import stripe_book as book
from ticketapp.models import Event, StripeMovement, StripePayout, TeamRole, Ticket
from ticketapp.services.payments.refunds import refund_tickets
from ticketapp.services.reporting import ledger_payouts
from ticketapp.services.reporting.ledger import LedgerQuestion, read_ledger
from ticketapp.services.reporting.ledger_shares import parts_of

pytestmark = pytest.mark.anyio

TWO_DAYS_S = 2 * 24 * 3600
# More than either database takes as parameters of one statement.
VERY_MANY = 70_000


class Books:
    """Two organizers, an order of both at odd prices, and an order of the first alone."""

    def __init__(self, door):
        self.door, self.shop = door, door.shop

    async def open(self):
        shop = self.shop
        self.ours, self.theirs = shop.event(name="Midnight Parade"), shop.event(name="Harbour Jazz")
        tier = shop.tier(self.ours, price_minor=33_33, fee_minor=1_11)
        buyer = shop.person()
        await shop.hold(buyer, self.ours, tier, 2)
        await shop.hold(buyer, self.theirs, shop.tier(self.theirs, price_minor=10_01), 1)
        self.both = await shop.place(buyer)
        await shop.pay_with(self.both)
        alone = shop.person()
        await shop.hold(alone, self.ours, tier, 1)
        self.one = await shop.place(alone)
        await shop.pay_with(self.one)
        self.publish()
        return self

    def publish(self):
        for charge in self.shop.fake.look("objects/charge")["data"]:
            self.shop.fake.stage(f"charges/{charge['id']}/publish_balance")

    def actor(self, event=None):
        if event is None:
            return self.shop.actor(self.shop.person(), is_admin=True)
        with self.shop.look() as session:
            organizer = session.get_one(Event, event).organizer_id
        return self.shop.actor(self.shop.person(), organizers={organizer: TeamRole.OWNER})

    def read(self, of=None, **asked):
        actor = self.actor(of)
        return self.shop.runtime.read(
            lambda session, now: read_ledger(session, actor=actor, asked=LedgerQuestion(**asked), page=1)
        )

    async def give_back(self, event):
        with self.shop.look() as session:
            ticket = next(
                one for one in rows(self.shop, Ticket)
                if one.event_id == event and one.order_id == self.both.order_id
            )  # fmt: skip
            assert session is not None
        admin = self.actor()
        self.shop.runtime.write(
            lambda session, now: refund_tickets(
                session, actor=admin, order_id=self.both.order_id, ticket_ids=[ticket.id], now=now
            )
        )
        await self.shop.work()

    async def dispute(self):
        charge = self.shop.fake.look("objects/charge")["data"][0]
        self.shop.fake.stage(f"charges/{charge['id']}/dispute", amount=20_00)
        await deliver(self.door, "charge.dispute.created", "charge.updated")

    async def pay_out(self, **how):
        self.shop.fake.stage("clock", advance_s=TWO_DAYS_S)
        payout = self.shop.fake.stage("payouts", currency="eur", **how)
        await self.shop.runtime.provider_news.catch_up()
        await self.shop.work()
        return payout


@pytest.fixture
async def books(door):
    return await Books(door).open()


def cents(text):
    """Read an amount as the page writes it."""
    amount = int(re.sub(r"\D", "", text))
    return -amount if text.startswith("\N{MINUS SIGN}") else amount


def parts(payout):
    names = ("sales", "fees", "refunds", "disputes", "other")
    return [cents(getattr(payout, f"{name}_text")) for name in names]


async def test_the_shares_add_up_to_the_payout_to_the_cent(books):
    await books.give_back(books.theirs)
    await books.dispute()
    payout = await books.pay_out()

    (whole,), (ours,), (theirs,) = (books.read(event).payouts for event in (None, books.ours, books.theirs))

    assert cents(whole.amount_text) == payout["amount"]
    assert [sum(both) for both in zip(parts(ours), parts(theirs), strict=True)] == parts(whole)
    for one in (whole, ours, theirs):
        assert sum(parts(one)) == cents(one.amount_text)
        assert (one.note, one.status_text) == ("", "Under way")
    fees = books.shop.fake.look("sums")["fees"]["eur"]
    assert parts(whole) == [3 * 33_33 + 10_01, -fees, -10_01, -20_00, 0]
    assert (parts(ours)[0], parts(theirs)[0]) == (3 * 33_33, 10_01)
    assert (parts(ours)[2], parts(theirs)[2]) == (0, -10_01)
    # €20 of €76.67, by what was paid for each.
    assert (parts(ours)[3], parts(theirs)[3]) == (-17_39, -2_61)


async def test_the_totals_are_what_was_paid_out_and_what_was_not(books):
    for event in (books.ours, books.theirs):
        (before,) = books.read(event).payout_sums
        assert before.untold_text == books.read(event).sums[0].kept_text
    await books.give_back(books.theirs)
    await books.pay_out()
    await books.shop.hold(person := books.shop.person(), books.ours, books.shop.tier(books.ours), 1)
    await books.shop.pay_with(await books.shop.place(person))
    books.publish()
    await books.shop.runtime.provider_news.catch_up()

    for event in (books.ours, books.theirs):
        ledger = books.read(event)
        (money,), (sums,) = ledger.payout_sums, ledger.sums
        assert cents(sums.kept_text) + cents(sums.owed_text or "0") == (
            cents(money.paid_out_text) + cents(money.waiting_text)
        )
        assert money.untold_text == "€0.00"
        assert cents(money.paid_out_text) == cents(ledger.payouts[0].amount_text)
    assert cents(books.read(books.ours).payout_sums[0].waiting_text) == 45_00 - 93
    assert books.read(books.theirs).payout_sums[0].waiting_text == "€0.00"


async def test_what_came_back_from_the_bank_is_owed_again(books):
    first = await books.pay_out()
    books.shop.fake.stage(f"payouts/{first['id']}/fail")
    await books.shop.runtime.provider_news.catch_up()
    (failed,) = books.read(books.ours).payouts
    (sums,) = books.read(books.ours).payout_sums
    assert (failed.status_text, sums.paid_out_text) == ("Came back", "€0.00")
    assert sums.waiting_text == failed.amount_text

    again = await books.pay_out()

    shown = {payout.id: payout for payout in books.read().payouts}
    assert (cents(shown[again["id"]].amount_text), shown[again["id"]].note) == (first["amount"], "")
    assert parts(shown[again["id"]])[4] == first["amount"]
    assert books.read(books.ours).payout_sums[0].paid_out_text == failed.amount_text


async def test_what_is_none_of_ours_and_what_is_missing_is_named_to_the_administrator(books, monkeypatch):
    calls = books.shop.gateway.calls.v1
    intent = books.shop.fake.look("objects/payment_intent")["data"][-1]["id"]
    back = await calls.refunds.create_async({"payment_intent": intent, "amount": 1_00})
    foreign = await calls.payment_intents.create_async(
        {
            "amount": 7_00, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True,
            "capture_method": "automatic", "return_url": "https://elsewhere.example",
        }
    )  # fmt: skip
    payout = await books.pay_out()

    (whole,) = books.read().payouts
    assert cents(whole.amount_text) == payout["amount"] == sum(parts(whole))
    assert f"not of this shop: {foreign.latest_charge} €6.64" in whole.note
    assert f"given back at Stripe itself: {back.id} \N{MINUS SIGN}€1.00" in whole.note
    (ours,) = books.read(books.ours).payouts
    assert foreign.latest_charge not in ours.note
    assert parts(ours)[4] == -1_00
    # What happened to the money of others is nobody's but theirs.
    assert books.read(books.theirs).payouts[0].note == ""
    monkeypatch.setattr(ledger_payouts, "STRANGE_MAX", 1)
    assert books.read().payouts[0].note.endswith("; and 1 more")

    def forget(session, _now):
        moved = next(one for one in rows(books.shop, StripeMovement) if one.amount_minor == 33_33)
        session.delete(session.get_one(StripeMovement, moved.id))

    books.shop.runtime.write(forget)
    assert "Stripe did not list €32.58 of it" in books.read().payouts[0].note


async def test_a_payout_by_hand_is_the_administrators_alone(books):
    await books.pay_out(amount=5_00)

    (whole,) = books.read().payouts
    assert (whole.amount_text, whole.sales_text) == ("€5.00", "")
    assert whole.note == "Made by hand at Stripe, which does not tell what was in it."
    assert books.read(books.ours).payouts == []


async def test_payouts_are_narrowed_by_event_and_day(books):
    await books.pay_out()
    (payout,) = rows(books.shop, StripePayout)
    with books.shop.look() as session:
        slug = session.get_one(Event, books.theirs).slug

    (of_event,) = books.read(event=slug).payouts
    assert parts(of_event)[0] == 10_01
    assert len(books.read(first_day=payout.arrives_at.date()).payouts) == 1
    assert books.read(last_day=books.shop.now.date()).payouts == []


def test_a_payout_of_very_many_payments_can_be_read_and_shared(any_runtime):
    orders = [new_id() for _ in range(VERY_MANY)]
    intents = [f"pi_{order}" for order in orders]

    keys = any_runtime.read(lambda session, _now: book.find_keys(session, intents))
    parts = any_runtime.read(lambda session, _now: parts_of(session, orders))

    assert (keys, parts.of_orders, parts.of_refunds) == ({}, {}, {})
