"""Orders: what a cart becomes, what is refused, and what a second press of the button finds."""

import pytest
from sqlmodel import select

from tests.buying import ADA, CARDS, Shop
from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.models import (
    CartWish,
    DeliveryChoice,
    Event,
    EventStatus,
    Hold,
    HoldPolicy,
    HoldStatus,
    LogEntry,
    Membership,
    OpenOrder,
    Order,
    OrderLine,
    OrderStatus,
    Tier,
    TierStock,
)
from ticketapp.services.inventory.errors import SoldOut
from ticketapp.services.ordering import queries
from ticketapp.services.ordering.errors import (
    AccountNeeded,
    CartEmpty,
    EventCalledOff,
    MembersOnly,
    MixedCurrencies,
    NotCancellable,
    OrderAlreadyOpen,
    PaymentUnderWay,
    ReservationExpired,
    TooManyInOrder,
)
from ticketapp.services.ordering.operations import CancelOrder, cancel_orders
from ticketapp.services.ordering.requests import Contact
from ticketapp.services.ordering.rules import line_parts

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


@pytest.fixture
def event(shop):
    return shop.event()


@pytest.fixture
def tier(shop, event):
    return shop.tier(event, price_minor=45_00, capacity=10)


@pytest.fixture
def person(shop):
    return shop.person()


def all_of(shop, model):
    with shop.look() as session:
        return list(session.exec(select(model)).all())


async def test_a_cart_of_several_events_becomes_one_order(shop, person, event, tier):
    other = shop.event()
    await shop.hold(person, event, tier, 2)
    await shop.hold(person, other, shop.tier(other, price_minor=10_00), 1)

    placed = await shop.place(person)

    assert (placed.total_minor, len(placed.lines), set(placed.event_ids)) == (100_00, 2, {event, other})
    assert placed.status is OrderStatus.AWAITING_PAYMENT
    assert {row.event_id for row in all_of(shop, OpenOrder)} == {event, other}
    assert {hold.order_id for hold in all_of(shop, Hold)} == {placed.order_id}
    with pytest.raises(CartEmpty):
        await shop.place(shop.person())


async def test_pressed_again_the_same_order_is_found(shop, person, event, tier):
    await shop.hold(person, event, tier, 2)

    first = await shop.place(person)
    again = await shop.place(person, contact=Contact("Ada Lovelace", "ADA@example.com "))

    assert (again.order_id, again.is_resumed) == (first.order_id, True)
    order = all_of(shop, Order)[0]
    assert (order.contact_name, order.contact_email) == ("Ada Lovelace", "ada@example.com")


async def test_a_grown_cart_replaces_the_open_order(shop, person, event, tier):
    await shop.hold(person, event, tier, 2)
    old = await shop.place(person)
    await shop.hold(person, event, tier, 1)

    new = await shop.place(person)

    assert (new.total_minor, len(new.lines)) == (135_00, 2)
    orders = {order.id: (order.status, order.end_reason) for order in all_of(shop, Order)}
    assert orders == {
        old.order_id: (OrderStatus.CANCELLED, "replaced"),
        new.order_id: (OrderStatus.AWAITING_PAYMENT, None),
    }
    assert {hold.order_id for hold in all_of(shop, Hold)} == {new.order_id}
    assert shop.disagreements() == []


async def test_an_order_that_is_being_paid_is_not_replaced(shop, person, event, tier):
    await shop.hold(person, event, tier, 2)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.bank_asks)
    await shop.hold(person, event, tier, 1)

    with pytest.raises(PaymentUnderWay):
        await shop.place(person)

    assert [order.status for order in all_of(shop, Order)] == [OrderStatus.AWAITING_PAYMENT]


async def test_named_holds_never_drag_an_open_order_along(shop, person, event, tier):
    await shop.hold(person, event, tier, 2)
    await shop.place(person)
    holds = await shop.hold(person, event, tier, 1)

    with pytest.raises(OrderAlreadyOpen):
        await shop.place(person, *holds)


