"""How to come to the screens of paying with Stripe, and to the states they can be in."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.paying import fill_cart
from tests.e2e.stripe_shop import (
    BANK_ASKS,
    DECLINED,
    NO_FUNDS,
    StripeShop,
    bank_asks,
    begin,
    choose,
    pay,
    reference_of,
)

Opener = Callable[[Page, StripeShop], None]


def the_form(page: Page, shop: StripeShop) -> None:
    begin(page, shop)


def a_declined_card(page: Page, shop: StripeShop) -> None:
    begin(page, shop, DECLINED)
    pay(page)
    expect(page.get_by_test_id("pay-quote")).to_contain_text("pi_")


def a_blocked_form(page: Page, shop: StripeShop) -> None:
    fill_cart(page, shop.app)
    page.route(
        re.compile("stripe.js"),
        lambda route: route.fulfill(status=200, body="", content_type="text/javascript"),
    )
    page.goto(f"{shop.url}/checkout")
    expect(page.get_by_test_id("payment-form-failed")).to_be_visible()


def the_bank_asks(page: Page, shop: StripeShop) -> None:
    begin(page, shop, BANK_ASKS)
    pay(page)
    bank_asks(page)


def an_order_at_the_bank(page: Page, shop: StripeShop) -> None:
    the_bank_asks(page, shop)
    page.goto(f"{shop.url}/orders")
    page.get_by_test_id("order-row").first.get_by_role("link").click()
    expect(page.get_by_test_id("to-bank")).to_be_visible()


def a_debit_on_its_way(page: Page, shop: StripeShop) -> None:
    begin(page, shop)
    choose(page, "SEPA debit")
    pay(page)
    expect(page.get_by_test_id("another-card")).to_be_visible()


def an_order_not_paid(page: Page, shop: StripeShop) -> None:
    begin(page, shop, NO_FUNDS)
    pay(page)
    expect(page.get_by_test_id("pay-quote")).to_contain_text("pi_")
    page.goto(f"{shop.url}/orders")
    page.get_by_test_id("order-row").first.get_by_role("link").click()
    expect(page.get_by_test_id("order-quote")).to_contain_text(reference_of(page))


STRIPE_SCREENS: dict[str, Opener] = {
    "checkout": the_form,
    "checkout declined": a_declined_card,
    "checkout blocked": a_blocked_form,
    "order at the bank": an_order_at_the_bank,
    "order asking": a_debit_on_its_way,
    "order not paid": an_order_not_paid,
}
