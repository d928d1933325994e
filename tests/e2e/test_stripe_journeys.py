"""Fans pay with Stripe's form in real browsers: every card, every answer of a bank, every way of going astray."""

import pytest
from playwright.sync_api import expect

from tests.e2e.paying import fill_cart, is_paid, pay
from tests.e2e.stripe_shop import (
    BANK_ASKS,
    DECLINED,
    GOOD,
    Counts,
    StripeShop,
    answer_bank,
    check_out,
    settings,
    type_card,
)  # fmt: skip
from tests.harness.databases import ticketapp

pytestmark = [pytest.mark.e2e]


@pytest.fixture(scope="module")
def shop(serve, fake_process):
    """One app and one provider for all journeys; afterwards every cent is where both books say."""
    fake_process.reset()
    opened = StripeShop(serve(**settings(fake_process)), fake_process)
    opened.open_letter_box()
    yield opened
    opened.until_heard()
    ticketapp("audit", database_url=opened.app.database_url, **settings(fake_process))


def test_a_card_pays(shop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    check_out(page, shop)

    pay(page)

    reference = is_paid(page)
    expect(page.get_by_test_id("money-said")).to_have_text("€45.00 was charged.")
    assert shop.counts(reference) == Counts(charges=1, succeeded=1)


def test_a_declined_card_and_then_a_good_one_in_the_same_hold(shop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    check_out(page, shop, DECLINED)

    pay(page)

    expect(page.get_by_test_id("pay-refused")).to_contain_text(
        "Your bank declined this card. Nothing was charged."
    )
    type_card(page, GOOD)
    pay(page)
    reference = is_paid(page)
    assert shop.counts(reference) == Counts(charges=1, succeeded=1, cancelled=1)


@pytest.mark.parametrize("approve", [True, False])
def test_the_bank_asks(shop, visit, approve):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    check_out(page, shop, BANK_ASKS)
    pay(page)

    answer_bank(page, approve=approve)

    if approve:
        is_paid(page)
