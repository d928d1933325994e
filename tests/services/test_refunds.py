"""Giving back: tickets die at once, places are free at once, the money goes once."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import func, select

from tests.buying import CARDS, Shop
from tests.stateful.banks import Weather, stormy
from ticketapp.core.errors import NotFound
from ticketapp.integrations.payments import RefundRefused
from ticketapp.jobs import handlers
from ticketapp.models import (
    Event,
    EventStatus,
    Job,
    LedgerEntry,
    Order,
    OrderStatus,
    Payment,
    Refund,
    RefundStatus,
    Scan,
    ScanResult,
    TeamRole,
    Ticket,
    TicketStatus,
    TierStock,
)
from ticketapp.services.messaging import jobs
from ticketapp.services.ordering.errors import EventCalledOff
from ticketapp.services.ordering.letters import write_order_letter
from ticketapp.services.payments.errors import NothingToRefund, RefundNotAllowed
from ticketapp.services.payments.refunds import refund_tickets
from ticketapp.services.ticketing import queries as ticketing
from ticketapp.services.ticketing.operations import TicketNotValid, rename_attendee

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


@pytest.fixture
def event(shop):
    return shop.event(refund_until_hours=24, tax_basis_points=1900)


@pytest.fixture
def tier(shop, event):
    return shop.tier(event, price_minor=10_01, fee_minor=1_00, capacity=10)


@pytest.fixture
def person(shop):
    return shop.person()


@pytest.fixture
async def paid(shop, event, tier, person):
    await shop.hold(person, event, tier, 3)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.good)
    await shop.work()
    return placed


def give_back(shop, actor, order_id, ticket_ids=None):
    return shop.runtime.write(
        lambda session, now: refund_tickets(
            session, actor=actor, order_id=order_id, ticket_ids=ticket_ids, now=now
        )
    )


def tickets(shop):
    with shop.look() as session:
        return list(session.exec(select(Ticket).order_by(Ticket.id)).all())


async def test_what_the_provider_refused_is_not_asked_for_again_by_the_same_job(shop, person, paid):
    """Asked twice it might say yes, to a refund that somebody settles another way at this moment."""
    asked: list[str] = []

    async def refuse(order):
        asked.append(order.key)
        raise RefundRefused("This charge is too old.")

    give_back(shop, shop.actor(person), paid.order_id)
    with shop.look() as session:
        key = session.exec(select(Refund.key)).one()
    cashier = replace(shop.runtime.cashier, gateway=SimpleNamespace(name="sandbox", refund=refuse))

    await cashier.carry_out_refund(key)
    await cashier.carry_out_refund(key)

    assert asked == [key]
    with shop.look() as session:
        assert session.exec(select(Refund.status)).one() is RefundStatus.FAILED


async def test_one_ticket_then_the_rest_give_back_every_cent(shop, tier, person, paid):
    buyer = shop.actor(person)
    first, *_ = tickets(shop)

    one = give_back(shop, buyer, paid.order_id, [first.id])
    rest = give_back(shop, buyer, paid.order_id)
    with pytest.raises(NothingToRefund):
        give_back(shop, buyer, paid.order_id)
    await shop.work()

    assert (one.amount_minor, one.order_status, one.amount_text) == (
        10_01,
        OrderStatus.PARTLY_REFUNDED,
        "€10.01",
    )
    assert (rest.amount_minor, rest.order_status) == (20_02, OrderStatus.REFUNDED)
    assert {(ticket.status, ticket.revision) for ticket in tickets(shop)} == {(TicketStatus.REFUNDED, 2)}
    with shop.look() as session:
        assert session.get_one(Order, paid.order_id).refunded_minor == 30_03
        assert session.get_one(TierStock, tier).sold == 0
        assert {refund.status for refund in session.exec(select(Refund))} == {RefundStatus.DONE}
        balances: dict[str, int] = {}
        for entry in session.exec(select(LedgerEntry)):
            balances[entry.debit] = balances.get(entry.debit, 0) + entry.amount_minor
            balances[entry.credit] = balances.get(entry.credit, 0) - entry.amount_minor
        assert set(balances.values()) == {0}
    assert shop.disagreements() == []


async def test_each_letter_names_what_goes_back_this_time(shop, person, paid):
    first, *_ = tickets(shop)

    for some in ([first.id], None):
        give_back(shop, shop.actor(person), paid.order_id, some)

    with shop.look() as session:
        told = session.exec(select(Job.payload).where(Job.dedupe_key.contains(":refunded-")).order_by(Job.id))
        letters = [
            write_order_letter(
                session,
                order_id=paid.order_id,
                about=payload["about"],
                back_minor=payload["back_minor"],
                link=str,
            ).text.split("\n\n")[1:-2]
            for payload in told
        ]
    reference = paid.reference
    assert letters == [
        [
            f"€10.01 of order {reference} is on its way back to you.",
            "In all, €30.03 of €30.03 goes back.",
            "Banks take up to ten working days to show it.",
        ],
        [
            f"€20.02 of order {reference} is on its way back to you.",
            "In all, €30.03 of €30.03 goes back.",
            "Banks take up to ten working days to show it.",
        ],
    ]


async def test_the_event_rule_decides_for_the_buyer_and_not_for_the_organizer(shop, event, person, paid):
    shop.change(Event, event, refund_until_hours=None)
    with shop.look() as session:
        organizer = session.get_one(Event, event).organizer_id
    owner = shop.actor(shop.person(), organizers={organizer: TeamRole.OWNER})
    rival = shop.actor(shop.person(), organizers={shop.person(): TeamRole.OWNER})
    door = shop.actor(shop.person(), organizers={organizer: TeamRole.DOOR})

    for nobody in (rival, door):
        with pytest.raises(NotFound):
            give_back(shop, nobody, paid.order_id)
    with pytest.raises(RefundNotAllowed):
        give_back(shop, shop.actor(person), paid.order_id)
    assert {ticket.status for ticket in tickets(shop)} == {TicketStatus.VALID}

    assert give_back(shop, owner, paid.order_id).amount_minor == 30_03


async def test_it_is_too_late_for_the_buyer_a_day_before(shop, person, paid):
    shop.clock.advance(days=29, seconds=1)

    with pytest.raises(RefundNotAllowed):
        give_back(shop, shop.actor(person), paid.order_id)


async def test_a_used_ticket_is_not_given_back_by_its_buyer(shop, event, person, paid):
    used, fresh, _ = tickets(shop)
    shop.runtime.write(
        lambda session, now: session.add(
            Scan(
                id=used.id,
                event_id=event,
                ticket_id=used.id,
                person_id=person,
                result=ScanResult.ADMITTED,
                scanned_at=now,
                received_at=now,
            )
        )
    )

    with pytest.raises(RefundNotAllowed):
        give_back(shop, shop.actor(person), paid.order_id)
    assert give_back(shop, shop.actor(person), paid.order_id, [fresh.id]).amount_minor == 10_01


async def test_a_refund_whose_answer_was_lost_happens_once(shop, person, paid):
    weather = Weather()
    stormy(shop.runtime, weather)
    give_back(shop, shop.actor(person), paid.order_id)
    weather.lost_after.append("refund")
    weather.lost_before.append("refund")

    for _ in range(4):
        await shop.work()
        shop.clock.advance(minutes=1)

    with shop.look() as session:
        assert session.exec(select(Refund)).one().status is RefundStatus.DONE
    assert shop.disagreements() == []


async def test_a_refund_outlasts_a_provider_that_is_down_for_an_hour(shop, person, paid):
    weather = Weather()
    stormy(shop.runtime, weather)
    give_back(shop, shop.actor(person), paid.order_id)

    weather.down[:] = [True] * 60
    for _ in range(62):
        await shop.work()
        shop.clock.advance(minutes=1)

    with shop.look() as session:
        assert session.exec(select(Refund)).one().status is RefundStatus.DONE
    assert shop.disagreements() == []


async def test_a_cancelled_event_gives_every_order_back_once(shop, event, tier, person, paid):
    for _ in range(3):
        other = shop.person()
        await shop.hold(other, event, tier, 1)
        await shop.pay(await shop.place(other), CARDS.good)
    waiting = shop.person()
    await shop.hold(waiting, event, tier, 1)
    unpaid = await shop.place(waiting)
    shop.change(Event, event, status=EventStatus.CANCELLED)
    shop.runtime.write(
        lambda session, now: jobs.enqueue(
            session,
            kind="event-cancelled",
            dedupe_key=f"event-cancelled:{event}",
            payload={"event_id": str(event)},
            run_at=now,
        )
    )

    for _ in range(3):
        await shop.work()

    with shop.look() as session:
        orders = {order.id: order.status for order in session.exec(select(Order))}
        assert orders.pop(unpaid.order_id) is OrderStatus.CANCELLED
        assert set(orders.values()) == {OrderStatus.REFUNDED}
        refunds = session.exec(select(Refund)).all()
        assert sorted(refund.amount_minor for refund in refunds) == [10_01, 10_01, 10_01, 30_03]
        assert {refund.status for refund in refunds} == {RefundStatus.DONE}
        stock = session.get_one(TierStock, tier)
        assert (stock.held, stock.sold) == (0, 0)
    assert shop.disagreements() == []


async def test_the_orders_of_a_large_event_take_several_turns(shop, event, tier, paid, monkeypatch):
    for _ in range(2):
        other = shop.person()
        await shop.hold(other, event, tier, 1)
        await shop.pay(await shop.place(other), CARDS.good)
    shop.change(Event, event, status=EventStatus.CANCELLED)
    monkeypatch.setattr(handlers, "ORDERS_AT_ONCE", 1)
    monkeypatch.setattr(handlers, "ROUNDS_AT_ONCE", 2)
    turns = []

    for _ in range(2):
        wait = await handlers.event_cancelled(shop.runtime, {"event_id": str(event)})
        with shop.look() as session:
            turns.append((wait, session.scalar(select(func.count()).select_from(Refund))))

    assert turns == [(timedelta(0), 2), (None, 3)]


async def cancelled_while_buying(shop, event, tier, card):
    """Somebody has an order, and perhaps pays, when the event is cancelled."""
    buyer = shop.person()
    await shop.hold(buyer, event, tier, 1)
    placed = await shop.place(buyer)
    if card is not None:
        await shop.pay(placed, card)
    shop.change(Event, event, status=EventStatus.CANCELLED)
    shop.runtime.write(
        lambda session, now: jobs.enqueue(
            session, kind="event-cancelled", dedupe_key="e", payload={"event_id": str(event)}, run_at=now
        )
    )
    return buyer, placed


async def test_an_order_of_a_cancelled_event_cannot_be_paid_any_more(shop, event, tier):
    _, placed = await cancelled_while_buying(shop, event, tier, None)

    with pytest.raises(EventCalledOff):
        await shop.pay(placed, CARDS.good)

    with shop.look() as session:
        assert session.exec(select(Payment)).all() == []


async def test_an_order_whose_payment_fails_after_its_event_was_cancelled_ends_too(shop, event, tier):
    buyer, placed = await cancelled_while_buying(shop, event, tier, CARDS.bank_asks)
    await shop.work()
    await shop.runtime.cashier.call_off_order(person_id=buyer, order_id=placed.order_id)

    shop.clock.advance(seconds=11)
    await shop.work()

    with shop.look() as session:
        order = session.get_one(Order, placed.order_id)
        assert (order.status, order.end_reason) == (OrderStatus.CANCELLED, "event_cancelled")
        assert session.get_one(TierStock, tier).held == 0
    assert shop.disagreements() == []


async def test_a_new_name_makes_a_new_code(shop, person, paid):
    def mine():
        return shop.runtime.read(
            lambda session, now: ticketing.list_my_tickets(session, actor=shop.actor(person))
        )

    def rename(actor, name):
        shop.runtime.write(
            lambda session, now: rename_attendee(
                session, actor=actor, ticket_id=tickets(shop)[0].id, name=name, now=now
            )
        )

    before = mine()[0]
    with pytest.raises(NotFound):
        rename(shop.actor(shop.person()), "Eve")
    rename(shop.actor(person), " Grace  Hopper ")
    after = mine()[0]
    give_back(shop, shop.actor(person), paid.order_id)
    with pytest.raises(TicketNotValid):
        rename(shop.actor(person), "Ada")

    assert (before.attendee_name, after.attendee_name) == ("Ada Fan", "Grace Hopper")
    assert before.code != after.code
    assert (mine()[0].code, mine()[0].status_text) == ("", "Refunded")
