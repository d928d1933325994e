"""Two people press refund for the same order at the same moment."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tests.buying import CARDS, Shop
from tests.racing import race
from ticketapp.core.errors import Conflict
from ticketapp.models import Event, LedgerEntry, Order, OrderStatus, Refund, TeamRole, Ticket, TicketStatus
from ticketapp.runtime import Runtime
from ticketapp.services.payments.desk import refund_from_desk

pytestmark = [pytest.mark.concurrency, pytest.mark.postgres, pytest.mark.anyio]
TIMES = 6


@pytest.fixture
async def shop(postgres_runtime: Runtime) -> Shop:
    """A shop with one paid order of three places at €10.01."""
    shop = Shop(postgres_runtime)
    event, person = shop.event(), shop.person()
    await shop.hold(person, event, shop.tier(event, price_minor=10_01), 3)
    shop.placed = await shop.place(person)
    await shop.pay(shop.placed, CARDS.good)
    with shop.look() as session:
        organizer = session.get_one(Event, event).organizer_id
        shop.ticket_ids = session.exec(select(Ticket.id).order_by(Ticket.id)).all()
    shop.owner = shop.actor(shop.person(), organizers={organizer: TeamRole.OWNER})
    return shop


def press(shop, ticket_ids, confirmed_minor):
    try:
        shop.runtime.write(
            lambda session, now: refund_from_desk(
                session,
                actor=shop.owner,
                order_id=shop.placed.order_id,
                ticket_ids=ticket_ids,
                note="Double press",
                confirmed_minor=confirmed_minor,
                now=now,
            )
        )
    except Conflict as refusal:
        return refusal.code
    return "refunded"


async def test_of_many_presses_one_refunds(shop):
    outcomes = race(lambda: press(shop, shop.ticket_ids, 30_03), times=TIMES)
    await shop.work()

    assert sorted(outcomes) == ["nothing_to_refund"] * (TIMES - 1) + ["refunded"]
    with shop.look() as session:
        order = session.get_one(Order, shop.placed.order_id)
        assert (order.status, order.refunded_minor) == (OrderStatus.REFUNDED, 30_03)
        assert session.exec(select(Refund.amount_minor)).all() == [30_03]
    assert shop.disagreements() == []


async def test_crossing_choices_never_give_a_ticket_back_twice(shop):
    first, second, third = shop.ticket_ids
    choices = [[first, second], [second, third], [first], [third]]
    turn = iter(choices)
    lock = threading.Lock()

    def press_next():
        with lock:
            chosen = next(turn)
        return chosen, press(shop, chosen, 10_01 * len(chosen))

    outcomes = race(press_next, times=len(choices))
    await shop.work()

    given_back = [ticket for chosen, outcome in outcomes if outcome == "refunded" for ticket in chosen]
    assert len(given_back) == len(set(given_back)) >= 1
    with shop.look() as session:
        refunded = select(Ticket.id).where(Ticket.status == TicketStatus.REFUNDED)
        assert set(session.exec(refunded).all()) == set(given_back)
        assert session.get_one(Order, shop.placed.order_id).refunded_minor == 10_01 * len(given_back)
        booked = select(LedgerEntry.amount_minor).where(LedgerEntry.kind == "refund-paid")
        assert sum(session.exec(booked)) == 10_01 * len(given_back)
    assert shop.disagreements() == []


async def test_control_who_looks_without_a_lock_refunds_twice_but_for_the_database(shop):
    """If this stops failing the naive way, the tests above prove nothing."""
    have_looked = threading.Barrier(TIMES)

    def naive(session, _now):
        is_valid = sa.select(sa.func.count()).where(Ticket.status == TicketStatus.VALID)
        assert session.scalar(is_valid) == 3
        have_looked.wait(20)
        session.execute(sa.update(Order).values(refunded_minor=Order.refunded_minor + 30_03))

    def press_naively():
        try:
            shop.runtime.write(naive)
        except IntegrityError:
            return "stopped by the database"
        return "refunded"

    outcomes = race(press_naively, times=TIMES)

    assert sorted(outcomes) == ["refunded"] + ["stopped by the database"] * (TIMES - 1)
