"""Orders and tickets on the screen: one's own, and nobody else's whatever is sent."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.core.tokens import new_token
from ticketapp.integrations.payments import ChargeStatus
from ticketapp.integrations.sandbox_book import answer_action
from ticketapp.models import Event, Order, OrderStatus, Ticket
from ticketapp.services.accounts.operations import begin_guest
from ticketapp.services.payments.receipt_views import ReceiptView
from ticketapp.state.open_order import OpenOrderState
from ticketapp.state.order import CANCEL, RETURN_ALL, OrderState
from ticketapp.state.orders import OrdersState
from ticketapp.state.tickets import TicketsState


@pytest.fixture
def shop(app_runtime) -> Shop:
    return Shop(app_runtime)


@pytest.fixture
def guest(app_runtime, screen) -> UUID:
    """The screen's own guest."""
    screen.token = new_token()
    return app_runtime.write(lambda session, now: begin_guest(session, token=screen.token, now=now)).person_id


async def ordered(shop: Shop, person: UUID, quantity: int = 2, **event):
    event_id = shop.event(**event)
    await shop.hold(person, event_id, shop.tier(event_id), quantity)
    return await shop.place(person)


async def paid(shop: Shop, person: UUID, **event):
    placed = await ordered(shop, person, **event)
    await shop.pay(placed, CARDS.good)
    return placed


def status_of(shop: Shop, placed) -> OrderStatus:
    with shop.look() as session:
        return session.get_one(Order, placed.order_id).status


async def open_order(screen, placed) -> OrderState:
    await screen.send(OrderState.load, path=f"/order/{placed.reference}")
    return await screen.state(OrderState)


async def test_the_outcome_is_shown_and_gets_the_focus(screen, shop, guest):
    shown = await open_order(screen, await paid(shop, guest))

    assert (shown.receipt.outcome.status_text, len(shown.receipt.tickets)) == ("Paid", 2)
    assert any("page-title" in str(event.payload) for event in screen.events), screen.events


@pytest.mark.parametrize(
    ("decided", "claimed", "shown_status"),
    [
        (ChargeStatus.SUCCEEDED, "failed", "Paid"),
        (ChargeStatus.FAILED, "succeeded", "Awaiting payment"),
    ],
)
async def test_who_comes_back_from_the_bank_sees_what_the_provider_says(
    screen, shop, guest, decided, claimed, shown_status
):
    placed = await ordered(shop, guest)
    asking = await shop.pay(placed, CARDS.bank_asks)
    shop.runtime.write(
        lambda session, now: answer_action(session, asking.payment_ref, status=decided, error_code=None)
    )

    await screen.send(OrderState.load, path=f"/order/{placed.reference}?redirect_status={claimed}")

    shown = await screen.state(OrderState)
    assert (shown.receipt.outcome.status_text, shown.receipt.is_asking) == (shown_status, False)


async def test_another_persons_order_is_not_found(screen, shop, guest):
    theirs = await paid(shop, shop.person())

    shown = await open_order(screen, theirs)

    assert (shown.is_missing, shown.receipt) == (True, ReceiptView())


async def test_without_a_cookie_no_order_is_found(screen, shop):
    shown = await open_order(screen, await paid(shop, shop.person()))

    assert shown.is_missing


async def test_another_persons_order_cannot_be_changed_through_an_open_page(screen, shop, guest):
    theirs = await ordered(shop, shop.person())
    await open_order(screen, theirs)

    for spec in (
        OrderState.ask_cancel,
        OrderState.cancel_order,
        OrderState.use_another_card,
        OpenOrderState.reopen(str(theirs.order_id)),
    ):
        await screen.send(spec)

    assert status_of(shop, theirs) is OrderStatus.AWAITING_PAYMENT
    assert screen.errors == []
    assert screen.redirects == []


async def test_cancelled_twice_is_cancelled_once(screen, shop, guest):
    placed = await ordered(shop, guest)
    await open_order(screen, placed)
    await screen.send(OrderState.ask_cancel)
    assert (await screen.state(OrderState)).asked == CANCEL

    await screen.send(OrderState.cancel_order)
    await screen.send(OrderState.cancel_order)

    shown = await screen.state(OrderState)
    assert (shown.receipt.outcome.status_text, shown.asked, shown.is_busy) == ("Cancelled", "", False)
    assert screen.errors == []


