"""An unpaid order goes back into the cart, held as before."""

from dataclasses import replace

import pytest

from tests.buying import CARDS, Shop
from tests.carts import cart_of
from ticketapp.core.errors import NotFound
from ticketapp.models import OpenOrder, Order, OrderStatus, TierStock
from ticketapp.services.inventory.operations import expire_due
from ticketapp.services.ordering.errors import NotCancellable, PaymentUnderWay
from ticketapp.services.ordering.reopening import reopen_order


@pytest.fixture
def shop(any_runtime) -> Shop:
    return Shop(any_runtime)


def reopen(shop: Shop, person, order_id) -> None:
    shop.runtime.write(
        lambda session, now: reopen_order(session, person_id=person, order_id=order_id, now=now)
    )


async def ordered(shop: Shop):
    person, event = shop.person(), shop.event()
    tier = shop.tier(event)
    await shop.hold(person, event, tier, 2)
    return person, tier, await shop.place(person)


async def test_the_tickets_are_in_the_cart_again_with_the_same_deadline(shop):
    person, tier, placed = await ordered(shop)
    shop.clock.advance(minutes=5)

    reopen(shop, person, placed.order_id)

    cart = cart_of(shop.runtime, person)
    assert (cart.quantity, cart.deadline_ms) == (2, int(placed.expires_at.timestamp() * 1000))
    with shop.look() as session:
        order = session.get_one(Order, placed.order_id)
        assert (order.status, order.end_reason) == (OrderStatus.CANCELLED, "reopened")
        assert session.get(OpenOrder, (person, placed.event_ids[0])) is None
        stock = session.get_one(TierStock, tier)
        assert (stock.held, stock.sold) == (2, 0)
    again = await shop.place(person)
    assert (again.total_minor, again.order_id == placed.order_id) == (90_00, False)


async def test_a_paid_order_is_not_taken_apart(shop):
    person, _, placed = await ordered(shop)
    await shop.pay(placed, CARDS.good)

    with pytest.raises(NotCancellable):
        reopen(shop, person, placed.order_id)
    assert cart_of(shop.runtime, person).quantity == 0


async def test_not_while_money_may_be_moving(shop):
    shop.runtime.cashier = replace(shop.runtime.cashier, answer_within_s=0.5)
    person, _, placed = await ordered(shop)
    await shop.pay(placed, CARDS.silent)

    with pytest.raises(PaymentUnderWay):
        reopen(shop, person, placed.order_id)


async def test_nobody_elses(shop):
    _, _, placed = await ordered(shop)

    with pytest.raises(NotFound):
        reopen(shop, shop.person(), placed.order_id)
    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).status is OrderStatus.AWAITING_PAYMENT


async def test_what_had_run_out_meanwhile_is_given_up_with_the_rest_of_the_cart(shop):
    person, event = shop.person(), shop.event()
    tier = shop.tier(event)
    await shop.hold(person, event, tier, 2)
    shop.clock.advance(minutes=10)
    await shop.hold(person, event, tier, 3)
    placed = await shop.place(person)
    shop.clock.advance(minutes=6)

    reopen(shop, person, placed.order_id)
    shop.runtime.write(lambda session, now: expire_due(session, now=now, limit=10))

    assert cart_of(shop.runtime, person).quantity == 3
    with shop.look() as session:
        assert session.get_one(TierStock, tier).held == 3
