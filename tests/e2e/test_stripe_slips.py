"""What goes wrong between a fan and the form: sessions that end, presses and answers that are lost, fields left empty."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.paying import fill_cart, is_paid, orders
from tests.e2e.stripe_shop import GOOD, Counts, StripeShop, begin, check_out, form, pay
from tests.harness.browser import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_agree")]
ONE_CHARGE = Counts(charges=1, succeeded=1)
PAY = re.compile("/checkout/pay$")


def test_a_session_that_ended_meanwhile_charges_nothing_and_says_so(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)
    page.context.clear_cookies()

    pay(page)

    expect(page.get_by_test_id("pay-refused")).to_contain_text(
        "Your browser sent no cookie, so we cannot keep a cart for you. Allow cookies for this site. Nothing was charged."
    )


def test_who_signed_out_in_another_tab_is_charged_nothing_and_pays_after_signing_in_again(
    shop: StripeShop, visit
):
    email = "fan9@example.com"
    page = visit(shop.app, email=email)
    begin(page, shop)
    before = len(shop.fake.look("objects/payment_intent")["data"])
    page.request.post(f"{shop.url}/auth/sign-out", headers={"Origin": shop.url})

    pay(page)

    expect(page.get_by_test_id("pay-refused")).to_contain_text(
        "Nothing in your cart is held. Nothing was charged. Choose tickets first."
    )
    assert len(shop.fake.look("objects/payment_intent")["data"]) == before
    sign_in(page, shop.app, email)
    check_out(page, shop)
    pay(page)
    assert shop.counts(is_paid(page)) == ONE_CHARGE


def test_a_press_that_never_arrives_says_where_to_look_and_is_repeated(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)
    page.route(PAY, lambda route: route.abort())

    pay(page)

    expect(page.get_by_test_id("pay-refused")).to_contain_text("We could not reach Ticketapp.")
    expect(page.get_by_test_id("look-at-orders")).to_be_visible()
    page.unroute(PAY)
    pay(page)
    assert shop.counts(is_paid(page, tickets=1)) == ONE_CHARGE


def test_an_answer_that_is_lost_on_its_way_back_leads_to_the_order_all_the_same(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(PAY, lose)

    pay(page)

    assert shop.counts(is_paid(page, tickets=1)) == ONE_CHARGE
    assert len(orders(page, shop.app)) == 1


def test_what_is_missing_in_either_form_is_named_at_once(shop: StripeShop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    page.goto(f"{shop.url}/checkout")
    expect(page.get_by_test_id("payment-form")).to_have_attribute("data-phase", "ready")
    before = len(shop.fake.look("objects/payment_intent")["data"])

    pay(page)

    missing = page.get_by_role("alert").filter(has_text="Nothing was charged. Check these fields")
    expect(missing.get_by_role("link")).to_have_text(
        [
            "Enter the name the tickets are for.",
            "Enter an e-mail address like name@example.com.",
            "Your card number is incomplete.",
        ]
    )
    expect(page.get_by_test_id("payment-form")).not_to_contain_text("Your card number is incomplete.")
    missing.get_by_role("link", name="Your card number").click()
    expect(page.get_by_test_id("payment-form")).to_be_focused()
    assert len(shop.fake.look("objects/payment_intent")["data"]) == before


def test_everything_can_be_done_with_the_keyboard(shop: StripeShop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    page.goto(f"{shop.url}/checkout")
    expect(page.get_by_test_id("payment-form")).to_have_attribute("data-phase", "ready")
    page.get_by_label("Name", exact=True).focus()
    for text in ("Ada Fan", "ada@example.com"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    form(page).get_by_label("Card", exact=True).focus()
    page.keyboard.press("Tab")
    for text in (GOOD, "1230", "123"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("pay")).to_be_focused()

    page.keyboard.press("Enter")

    assert shop.counts(is_paid(page)) == ONE_CHARGE