async def test_one_order_has_one_currency(shop, person, event, tier):
    await shop.hold(person, event, tier, 1)
    tokyo = shop.event()
    await shop.hold(person, tokyo, shop.tier(tokyo, price_minor=6800, currency="JPY"), 1)

    with pytest.raises(MixedCurrencies):
        await shop.place(person)
    yen = await shop.place(person, currency="JPY")
    euro = await shop.place(person, currency="EUR")

    assert (yen.currency, yen.total_minor, euro.currency, euro.total_minor) == ("JPY", 6800, "EUR", 45_00)


async def test_a_hold_that_ended_cannot_be_ordered(shop, person, event, tier):
    holds = await shop.hold(person, event, tier, 1)
    shop.clock.advance(minutes=15)

    with pytest.raises(ReservationExpired):
        await shop.place(person, *holds)
    with pytest.raises(CartEmpty):
        await shop.place(person)

    assert all_of(shop, Order) == []


async def test_another_persons_hold_is_not_found(shop, person, event, tier):
    holds = await shop.hold(person, event, tier, 1)

    with pytest.raises(NotFound):
        await shop.place(shop.person(), *holds)


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (Contact("", "ada@example.com"), "name"),
        (Contact("Ada", "nobody"), "email"),
        (Contact("Ada", "ada@example.com", delivery=DeliveryChoice.COURIER), "delivery_address"),
        (Contact("A" * 121, "ada@example.com"), "name"),
    ],
)
async def test_a_wrong_contact_names_its_field(shop, person, event, tier, contact, field):
    await shop.hold(person, event, tier, 1)

    with pytest.raises(InvalidInput) as refusal:
        await shop.place(person, contact=contact)

    assert set(refusal.value.field_texts) == {field}
    assert (all_of(shop, Order), all_of(shop, OpenOrder)) == ([], [])


async def test_the_rules_are_asked_again_when_the_order_is_made(shop, person, event, tier):
    await shop.hold(person, event, tier, 2)
    for facts, refused in (
        ({"required_club": "Friends"}, MembersOnly),
        ({"required_club": None, "max_per_person": 1}, TooManyInOrder),
        ({"max_per_person": None, "max_per_order": 1}, TooManyInOrder),
    ):
        shop.change(Tier, tier, **facts)
        with pytest.raises(refused):
            await shop.place(person)
    shop.change(Tier, tier, max_per_order=None, required_club="Friends")
    shop.runtime.write(lambda session, now: session.add(Membership(person_id=person, club="Friends")))
    shop.change(Event, event, status=EventStatus.CANCELLED)
    with pytest.raises(EventCalledOff):
        await shop.place(person)
    shop.change(Event, event, status=EventStatus.PUBLISHED)

    assert (await shop.place(person)).total_minor == 90_00


async def test_a_guest_orders_where_the_organizer_allows_it(shop, event, tier):
    guest = shop.person(email="")
    await shop.hold(guest, event, tier, 1)

    shop.change(Event, event, allows_guests=False)
    with pytest.raises(AccountNeeded):
        await shop.place(guest)
    shop.change(Event, event, allows_guests=True)

    assert (await shop.place(guest)).total_minor == 45_00


async def wish(shop, person, event, tier, quantity):
    shop.change(Event, event, hold_policy=HoldPolicy.AT_CHECKOUT)
    shop.runtime.write(
        lambda session, now: session.add(
            CartWish(person_id=person, tier_id=tier, event_id=event, quantity=quantity, created_at=now)
        )
    )


async def test_what_is_held_at_checkout_is_held_with_the_order(shop, person, event, tier):
    await wish(shop, person, event, tier, 3)

    first = await shop.place(person)
    again = await shop.place(person)

    assert (first.total_minor, again.order_id) == (135_00, first.order_id)
    assert all_of(shop, CartWish) == []
    assert [(hold.quantity, hold.status) for hold in all_of(shop, Hold)] == [(3, HoldStatus.LIVE)]


async def test_a_wish_that_cannot_be_held_makes_no_order(shop, person, event, tier):
    await shop.hold(shop.person(), event, tier, 8)
    await wish(shop, person, event, tier, 3)

    with pytest.raises(SoldOut) as refusal:
        await shop.place(person)

    assert refusal.value.details == {"available": 2}
    assert (len(all_of(shop, CartWish)), all_of(shop, Order)) == (1, [])


