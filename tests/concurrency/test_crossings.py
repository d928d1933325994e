"""Two different things done to the same tickets, cart or order at the same moment, each in a transaction of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from tests.buying import ADA, CARDS, Shop
from tests.factories import make_member
from tests.harness.doors import actor_of
from tests.harness.waiting import until
from ticketapp.core.ids import new_id
from ticketapp.models import CartWish, Event, Hold, HoldPolicy, Order, Person, TeamRole, Ticket
from ticketapp.runtime import Runtime
from ticketapp.services.cart import operations as cart
from ticketapp.services.checkin.operations import redeem_many
from ticketapp.services.checkin.requests import Presented, RedeemRequest
from ticketapp.services.ordering.operations import lock_orders, place_orders
from ticketapp.services.ordering.requests import PlaceOrder
from ticketapp.services.ordering.taking_over import take_over_orders
from ticketapp.services.payments.errors import RefundNotAllowed
from ticketapp.services.payments.refunds import refund_tickets

STOCK_IF_FREE = sa.text("SELECT 1 FROM event_stock WHERE event_id = :event FOR UPDATE SKIP LOCKED")

pytestmark = [pytest.mark.concurrency, pytest.mark.postgres]


@pytest.fixture
def shop(postgres_runtime: Runtime) -> Shop:
    return Shop(postgres_runtime)


def waiting_for_locks(runtime: Runtime) -> int:
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return runtime.read(lambda session, _now: session.execute(query).scalar_one())


def cross(
    runtime: Runtime, first: Callable[[Any, Any], Any], second: Callable[[Any, Any], Any]
) -> Future[Any]:
    """Do the first thing, and the second before the first commits; give how the second one went."""
    may_commit = threading.Event()
    has_done = threading.Event()

    def slowly(session: Any, now: Any) -> None:
        first(session, now)
        session.flush()
        has_done.set()
        assert may_commit.wait(20)

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(runtime.write, slowly)
        assert has_done.wait(20)
        crossing = threads.submit(runtime.write, second)
        until(
            lambda: crossing.done() or waiting_for_locks(runtime), within_s=10, what="it waits or has ended"
        )
        may_commit.set()
        slow.result(20)
    return crossing


async def test_a_ticket_that_is_being_let_in_is_not_given_back(shop: Shop):
    person, event = shop.person(), shop.event(refund_until_hours=0)
    tier = shop.tier(event)
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.good)

    def staff(session, _now):
        organizer_id, guard = session.get_one(Event, event).organizer_id, session.get_one(Person, person)
        make_member(session, organizer_id=organizer_id, person_id=person, role=TeamRole.DOOR)
        return session.scalar(sa.select(Ticket)), actor_of(guard, {organizer_id: TeamRole.DOOR})

    ticket, actor = shop.runtime.write(staff)
    scan = RedeemRequest(
        new_id(), event, Presented(ticket_id=ticket.id, revision=1), actor, shop.now, "Gate A", "tablet"
    )

    refund = cross(
        shop.runtime,
        lambda session, now: redeem_many(session, [scan], now),
        lambda session, now: refund_tickets(
            session, actor=shop.actor(person), order_id=placed.order_id, now=now
        ),
    )

    with pytest.raises(RefundNotAllowed):
        refund.result()


async def test_an_order_placed_while_its_guest_signs_in_comes_along(shop: Shop):
    guest, ada, event = shop.person(), shop.person(), shop.event()
    tier = shop.tier(event)
    await shop.hold(guest, event, tier, 2)

    def sign_in(session, now):
        take_over_orders(session, from_person=guest, to_person=ada, now=now)
        cart.take_over(session, from_person=guest, to_person=ada, now=now)

    def place(session, now):
        return place_orders(session, [PlaceOrder(guest, ADA, hold_span=shop.runtime.hold_span)], now)

    cross(shop.runtime, place, sign_in).result()

    with shop.look() as session:
        owners = set(session.scalars(sa.select(Order.person_id))) | set(
            session.scalars(sa.select(Hold.person_id))
        )
    assert owners == {ada}


async def test_wishes_are_held_after_the_orders_are_locked(shop: Shop):
    """Settling locks an order, then its stock; had placing locked the stock first, the two would wait for each other."""
    person, event = shop.person(), shop.event()
    tier = shop.tier(event)
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    shop.change(Event, event, hold_policy=HoldPolicy.AT_CHECKOUT)
    shop.runtime.write(
        lambda session, now: session.add(
            CartWish(person_id=person, tier_id=tier, event_id=event, quantity=1, created_at=now)
        )
    )
    may_look, is_stock_free = threading.Event(), []

    def settle_and_look(session, _now):
        lock_orders(session, [placed.order_id])
        has_order.set()
        assert may_look.wait(20)
        is_stock_free.append(session.execute(STOCK_IF_FREE, {"event": event}).first() is not None)

    def place(session, now):
        return place_orders(session, [PlaceOrder(person, ADA, hold_span=shop.runtime.hold_span)], now)

    has_order = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        settling = threads.submit(shop.runtime.write, settle_and_look)
        assert has_order.wait(20)
        placing = threads.submit(shop.runtime.write, place)
        until(lambda: waiting_for_locks(shop.runtime), within_s=10, what="placing waits for the order")
        may_look.set()
        settling.result(20)
        [answer] = placing.result(20)

    assert is_stock_free == [True]
    assert answer.total_minor == 90_00
