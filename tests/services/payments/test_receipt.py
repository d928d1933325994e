"""What an order's page says: the outcome, whether money moved, and what its buyer may do."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.core.errors import NotFound
from ticketapp.integrations import sandbox_book as book
from ticketapp.integrations.payments import ChargeStatus
from ticketapp.models import Event, EventStatus, Job
from ticketapp.services.ordering.operations import cancel_orders_of_event
from ticketapp.services.ordering.views import BANKS_TAKE
from ticketapp.services.payments.receipt import get_receipt
from ticketapp.services.payments.receipt_views import ReceiptView
from ticketapp.services.payments.refunds import refund_tickets


class Buying:
    """One buyer with one order of two tickets for EUR 45 each."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.person = shop.person()
        self.ada = shop.actor(self.person)

    async def order(self, **event):
        self.event = self.shop.event(**event)
        self.tier = self.shop.tier(self.event)
        await self.shop.hold(self.person, self.event, self.tier, 2)
        self.placed = await self.shop.place(self.person)
        return self.placed

    def receipt(self, actor=None) -> ReceiptView:
        return self.shop.runtime.read(
            lambda session, now: get_receipt(
                session, actor=actor or self.ada, reference=self.placed.reference, now=now
            )
        )

    def give_back(self, ticket_ids) -> None:
        self.shop.runtime.write(
            lambda session, now: refund_tickets(
                session, actor=self.ada, order_id=self.placed.order_id, ticket_ids=ticket_ids, now=now
            )
        )


@pytest.fixture
def buying(app_runtime) -> Buying:
    return Buying(Shop(app_runtime))


def words(shown: ReceiptView) -> tuple[str, str, str]:
    return shown.outcome.status_text, shown.outcome.heading, shown.outcome.money_text


async def test_paid(buying):
    placed = await buying.order(refund_until_hours=48)
    await buying.shop.pay(placed, CARDS.good)

    shown = buying.receipt()

    assert words(shown) == ("Paid", "Your tickets are ready", "€90.00 was charged.")
    assert (shown.paid.text, shown.paid.tone) == ("Sat 21 Nov 2026, 13:00 CET", "go")
    assert (shown.issued.text, shown.mailed.text) == ("2 tickets", "On its way to ada@example.com")
    assert [row.return_text for row in shown.tickets] == ["€45.00", "€45.00"]
    assert (shown.return_all_text, shown.kept_text) == ("€90.00", "")
    assert (shown.can_pay, shown.can_cancel) == (False, False)
    assert [row.shown.qr_path for row in shown.tickets] == [
        f"/api/tickets/{row.shown.id}/qr.svg?revision=1" for row in shown.tickets
    ]


async def test_the_mail_lamp_follows_its_job(buying):
    await buying.shop.pay(await buying.order(), CARDS.good)

    def end(**facts):
        def write(session, now):
            job = session.exec(select(Job).where(Job.kind == "order-mail")).one()
            for name, value in facts.items():
                setattr(job, name, value)

        buying.shop.runtime.write(write)

    end(done_at=buying.shop.now + timedelta(minutes=4))
    assert buying.receipt().mailed.text == "Sat 21 Nov 2026, 13:04 CET"
    end(done_at=None, parked_at=buying.shop.now)
    assert buying.receipt().mailed.tone == "stop"


async def test_declined(buying):
    await buying.shop.pay(await buying.order(), CARDS.empty)

    shown = buying.receipt()

    assert words(shown) == (
        "Awaiting payment",
        "The payment did not go through",
        "There is not enough money on this card. Nothing was charged. Try another card. Your tickets stay held until 13:15 CET.",
    )
    assert (shown.can_pay, shown.can_cancel, shown.is_asking) == (True, True, False)


async def test_the_bank_wants_to_ask(buying):
    settlement = await buying.shop.pay(await buying.order(), CARDS.bank_asks)

    shown = buying.receipt()

    assert shown.outcome.heading == "Confirm this payment at your bank"
    assert shown.bank_url == f"/sandbox/3ds/{settlement.payment_ref}"
    assert (shown.can_pay, shown.can_cancel) == (False, True)


async def test_nobody_knows_yet(buying):
    buying.shop.runtime.cashier = replace(buying.shop.runtime.cashier, answer_within_s=0.5)
    placed = await buying.order()
    await buying.shop.pay(placed, CARDS.silent)

    shown = buying.receipt()
    buying.shop.clock.advance(minutes=15)
    buying.shop.expire_orders()
    expiring = buying.receipt()

    assert words(shown)[:2] == ("Awaiting payment", "We are asking your bank")
    assert shown.outcome.money_text.startswith("Nothing is charged twice. You may leave this page")
    assert (shown.is_asking, shown.bank_url, shown.paid.text) == (True, "", "Waiting for your bank")
    assert words(expiring)[:2] == ("Asking your bank", "We are asking your bank")


async def test_not_paid_in_time(buying):
    await buying.order()
    buying.shop.clock.advance(minutes=15)
    buying.shop.expire_orders()

    shown = buying.receipt()

    assert words(shown) == (
        "Expired",
        "This order expired",
        "The time to pay ran out, so the places were given back. Nothing was charged.",
    )
    assert (shown.can_pay, shown.can_cancel) == (False, False)