async def test_an_unpaid_order_is_cancelled_once_by_its_buyer(shop, person, event, tier):
    await shop.hold(person, event, tier, 3)
    placed = await shop.place(person)

    with pytest.raises(NotFound):
        await shop.runtime.cashier.cancel_order(person_id=shop.person(), order_id=placed.order_id)
    statuses = [
        await shop.runtime.cashier.cancel_order(person_id=person, order_id=placed.order_id) for _ in range(2)
    ]

    assert statuses == [OrderStatus.CANCELLED] * 2
    with shop.look() as session:
        assert session.get_one(TierStock, tier).held == 0
    assert shop.disagreements() == []


async def test_an_order_cancelled_for_two_reasons_at_once_ends_for_the_first(shop, person, event, tier):
    await shop.hold(person, event, tier, 2)
    placed = await shop.place(person)
    asked = [CancelOrder(person, placed.order_id, reason) for reason in ("by_buyer", "payment_failed")]

    shop.runtime.write(lambda session, now: cancel_orders(session, asked, now))

    with shop.look() as session:
        assert session.get_one(Order, placed.order_id).end_reason == "by_buyer"
        told = session.exec(select(LogEntry).where(LogEntry.kind == "order.cancelled")).all()
        assert len(told) == 1
    assert shop.disagreements() == []


async def test_a_paid_order_is_not_cancelled_as_unpaid(shop, person, event, tier):
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.good)

    with pytest.raises(NotCancellable):
        await shop.runtime.grouped(cancel_orders, CancelOrder(person, placed.order_id))


async def test_cancelling_calls_a_waiting_payment_off(shop, person, event, tier):
    await shop.hold(person, event, tier, 1)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.bank_asks)

    status = await shop.runtime.cashier.cancel_order(person_id=person, order_id=placed.order_id)

    assert status is OrderStatus.CANCELLED
    assert shop.disagreements() == []


async def test_an_order_is_shown_to_its_buyer_and_its_organizer_only(shop, person, event, tier):
    await shop.hold(person, event, tier, 2)
    placed = await shop.place(person, contact=ADA)
    with shop.look() as session:
        organizer = session.get_one(Event, event).organizer_id
    manager = shop.actor(shop.person(), organizers={organizer: "manager"})
    stranger = shop.actor(shop.person())

    def read(actor, key):
        return shop.runtime.read(lambda session, now: queries.get_order(session, actor=actor, key=key))

    mine = read(shop.actor(person), placed.reference.lower())
    assert (mine.id, mine.total_text, mine.status_text) == (
        str(placed.order_id),
        "€90.00",
        "Awaiting payment",
    )
    assert read(manager, str(placed.order_id)) == mine
    for key in (placed.reference, str(placed.order_id), "TK-2026-NOTHERE", "no id"):
        with pytest.raises(NotFound):
            read(stranger, key)


@pytest.mark.parametrize(
    ("price", "fee", "quantity", "tax", "parts"),
    [
        (100_00, 10_00, 1, 1900, (8_40, 15_97)),
        (45_00, 5_00, 2, 700, (9_35, 5_89)),
        (2_00, 2_00, 3, 2500, (4_80, 1_20)),
        (0, 0, 5, 1900, (0, 0)),
        (10_01, 1_00, 3, 0, (3_00, 0)),
    ],
)
def test_fee_and_tax_are_parts_of_the_price(price, fee, quantity, tax, parts):
    split = line_parts(price_minor=price, fee_minor=fee, quantity=quantity, tax_basis_points=tax)

    assert (split.fee_minor, split.tax_minor) == parts
    assert split.fee_minor + split.tax_minor <= price * quantity


async def test_lines_copy_the_price_of_the_hold(shop, person, event, tier):
    await shop.hold(person, event, tier, 1)
    shop.change(Tier, tier, price_minor=99_00)

    placed = await shop.place(person)

    assert placed.total_minor == 45_00
    assert [line.price_minor for line in all_of(shop, OrderLine)] == [45_00]
