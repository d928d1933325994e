"""The organizer's order page: what is ticked, what the question says, and nobody else's orders."""

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from tests.factories import make_member
from tests.state.test_guard import cookie_of
from ticketapp.models import Event, Order, OrderStatus, TeamRole, Ticket
from ticketapp.services.accounts import operations
from ticketapp.state.order_desk import OrderDeskState
from ticketapp.state.organizer_orders import OrganizerOrdersState


@pytest.fixture
async def shop(app_runtime) -> Shop:
    """A shop with one paid order of two places at €10.01."""
    shop = Shop(app_runtime)
    shop.own, person = shop.event(), shop.person()
    await shop.hold(person, shop.own, shop.tier(shop.own, price_minor=10_01), 2)
    shop.placed = await shop.place(person)
    await shop.pay(shop.placed, CARDS.good)
    with shop.look() as session:
        shop.ticket_ids = [str(found) for found in session.exec(select(Ticket.id).order_by(Ticket.id))]
    return shop


def owner_cookie(shop: Shop) -> str:
    person = shop.person()

    def join(session, now):
        organizer = session.get_one(Event, shop.own).organizer_id
        make_member(session, organizer_id=organizer, person_id=person, role=TeamRole.OWNER)
        return operations.open_session(session, person_id=person, now=now).token

    return shop.runtime.write(join)


async def opened(screen, shop) -> OrderDeskState:
    await screen.send(OrderDeskState.load, path=f"/organizer/orders/{shop.placed.reference}")
    return await screen.state(OrderDeskState)


def order_of(shop) -> Order:
    with shop.look() as session:
        return session.get_one(Order, shop.placed.order_id)


async def test_what_is_ticked_is_what_is_refunded(screen, shop):
    screen.token = owner_cookie(shop)
    desk = await opened(screen, shop)
    path = f"/organizer/orders/{shop.placed.reference}"
    assert (desk.all_text, desk.chosen_text) == ("€20.02", "€0.00")

    await screen.send(OrderDeskState.tick(shop.ticket_ids[0]), path=path)
    await screen.send(OrderDeskState.ask_about_chosen, path=path)
    asked = await screen.state(OrderDeskState)
    assert (asked.asked, asked.asked_text, asked.asked_count_text) == (
        shop.ticket_ids[:1],
        "€10.01",
        "1 ticket",
    )

    await screen.send(OrderDeskState.refund({"note": ""}), path=path)
    refused = await screen.state(OrderDeskState)
    assert refused.note_error.startswith("Say why")
    assert refused.asked == shop.ticket_ids[:1]
    assert order_of(shop).refunded_minor == 0

    await screen.send(OrderDeskState.refund({"note": "Came too late"}), path=path)
    done = await screen.state(OrderDeskState)
    assert (done.asked, done.is_busy, done.chosen) == ([], False, [])
    assert (done.order.status_text, done.all_text) == ("Partly refunded", "€10.01")
    assert (order_of(shop).status, order_of(shop).refunded_minor) == (OrderStatus.PARTLY_REFUNDED, 10_01)
    assert screen.errors == []


async def test_a_ticket_that_is_not_of_this_order_cannot_be_ticked(screen, shop):
    screen.token = owner_cookie(shop)
    await opened(screen, shop)

    await screen.send(OrderDeskState.tick("0199b6a0-0000-7000-8000-000000000000"), path="/organizer/orders/x")
    await screen.send(OrderDeskState.ask_about_chosen, path="/organizer/orders/x")

    desk = await screen.state(OrderDeskState)
    assert (desk.chosen, desk.asked) == ([], [])


async def test_another_organizers_order_is_missing(screen, shop, app_runtime):
    screen.token = cookie_of(app_runtime, "organizer")

    desk = await opened(screen, shop)
    await screen.send(OrderDeskState.refund({"note": "x"}), path="/organizer/orders/x")

    assert (desk.is_missing, desk.order.reference) == (True, "")
    assert order_of(shop).refunded_minor == 0


async def test_the_list_asks_what_the_address_says(screen, shop):
    screen.token = owner_cookie(shop)

    await screen.send(OrganizerOrdersState.load, path="/organizer/orders?q=ada")
    listed = await screen.state(OrganizerOrdersState)

    assert [row.reference for row in listed.found.orders] == [shop.placed.reference]