async def test_cancelled(buying):
    placed = await buying.order()
    await buying.shop.runtime.cashier.cancel_order(person_id=buying.person, order_id=placed.order_id)

    assert words(buying.receipt()) == (
        "Cancelled",
        "This order is cancelled",
        "You cancelled this order. Nothing was charged.",
    )
    assert buying.receipt().again_path.startswith("/event/")


async def test_cancelled_with_its_event(buying):
    await buying.order()
    buying.shop.runtime.write(
        lambda session, now: cancel_orders_of_event(session, event_id=buying.event, limit=10, now=now)
    )

    shown = buying.receipt()

    assert words(shown)[1:] == (
        "This order is cancelled",
        "The event was cancelled. Nothing was charged.",
    )
    assert shown.again_path == ""


async def test_paid_too_late_says_that_the_refund_has_started_and_when_it_is_done(buying):
    shop = buying.shop
    placed = await buying.order()
    settlement = await shop.pay(placed, CARDS.bank_asks)
    shop.change(Event, buying.event, status=EventStatus.CANCELLED)
    shop.runtime.write(
        lambda session, now: book.answer_action(
            session, settlement.payment_ref, status=ChargeStatus.SUCCEEDED, error_code=None
        )
    )
    key = f"order:{placed.order_id}:attempt:1"

    await shop.runtime.cashier.ask(key)
    started = buying.receipt()
    with shop.look() as session:
        refund_key = session.exec(select(Job).where(Job.kind == "refund")).one().payload["key"]
    await shop.runtime.cashier.carry_out_refund(refund_key)
    done = buying.receipt()

    assert words(started)[:2] == ("Refund started", "Your tickets were gone")
    assert started.outcome.money_text == (
        "€90.00 was charged, and its refund has started. Your payment came after the places were gone. "
        "Banks take up to ten working days to show it."
    )
    assert started.paid.text == "Too late, so it goes back"
    assert started.refunds == ["€90.00 refund started Sat 21 Nov 2026, 13:00 CET"]
    money = "€90.00 was charged and paid back. Your payment came after the places were gone."
    assert words(done) == ("Refunded", "Your tickets were gone", f"{money} {BANKS_TAKE}")
    assert done.refunds == ["€90.00 paid back Sat 21 Nov 2026, 13:00 CET"]


async def test_one_ticket_given_back_and_then_the_other(buying):
    await buying.shop.pay(await buying.order(refund_until_hours=24), CARDS.good)
    first, second = (UUID(row.shown.id) for row in buying.receipt().tickets)

    buying.give_back([first])
    partly = buying.receipt()
    buying.give_back([second])
    whole = buying.receipt()

    assert words(partly) == (
        "Partly refunded",
        "Part of this order was given back",
        "€45.00 of €90.00 goes back to you. Banks take up to ten working days to show it.",
    )
    assert [(row.shown.status, row.return_text) for row in partly.tickets] == [
        ("refunded", ""),
        ("valid", "€45.00"),
    ]
    assert partly.issued.text == "1 of 2 still valid"
    assert words(whole)[:2] == ("Refund started", "This order was given back")
    assert (whole.return_all_text, [row.shown.qr_path for row in whole.tickets]) == ("", ["", ""])


@pytest.mark.parametrize(
    ("rule", "days", "words_of_rule"),
    [
        (None, 0, "This event gives no money back unless it is cancelled."),
        (48, 29, "Tickets could be given back until 48 hours before the start."),
    ],
)
async def test_the_events_rule_decides_what_may_be_given_back(buying, rule, days, words_of_rule):
    await buying.shop.pay(await buying.order(refund_until_hours=rule), CARDS.good)
    buying.shop.clock.advance(minutes=days * 24 * 60)

    shown = buying.receipt()

    assert (shown.return_all_text, shown.returnable_ids, shown.kept_text) == ("", [], words_of_rule)


async def test_a_free_order_says_so(buying):
    shop = buying.shop
    buying.event = shop.event()
    await shop.hold(buying.person, buying.event, shop.tier(buying.event, price_minor=0), 1)
    buying.placed = await shop.place(buying.person)
    await shop.runtime.cashier.confirm_free(person_id=buying.person, order_id=buying.placed.order_id)

    assert words(buying.receipt()) == (
        "Paid",
        "Your tickets are ready",
        "Nothing was charged: it is free.",
    )


@pytest.mark.parametrize("reference", ["", "TK-2026-000000", "x", "../..", "a" * 300, "a\x00b"])
async def test_what_is_no_order_is_not_found(buying, reference):
    with pytest.raises(NotFound):
        buying.shop.runtime.read(
            lambda session, now: get_receipt(session, actor=buying.ada, reference=reference, now=now)
        )


async def test_only_the_buyer_sees_it(buying):
    shop = buying.shop
    await buying.order()
    with shop.look() as session:
        organizer_id = session.get_one(Event, buying.event).organizer_id
    stranger = shop.actor(shop.person())
    manager = shop.actor(shop.person(), organizers={organizer_id: "owner"})
    admin = shop.actor(shop.person(), is_admin=True)

    for actor in (stranger, manager, admin):
        with pytest.raises(NotFound):
            buying.receipt(actor)
