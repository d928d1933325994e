"""What no card can be charged is refused before anything is made: on the tier's form, and when the order is placed."""

import pytest
from sqlmodel import select

from tests.buying import ADA, Shop
from tests.services.catalog.drafts import tier
from ticketapp.core.errors import InvalidInput
from ticketapp.core.money import Currency, Money, least_chargeable, money_text
from ticketapp.models import Job, LogEntry, Order, Payment
from ticketapp.services.catalog.checks import check_tier
from ticketapp.services.inventory.queries import availability
from ticketapp.services.ordering.errors import AmountTooLarge, AmountTooSmall
from ticketapp.services.ordering.requests import PlaceOrder
from ticketapp.services.payments.operations import place_and_start
from ticketapp.services.payments.requests import CheckOut

pytestmark = pytest.mark.anyio
LEAST = {
    "EUR": "€0.50", "USD": "$0.50", "GBP": "£0.30", "JPY": "¥50", "CHF": "CHF 0.50", "SEK": "SEK 3.00",
    "NOK": "NOK 3.00", "DKK": "DKK 2.50", "PLN": "PLN 2.00", "CZK": "CZK 15.00", "AUD": "AUD 0.50",
    "CAD": "CAD 0.50", "KRW": "₩1,000",
}  # fmt: skip


@pytest.fixture
def shop(app_runtime):
    return Shop(app_runtime)


def test_every_currency_has_a_smallest_amount():
    assert {currency.value: money_text(least_chargeable(currency)) for currency in Currency} == LEAST


@pytest.mark.parametrize("currency", Currency)
async def test_the_smallest_amount_can_be_ordered_and_one_unit_less_cannot(shop, currency):
    least = least_chargeable(currency).minor
    event, ada, bob = shop.event(), shop.person(), shop.person()
    enough = shop.tier(event, price_minor=least, currency=currency)
    too_little = shop.tier(event, price_minor=least - 1, currency=currency)
    await shop.hold(ada, event, enough, 1)
    await shop.hold(bob, event, too_little, 1)

    placed = await shop.place(ada)
    with pytest.raises(AmountTooSmall) as refused:
        await shop.place(bob)

    assert placed.total_minor == least
    assert refused.value.text == (
        f"{money_text(Money(least - 1, currency))} is too little to be paid by card: "
        f"an order costs {LEAST[currency]} at least. Nothing was charged."
    )


@pytest.mark.parametrize(
    ("price_minor", "quantity", "refusal"), [(10, 4, AmountTooSmall), (50_000_000, 2, AmountTooLarge)]
)
async def test_what_cannot_be_charged_makes_no_order_and_no_payment(shop, price_minor, quantity, refusal):
    event, person = shop.event(), shop.person()
    tier_id = shop.tier(event, price_minor=price_minor)
    [hold_id] = await shop.hold(person, event, tier_id, quantity)
    check_out = CheckOut(PlaceOrder(person, ADA, frozenset({hold_id})), "stripe")
    before = seen(shop, event)

    with pytest.raises(refusal):
        await shop.runtime.grouped(place_and_start, check_out)

    assert seen(shop, event) == before == ([], [], [], ["hold.made"], 100 - quantity)


def seen(shop, event):
    with shop.look() as session:
        made = [session.exec(select(model)).all() for model in (Order, Payment, Job)]
        log = session.exec(select(LogEntry.kind)).all()
    (numbers,) = shop.runtime.read(lambda session, now: availability(session, [event])).values()
    return *made, log, numbers.available


async def test_several_small_tickets_are_enough_together(shop):
    event, person = shop.event(), shop.person()
    await shop.hold(person, event, shop.tier(event, price_minor=10), 5)

    assert (await shop.place(person)).total_minor == 50


async def test_the_largest_amount_can_be_ordered(shop):
    event, person = shop.event(), shop.person()
    await shop.hold(person, event, shop.tier(event, price_minor=33_333_333), 3)

    assert (await shop.place(person)).total_minor == 99_999_999


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (
            {"price_minor": 49},
            "€0.49 is too little to be paid by card. Ask for €0.50 or more, or 0 for free.",
        ),
        (
            {"price_minor": 49, "currency": "JPY"},
            "¥49 is too little to be paid by card. Ask for ¥50 or more, or 0 for free.",
        ),
        ({"price_minor": 100_000_000}, "An order is paid with at most €999,999.99."),
        ({"price_minor": 30_000_000, "min_per_order": 4}, "An order is paid with at most €999,999.99."),
    ],
)
def test_a_price_that_no_order_can_be_paid_with_is_said_beside_the_field(draft, said):
    with pytest.raises(InvalidInput) as refused:
        check_tier(tier(**draft))

    assert refused.value.field_texts == {"price": said}


@pytest.mark.parametrize(
    "draft",
    [
        {"price_minor": 0},
        {"price_minor": 50},
        {"price_minor": 30, "currency": "GBP"},
        {"price_minor": 10, "min_per_order": 5},
        {"price_minor": 99_999_999},
    ],
)
def test_a_price_that_can_be_paid_is_taken(draft):
    check_tier(tier(**draft))
