"""Fans come back to their orders and tickets, in real browsers."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.paying import BANK_ASKS, DECLINED, check_out, fill_cart, is_paid, pay

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_balance")]


def test_an_order_page_follows_a_payment_made_elsewhere(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app, BANK_ASKS)
    pay(page)
    page.wait_for_url(re.compile("/sandbox/3ds/"))
    watching = page.context.new_page()
    watching.goto(f"{app.url}/orders")
    watching.get_by_test_id("order-row").get_by_role("link").click()
    expect(watching.get_by_role("heading", level=1)).to_have_text("Confirm this payment at your bank")

    page.get_by_test_id("bank-approve").click()

    is_paid(watching)


def test_time_that_runs_out_at_the_checkout_is_said_and_nothing_is_charged(hasty_app, visit):
    page = visit(hasty_app)
    fill_cart(page, hasty_app)
    check_out(page, hasty_app)

    expect(page.get_by_test_id("checkout-empty")).to_contain_text("Nothing was charged.", timeout=15_000)

    page.get_by_role("link", name="Go to the cart").click()
    page.get_by_test_id("take-again").click()
    expect(page.get_by_test_id("cart-line-regular")).to_be_visible()


def test_an_order_that_is_not_paid_in_time_expires_on_the_open_page(hasty_app, visit):
    page = visit(hasty_app)
    fill_cart(page, hasty_app)
    check_out(page, hasty_app, DECLINED)
    pay(page)
    expect(page.get_by_test_id("pay-refused")).to_contain_text("declined")
    page.goto(f"{hasty_app.url}/orders")
    page.get_by_test_id("order-row").get_by_role("link").click()

    expect(page.get_by_test_id("order-status")).to_have_text("Expired", timeout=15_000)
    expect(page.get_by_test_id("money-said")).to_contain_text("Nothing was charged.")


def test_an_unpaid_order_can_be_changed_or_cancelled(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app, DECLINED)
    pay(page)
    expect(page.get_by_test_id("pay-refused")).to_contain_text("declined")
    page.goto(f"{app.url}/cart")
    expect(page.get_by_test_id("open-order")).to_contain_text("€45.00 for Midnight Parade, held until")
    page.get_by_test_id("change-tickets").click()
    expect(page.get_by_test_id("cart-line-regular")).to_be_visible()
    expect(page.get_by_test_id("open-order")).to_have_count(0)

    check_out(page, app, DECLINED)
    pay(page)
    expect(page.get_by_test_id("pay-refused")).to_contain_text("declined")
    page.goto(f"{app.url}/orders")
    page.get_by_test_id("order-row").first.get_by_role("link").click()
    page.get_by_test_id("cancel-order").click()
    page.get_by_test_id("confirm-cancel").click()

    expect(page.get_by_test_id("order-status")).to_have_text("Cancelled")
    expect(page.get_by_test_id("pay-order")).to_have_count(0)


def test_a_ticket_is_given_back_after_the_amount_was_shown(app, visit):
    page = visit(app)
    fill_cart(page, app, regular=2)
    check_out(page, app)
    pay(page)
    is_paid(page)

    page.get_by_test_id("return-ticket").first.click()
    expect(page.get_by_test_id("return-amount")).to_have_text("€45.00")
    page.get_by_test_id("confirm-return").click()

    expect(page.get_by_test_id("order-status")).to_have_text("Partly refunded")
    expect(page.get_by_test_id("ticket-status").filter(has_text="Refunded")).to_have_count(1)
    expect(page.get_by_test_id("refunds")).to_contain_text("€45.00")


def test_a_ticket_gets_another_holder(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app)
    pay(page)
    is_paid(page)
    page.goto(f"{app.url}/tickets")
    page.get_by_test_id("change-name").click()
    page.get_by_test_id("holder").fill("Grace Guest")

    page.get_by_test_id("save-name").click()

    expect(page.get_by_test_id("ticket")).to_contain_text("Grace Guest")


def test_another_persons_order_has_a_not_found_face(app, visit):
    buyer, stranger = visit(app), visit(app)
    fill_cart(buyer, app)
    check_out(buyer, app)
    pay(buyer)
    reference = is_paid(buyer)

    stranger.goto(f"{app.url}/order/{reference}")

    expect(stranger.get_by_test_id("order-missing")).to_be_visible()
    expect(stranger.get_by_test_id("ticket")).to_have_count(0)


def test_a_guests_order_comes_along_at_sign_in(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app)
    pay(page)
    reference = is_paid(page)

    page.goto(f"{app.url}/sign-in?next=/order/{reference}")
    page.locator("input[name=email]").fill("fan9@example.com")
    page.locator("input[name=password]").fill("ticketapp-demo")
    page.locator("form[action='/auth/sign-in'] button[type=submit]").click()

    assert is_paid(page) == reference
