"""Fans pay with Stripe's form in real browsers: every card, every answer of a bank, every way of going astray."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.paying import fill_cart, is_paid, orders
from tests.e2e.stripe_shop import (
    BANK_ASKS,
    DECLINED,
    GOOD,
    NO_FUNDS,
    RUN_OUT,
    Counts,
    StripeShop,
    answer_bank,
    bank_asks,
    begin,
    check_out,
    choose,
    pay,
    pay_button,
    reference_of,
    type_card,
)

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_agree")]
ONE_CHARGE = Counts(charges=1, succeeded=1)
ASKED = re.compile("/payment/.+/bank")
BANKS_OWN_PAGE = re.compile("/3ds/")


def test_a_card_pays_and_its_number_never_comes_by_us(shop: StripeShop, visit):
    page = visit(shop.app)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.post_data or ""))
    begin(page, shop)

    pay(page)

    reference = is_paid(page)
    expect(page.get_by_test_id("money-said")).to_have_text("€45.00 was charged.")
    assert shop.counts(reference) == ONE_CHARGE
    ours = [body for body in told if "paymentToken=ctoken_" in body]
    assert (len(ours), GOOD in ours[0]) == (1, False)
    assert GOOD not in shop.app.logs


def test_three_refusals_and_a_good_card_are_one_order_and_one_charge(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, DECLINED)
    said = page.get_by_test_id("pay-refused")

    for card, why in (
        (DECLINED, "Your bank declined this card."),
        (NO_FUNDS, "There is not enough money on this card."),
        (RUN_OUT, "This card has run out."),
    ):
        type_card(page, card)
        pay(page)
        expect(said).to_contain_text(f"{why} Nothing was charged. Try another card.")
        expect(said).to_contain_text("Your tickets stay held until")
        expect(page.get_by_test_id("pay-quote")).to_contain_text(re.compile("TK-.+pi_"))

    type_card(page, GOOD)
    pay(page)
    reference = is_paid(page, tickets=1)
    assert shop.counts(reference) == Counts(charges=1, succeeded=1, cancelled=3)
    assert len(orders(page, shop.app)) == 1


def test_an_incomplete_card_is_said_and_nothing_is_begun(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, "4242")

    pay(page)

    expect(page.get_by_test_id("pay-refused")).to_contain_text(
        "Your card number is invalid. Nothing was charged."
    )
    expect(page.get_by_test_id("pay")).to_be_enabled()
    type_card(page, GOOD)
    pay(page)
    assert shop.counts(is_paid(page)) == ONE_CHARGE


def test_a_bank_that_approves(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, BANK_ASKS)
    pay(page)
    page.wait_for_url(ASKED)

    answer_bank(page, approve=True)

    reference = is_paid(page)
    expect(page).to_have_url(f"{shop.url}/order/{reference}")
    assert shop.counts(reference) == ONE_CHARGE


def test_a_bank_that_refuses_and_then_another_card(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, BANK_ASKS)
    pay(page)

    answer_bank(page, approve=False)

    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    expect(page.get_by_test_id("money-said")).to_contain_text(
        "The payment was refused at your bank. Nothing was charged."
    )
    expect(page.get_by_test_id("order-quote")).to_contain_text("pi_")
    page.get_by_test_id("pay-order").click()
    type_card(page, GOOD)
    pay(page)
    assert shop.counts(is_paid(page, tickets=1)) == Counts(charges=1, succeeded=1, cancelled=1)


def test_a_reload_while_the_bank_asks_asks_again(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, BANK_ASKS)
    pay(page)
    bank_asks(page)

    page.reload()

    answer_bank(page, approve=True)
    assert shop.counts(is_paid(page, tickets=1)) == ONE_CHARGE


def test_back_from_the_bank_the_payment_is_gone_on_with(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, BANK_ASKS)
    pay(page)
    bank_asks(page)

    page.go_back()

    expect(page.get_by_test_id("payment-under-way")).to_be_visible()
    expect(page.get_by_test_id("change-tickets")).to_have_count(0)
    page.get_by_test_id("payment-under-way").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm this payment at your bank")
    reference = reference_of(page)
    page.get_by_test_id("to-bank").click()
    answer_bank(page, approve=True)
    assert is_paid(page, tickets=1) == reference
    assert shop.counts(reference) == ONE_CHARGE


@pytest.mark.parametrize(
    ("button", "counts", "status"),
    [("Approve", ONE_CHARGE, "Paid"), ("Refuse", Counts(cancelled=1), "Awaiting payment")],
)
def test_a_bank_with_a_page_of_its_own_sends_back_to_the_order(
    shop: StripeShop, visit, button, counts, status
):
    page = visit(shop.app)
    begin(page, shop)
    choose(page, "iDEAL")
    pay(page)
    page.wait_for_url(BANKS_OWN_PAGE)
    page.reload()

    page.get_by_role("button", name=button).click()

    expect(page.get_by_test_id("order-status")).to_have_text(status)
    reference = reference_of(page)
    expect(page).to_have_url(f"{shop.url}/order/{reference}")
    assert shop.counts(reference) == counts


def test_back_from_the_banks_own_page_another_card_is_used(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)
    choose(page, "iDEAL")
    pay(page)
    page.wait_for_url(BANKS_OWN_PAGE)

    page.go_back()

    page.get_by_test_id("payment-under-way").get_by_role("link").click()
    page.get_by_test_id("another-card").click()
    page.wait_for_url(re.compile("/checkout"))
    type_card(page, GOOD)
    pay(page)
    assert shop.counts(is_paid(page)) == Counts(charges=1, succeeded=1, cancelled=1)


def test_a_double_click_is_one_charge(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)

    pay_button(page).dblclick()

    assert shop.counts(is_paid(page, tickets=1)) == ONE_CHARGE
    assert len(orders(page, shop.app)) == 1


def test_two_tabs_that_pay_at_once_are_one_charge(shop: StripeShop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    other = page.context.new_page()
    for tab in (page, other):
        check_out(tab, shop)

    for tab in (page, other):
        tab.evaluate("setTimeout(() => document.querySelector('[data-testid=pay]').click(), 500)")

    reference = is_paid(page, tickets=1)
    assert is_paid(other) == reference
    counts = shop.counts(reference)
    assert (counts.charges, counts.succeeded, counts.refunds) == (1, 1, 0)
    assert len(orders(page, shop.app)) == 1


def test_a_blocked_form_says_so_and_loads_when_asked_again(shop: StripeShop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    page.route(re.compile("stripe.js"), lambda route: route.abort())
    page.goto(f"{shop.url}/checkout")
    page.get_by_label("Name", exact=True).fill("Ada Fan")
    page.get_by_role("textbox", name="E-mail").fill("ada@example.com")
    expect(page.get_by_test_id("payment-form-failed")).to_contain_text("Nothing was charged.")
    expect(page.get_by_test_id("cart-count")).to_have_text("1")
    pay(page)
    expect(page.get_by_test_id("pay-refused")).to_contain_text(
        "The payment form has not loaded yet. Nothing was charged."
    )

    page.unroute(re.compile("stripe.js"))
    page.get_by_test_id("payment-form-retry").click()

    type_card(page, GOOD)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Fan")
    pay(page)
    assert shop.counts(is_paid(page)) == ONE_CHARGE


def test_a_window_of_the_bank_that_does_not_open_says_so_and_opens_when_asked_again(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, BANK_ASKS)
    page.route(re.compile("stripe.js"), lambda route: route.abort())
    pay(page)
    page.wait_for_url(ASKED)
    expect(page.get_by_test_id("bank-said")).to_contain_text(
        "Nothing was charged, and your tickets stay held."
    )

    page.unroute(re.compile("stripe.js"))
    page.get_by_test_id("ask-again").click()

    answer_bank(page, approve=True)
    assert shop.counts(is_paid(page)) == ONE_CHARGE