async def test_what_was_asked_is_given_back_once(screen, shop, guest):
    placed = await paid(shop, guest, refund_until_hours=24)
    shown = await open_order(screen, placed)
    first = shown.receipt.tickets[0].shown.id

    await screen.send(OrderState.ask_return(first))
    assert (await screen.state(OrderState)).asked_text == "€45.00"
    await screen.send(OrderState.give_back)
    told = len(screen.events)
    await screen.send(OrderState.give_back)

    assert len(screen.events) == told, "the second click of a double click says nothing"
    assert status_of(shop, placed) is OrderStatus.PARTLY_REFUNDED
    await screen.send(OrderState.ask_return_all)
    shown = await screen.state(OrderState)
    assert (shown.asked, shown.asked_text) == (RETURN_ALL, "€45.00")
    await screen.send(OrderState.give_back)
    assert status_of(shop, placed) is OrderStatus.REFUNDED
    assert screen.errors == []


async def test_another_orders_ticket_cannot_be_given_back(screen, shop, guest):
    theirs = await paid(shop, shop.person(), refund_until_hours=24)
    mine = await paid(shop, guest, refund_until_hours=24)
    with shop.look() as session:
        [ticket, _] = session.exec(select(Ticket).where(Ticket.order_id == theirs.order_id)).all()
    await open_order(screen, mine)

    for ticket_id in (str(ticket.id), "x", "", "cancel"):
        await screen.send(OrderState.ask_return(ticket_id))
        await screen.send(OrderState.give_back)

    assert (status_of(shop, theirs), status_of(shop, mine)) == (OrderStatus.PAID, OrderStatus.PAID)
    assert screen.errors == []


async def test_the_tickets_go_back_to_the_cart_to_be_changed(screen, shop, guest):
    placed = await ordered(shop, guest)
    await screen.send(OpenOrderState.load)
    assert (await screen.state(OpenOrderState)).order.reference == placed.reference

    await screen.send(OpenOrderState.reopen(str(placed.order_id)))

    assert status_of(shop, placed) is OrderStatus.CANCELLED
    assert screen.redirects == ["/cart"]
    assert (await screen.state(OpenOrderState)).order.reference == ""


async def test_another_card_can_be_used_while_the_bank_waits(screen, shop, guest):
    placed = await ordered(shop, guest)
    await shop.pay(placed, CARDS.bank_asks)
    await open_order(screen, placed)

    await screen.send(OrderState.use_another_card)

    assert screen.redirects == ["/checkout"]
    assert (await shop.pay(placed, CARDS.good)).order_status is OrderStatus.PAID


async def test_orders_are_listed_page_by_page(screen, shop, guest):
    placed = await paid(shop, guest)
    await paid(shop, shop.person())

    await screen.send(OrdersState.load, path="/orders?page=7")

    shown = (await screen.state(OrdersState)).orders
    assert [order.reference for order in shown.orders] == [placed.reference]
    assert (shown.page, shown.pages, shown.count_text) == (1, 1, "1 to 1 of 1")


async def test_tickets_stand_on_their_shelves_and_follow_the_door(screen, shop, guest):
    placed = await paid(shop, guest)
    soon = shop.now + timedelta(days=2)
    shop.change(Event, placed.event_ids[0], doors_at=soon, starts_at=soon, ends_at=soon + timedelta(hours=3))

    await screen.send(TicketsState.load)

    shown = (await screen.state(TicketsState)).shelves
    assert (len(shown.today), len(shown.upcoming), len(shown.past)) == (0, 2, 0)
    shop.clock.advance(minutes=47 * 60)
    await screen.send(TicketsState.load)
    assert len((await screen.state(TicketsState)).shelves.today) == 2
    shop.clock.advance(minutes=4 * 60)
    await screen.send(TicketsState.load)
    assert len((await screen.state(TicketsState)).shelves.past) == 2


async def test_a_ticket_gets_another_name_and_another_code(screen, shop, guest):
    await paid(shop, guest)
    await screen.send(TicketsState.load)
    [first, _] = (await screen.state(TicketsState)).shelves.upcoming

    await screen.send(TicketsState.ask_name(first.id, first.attendee_name))
    await screen.send(TicketsState.rename({"holder": "  "}))
    refused = await screen.state(TicketsState)
    assert (refused.renaming, refused.name_error != "") == (first.id, True)
    await screen.send(TicketsState.rename({"holder": "Grace Guest"}))

    shown = await screen.state(TicketsState)
    [renamed] = [row for row in shown.shelves.upcoming if row.id == first.id]
    assert (renamed.attendee_name, shown.renaming) == ("Grace Guest", "")
    assert renamed.qr_path == first.qr_path.replace("revision=1", "revision=2")


async def test_another_persons_ticket_keeps_its_name(screen, shop, guest):
    theirs = await paid(shop, shop.person())
    with shop.look() as session:
        ticket_id = session.exec(select(Ticket.id).where(Ticket.order_id == theirs.order_id)).first()

    await screen.send(TicketsState.ask_name(str(ticket_id), "x"))
    await screen.send(TicketsState.rename({"holder": "Mallory"}))

    with shop.look() as session:
        assert session.get_one(Ticket, ticket_id).attendee_name == "Ada Fan"
    assert screen.errors == []
