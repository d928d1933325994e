"""Set aside, then confirmed, then taken: nobody is charged for places that are not theirs, and nobody pays twice."""

import pytest
import sqlalchemy as sa

from tests.authorising import begun, charges, count, letter, look_at, nothing_was_taken, opened, payment_of
from tests.buying import CARDS
from ticketapp.integrations.payments import ChargeStatus
from ticketapp.models import (
    Event,
    EventStatus,
    Hold,
    HoldStatus,
    LedgerEntry,
    OrderStatus,
    PaymentStatus,
    SandboxCharge,
    Ticket,
    TierStock,
)
from ticketapp.services.ordering.queries import find_open_order
from ticketapp.services.payments.receipt import get_receipt

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return opened(any_runtime)


async def test_the_places_are_confirmed_before_the_money_is_taken_and_it_is_taken_once(shop):
    _, tier, placed, said = await begun(shop)

    assert (said.status, said.order_status) == (PaymentStatus.SUCCEEDED, OrderStatus.PAID)
    assert shop.bank.captures == [
        {
            "payment": PaymentStatus.AUTHORISED,
            "is_confirmed": True,
            "charge": ChargeStatus.AUTHORISED,
            "tickets": 0,
        }
    ]
    with shop.look() as session:
        assert session.get_one(TierStock, tier).sold == 2
    assert look_at(shop, placed).confirmed_at is None
    assert (charges(shop), count(shop, Ticket), count(shop, LedgerEntry)) == (["succeeded"], 2, 1)
    shop.clock.advance(minutes=1)
    await shop.work()
    assert len(shop.bank.captures) == 1
    assert shop.disagreements() == []


async def test_control_an_event_that_charges_at_once_sets_nothing_aside(shop):
    event = shop.event()
    tier = shop.tier(event)
    person = shop.person()
    await shop.hold(person, event, tier, 1)

    said = await shop.pay(await shop.place(person), CARDS.good)

    assert (said.order_status, shop.bank.captures) == (OrderStatus.PAID, [])
    assert payment_of(shop).authorised_at is None


async def test_one_such_event_in_an_order_is_enough(shop):
    person = shop.person()
    for facts in ({}, {"authorises_first": True}):
        event = shop.event(**facts)
        await shop.hold(person, event, shop.tier(event), 1)

    said = await shop.pay(await shop.place(person), CARDS.good)

    assert (said.order_status, len(shop.bank.captures)) == (OrderStatus.PAID, 1)


async def test_who_approves_at_their_bank_is_charged_only_after_that(shop):
    _, _, placed, said = await begun(shop, card="bank_asks")
    assert said.status is PaymentStatus.NEEDS_ACTION
    shop.runtime.write(
        lambda session, _now: session.execute(sa.update(SandboxCharge).values(status="authorised"))
    )

    await shop.runtime.cashier.ask_about(placed.order_id)

    assert (look_at(shop, placed).status, len(shop.bank.captures)) == (OrderStatus.PAID, 1)
    assert shop.disagreements() == []


async def test_an_event_cancelled_before_the_confirmation_charges_nobody(shop):
    event, tier, placed, _ = await begun(shop, lost="lost_after charge")
    shop.change(Event, event, status=EventStatus.CANCELLED)

    said = await shop.runtime.cashier.ask(payment_of(shop).key)

    assert (said.status, said.order_status) == (PaymentStatus.CANCELLED, OrderStatus.CANCELLED)
    assert nothing_was_taken(shop)
    with shop.look() as session:
        assert session.get_one(TierStock, tier).held == 0
    order = look_at(shop, placed)
    assert (order.end_reason, order.confirmed_at, order.paying_at) == ("not_confirmed", None, None)
    assert "Nothing was charged" in letter(shop, placed, "let_go")
    assert shop.disagreements() == []


