"""What the checkout shows is what paying would buy."""

from datetime import timedelta

import pytest

from tests.buying import ADA, CARDS, Shop
from tests.carts import hold as hold_lines
from tests.sales import make_seated_sale
from ticketapp.integrations.sandbox_payments import SandboxGateway
from ticketapp.models import Event, HoldPolicy
from ticketapp.services.accounts.views import Actor
from ticketapp.services.cart.wishes import add_wishes
from ticketapp.services.inventory.requests import BestSeatsLine
from ticketapp.services.ordering.checkout import get_checkout_page
from ticketapp.services.ordering.checkout_views import CheckoutView


@pytest.fixture
def shop(any_runtime) -> Shop:
    return Shop(any_runtime)


def page(shop: Shop, actor: Actor | None, currency: str | None = None) -> CheckoutView:
    return shop.runtime.read(
        lambda session, now: get_checkout_page(session, actor=actor, currency=currency, now=now)
    )


async def test_the_sum_and_its_parts_are_those_of_the_order(shop):
    ada = shop.actor(shop.person())
    event = shop.event(tax_basis_points=700, refund_until_hours=48)
    regular = shop.tier(event, price_minor=45_00, fee_minor=5_00)
    golden = shop.tier(event, price_minor=120_00, fee_minor=12_00)
    await shop.hold(ada.person_id, event, regular, 2)
    await shop.hold(ada.person_id, event, golden, 1)

    shown = page(shop, ada)
    placed = await shop.place(ada.person_id)

    assert [(line.quantity, line.price_text, line.total_text) for line in shown.lines] == [
        (2, "€45.00", "€90.00"),
        (1, "€120.00", "€120.00"),
    ]
    assert (shown.total_minor, shown.total_text, shown.quantity) == (placed.total_minor, "€210.00", 3)
    assert (shown.net_text, shown.fees_text, shown.tax_text) == ("€175.70", "€20.56", "€13.74")
    fees = sum(line.fee_minor for line in placed.lines)
    assert (fees, sum(line.tax_minor for line in placed.lines)) == (20_56, 13_74)
    assert shown.deadline_ms == int((shop.now + timedelta(minutes=15)).timestamp() * 1000)
    assert shown.lines[0].refund_text == (
        "You can return tickets for a full refund until 48 hours before the start."
    )
    assert (shown.contact.name, shown.contact.email) == ("Ada Fan", "ada@example.com")


async def test_an_order_that_awaits_payment_is_resumed_with_its_contact(shop):
    ada = shop.actor(shop.person())
    event = shop.event()
    await shop.hold(ada.person_id, event, shop.tier(event), 2)
    placed = await shop.place(ada.person_id, contact=ADA)
    await shop.pay(placed, CARDS.declined)

    shown = page(shop, ada)

    assert (shown.reference, shown.total_minor, shown.paying) == (placed.reference, 90_00, "")
    assert (shown.contact.name, shown.contact.email) == ("Ada Fan", "ada@example.com")
    shop.clock.advance(minutes=15)
    assert page(shop, ada).quantity == 0


async def test_an_open_order_for_the_same_event_joins_as_paying_will_join_it(shop):
    ada = shop.actor(shop.person())
    event = shop.event()
    tier = shop.tier(event)
    await shop.hold(ada.person_id, event, tier, 2)
    await shop.place(ada.person_id)
    await shop.hold(ada.person_id, event, tier, 1)

    shown = page(shop, ada)
    joined = await shop.place(ada.person_id)

    assert (shown.quantity, shown.total_minor, shown.reference) == (3, 135_00, "")
    assert joined.total_minor == 135_00


async def test_each_currency_is_paid_by_itself(shop):
    ada = shop.actor(shop.person())
    event = shop.event()
    await shop.hold(ada.person_id, event, shop.tier(event, price_minor=45_00), 1)
    await shop.hold(ada.person_id, event, shop.tier(event, price_minor=6800, currency="JPY"), 1)

    euros, yen = page(shop, ada), page(shop, ada, "JPY")

    assert (euros.total_text, euros.other_currencies) == ("€45.00", ["JPY"])
    assert (yen.total_text, yen.other_currencies) == ("¥6,800", ["EUR"])
    assert page(shop, ada, "XXX").total_text == "€45.00"


async def test_what_is_held_only_at_checkout_counts_too(shop):
    ada = shop.actor(shop.person())
    event = shop.event(hold_policy=HoldPolicy.AT_CHECKOUT)
    tier = shop.tier(event, price_minor=30_00)
    shop.runtime.write(
        lambda session, now: add_wishes(
            session,
            person_id=ada.person_id,
            event_id=event,
            quantities={tier: 2},
            access_codes=frozenset(),
            now=now,
        )
    )

    shown = page(shop, ada)

    assert (shown.total_text, shown.is_held_at_checkout, shown.deadline_ms) == ("€60.00", True, 0)


async def test_seats_stand_on_one_line(shop):
    ada = shop.actor(shop.person())
    sale = shop.runtime.write(lambda session, now: make_seated_sale(session))
    hold_lines(shop.runtime, ada.person_id, sale, BestSeatsLine(sale.tiers["stalls"], 2))

    [line] = page(shop, ada).lines

    assert (line.quantity, line.seats_text) == (2, "Stalls, row A, seat 2; Stalls, row A, seat 3")


async def test_a_payment_under_way_is_named(shop):
    shop.runtime.cashier = type(shop.runtime.cashier)(
        shop.runtime, SandboxGateway(shop.runtime), answer_within_s=0.5
    )
    ada = shop.actor(shop.person())
    event = shop.event()
    await shop.hold(ada.person_id, event, shop.tier(event), 1)
    placed = await shop.place(ada.person_id)
    await shop.pay(placed, CARDS.silent)

    shown = page(shop, ada)

    assert (shown.paying, shown.quantity) == (placed.reference, 1)


async def test_a_guest_is_told_where_an_account_is_needed(shop):
    person = shop.person()
    event = shop.event(allows_guests=False)
    await shop.hold(person, event, shop.tier(event), 1)
    with shop.look() as session:
        name = session.get_one(Event, event).name

    assert page(shop, shop.actor(person, is_guest=True)).account_needed_for == name
    assert page(shop, shop.actor(person)).account_needed_for == ""


async def test_another_persons_cart_is_not_seen(shop):
    event = shop.event()
    await shop.hold(shop.person(), event, shop.tier(event), 1)

    assert page(shop, shop.actor(shop.person())).quantity == 0
    assert page(shop, None) == CheckoutView()