async def test_an_event_cancelled_after_the_confirmation_charges_nobody(shop):
    event, _, placed, said = await begun(shop, lost="lost_before capture")
    assert (said.status, look_at(shop, placed).confirmed_at) == (PaymentStatus.AUTHORISED, shop.now)
    shop.change(Event, event, status=EventStatus.CANCELLED)

    shop.clock.advance(seconds=30)
    await shop.work()

    assert (payment_of(shop).status, look_at(shop, placed).status) == (
        PaymentStatus.CANCELLED,
        OrderStatus.CANCELLED,
    )
    assert nothing_was_taken(shop)
    assert shop.disagreements() == []


async def test_places_that_are_gone_charge_nobody(shop):
    await begun(shop, lost="lost_after charge")

    def take_away(session, now) -> None:
        # Nothing in the product does this to an order that is being paid.
        session.execute(sa.update(Hold).values(status=HoldStatus.EXPIRED, ended_at=now))
        session.execute(sa.text("UPDATE tier_stock SET held = 0"))
        session.execute(sa.text("UPDATE event_stock SET held = 0"))

    shop.runtime.write(take_away)
    said = await shop.runtime.cashier.ask(payment_of(shop).key)

    assert (said.status, said.order_status) == (PaymentStatus.CANCELLED, OrderStatus.CANCELLED)
    assert nothing_was_taken(shop)
    assert shop.disagreements() == []


async def test_money_set_aside_for_an_order_that_has_ended_is_let_go(shop):
    event, tier, placed, _ = await begun(shop, lost="lost_after charge")
    for minutes in (15, 60):
        shop.clock.advance(minutes=minutes)
        shop.expire_orders()
        shop.weather.down[:] = [True] * 10
        await shop.work()
    shop.weather.down.clear()
    assert look_at(shop, placed).status is OrderStatus.EXPIRED
    await shop.hold(shop.person(), event, tier, 2)

    said = await shop.runtime.cashier.ask(payment_of(shop).key)

    assert (said.status, said.order_status) == (PaymentStatus.CANCELLED, OrderStatus.EXPIRED)
    assert nothing_was_taken(shop)
    assert "Nothing was charged" in letter(shop, placed, "let_go")
    assert shop.disagreements() == []


async def test_a_buyer_who_cancels_before_the_capture_is_not_charged(shop):
    _, _, placed, _ = await begun(shop, lost="lost_before capture")

    status = await shop.runtime.cashier.cancel_order(person_id=placed.person_id, order_id=placed.order_id)

    assert status is OrderStatus.CANCELLED
    assert nothing_was_taken(shop)
    assert shop.disagreements() == []


async def test_another_amount_than_asked_for_is_let_go(shop):
    _, _, placed, _ = await begun(shop, lost="lost_after charge")
    shop.runtime.write(lambda session, _now: session.execute(sa.update(SandboxCharge).values(amount_minor=1)))

    said = await shop.runtime.cashier.ask(payment_of(shop).key)

    assert (said.status, said.order_status) == (PaymentStatus.CANCELLED, OrderStatus.AWAITING_PAYMENT)
    assert look_at(shop, placed).paying_at is None
    assert shop.bank.captures == []


async def test_the_order_page_says_that_the_money_is_only_set_aside(shop):
    _, _, placed, _ = await begun(shop, lost="lost_before capture")
    actor = shop.actor(placed.person_id)

    def page():
        return shop.runtime.read(
            lambda session, now: get_receipt(session, actor=actor, reference=placed.reference, now=now)
        )

    shown = page()
    assert (shown.outcome.heading, shown.can_pay, shown.can_cancel) == (
        "Your places are confirmed",
        False,
        False,
    )
    assert "set €90.00 aside" in shown.outcome.money_text
    shop.clock.advance(minutes=20)
    opened = shop.runtime.read(lambda session, now: find_open_order(session, actor=actor, now=now))
    assert (opened.reference, opened.deadline_text) == (placed.reference, "")
    await shop.runtime.cashier.cancel_order(person_id=placed.person_id, order_id=placed.order_id)
    shown = page()
    assert shown.outcome.heading == "This order is cancelled"
    assert "Your bank had set this amount aside" in shown.outcome.money_text
