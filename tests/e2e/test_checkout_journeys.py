"""Fans check out and pay in every way a card can answer, in real browsers."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.paying import (
    BANK_ASKS,
    DECLINED,
    GOOD,
    SILENT,
    check_out,
    fill_cart,
    is_paid,
    orders,
    pay,
    type_card,
)

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_balance")]


def test_a_guest_buys_two_tiers_and_has_three_tickets(app, visit):
    page = visit(app)
    fill_cart(page, app, regular=2, golden_circle=1)
    check_out(page, app)
    expect(page.get_by_test_id("checkout-total")).to_have_text("€210.00")
    expect(page.get_by_test_id("address-again")).to_contain_text("ada@example.com")
    expect(page.get_by_test_id("pay")).to_have_text("Pay €210.00")

    pay(page)

    reference = is_paid(page)
    expect(page).to_have_url(f"{app.url}/order/{reference}")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_test_id("money-said")).to_have_text("€210.00 was charged.")
    expect(page.get_by_test_id("cart-count")).to_have_text("0")
    expect(page.get_by_test_id("ticket")).to_have_count(3)
    code = page.get_by_test_id("ticket").first.get_by_role("img", name="Ticket code")
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    page.goto(f"{app.url}/tickets")
    expect(page.get_by_test_id("tickets-upcoming").get_by_test_id("ticket")).to_have_count(3)


def test_a_declined_card_keeps_everything_for_the_next_one(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app, DECLINED)
    page.get_by_test_id("delivery-courier").click()
    page.get_by_label("Delivery address").fill("1 Quay Street, Hamburg")

    pay(page)

    expect(page.get_by_test_id("pay-refused")).to_contain_text(
        "Your bank declined this card. Nothing was charged."
    )
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Fan")
    expect(page.get_by_label("Delivery address")).to_have_value("1 Quay Street, Hamburg")
    expect(page.get_by_test_id("countdown").first).to_be_visible()
    type_card(page, GOOD)
    pay(page)
    is_paid(page)
    expect(page.get_by_text("1 Quay Street, Hamburg")).to_be_visible()
    assert len(orders(page, app)) == 1


@pytest.mark.parametrize(("decision", "status"), [("approve", "Paid"), ("decline", "Awaiting payment")])
def test_the_bank_asks_and_the_order_follows_the_answer(app, visit, decision, status):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app, BANK_ASKS)
    pay(page)
    page.wait_for_url(re.compile("/sandbox/3ds/"))

    page.get_by_test_id(f"bank-{decision}").click()

    page.wait_for_url(re.compile("/order/TK-"))
    expect(page.get_by_test_id("order-status")).to_have_text(status)
    if decision == "decline":
        expect(page.get_by_test_id("money-said")).to_contain_text("Nothing was charged.")
        page.get_by_test_id("pay-order").click()
        type_card(page, GOOD)
        pay(page)
        is_paid(page)


def test_back_from_the_bank_another_card_can_be_used(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app, BANK_ASKS)
    pay(page)
    page.wait_for_url(re.compile("/sandbox/3ds/"))
    page.goto(f"{app.url}/checkout")
    page.get_by_test_id("payment-under-way").get_by_role("link").click()

    page.get_by_test_id("another-card").click()

    page.wait_for_url(re.compile("/checkout"))
    type_card(page, GOOD)
    pay(page)
    is_paid(page)


def test_a_silent_bank_is_asked_and_the_page_may_be_left(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app, SILENT)

    pay(page)

    expect(page.get_by_test_id("paying")).to_contain_text("Do not close this page.")
    expect(page.get_by_role("heading", level=1)).to_have_text("We are asking your bank", timeout=15_000)
    expect(page.get_by_test_id("money-said")).to_contain_text(
        "Nothing is charged twice. You may leave this page"
    )


def test_a_free_order_asks_for_no_card(app, visit):
    page = visit(app)
    page.goto(f"{app.url}/event/free-jam")
    tier = page.locator("[data-testid^=quantity-]").first
    tier.fill("2")
    tier.press("Enter")
    page.get_by_test_id("add-to-cart").click()
    expect(page.get_by_test_id("cart-count")).to_have_text("2")
    page.goto(f"{app.url}/checkout")
    expect(page.get_by_test_id("pay")).to_have_text("Confirm free order")
    expect(page.get_by_label("Card number")).to_have_count(0)
    page.get_by_label("Name", exact=True).fill("Ada Fan")
    page.get_by_role("textbox", name="E-mail").fill("ada@example.com")

    pay(page)

    is_paid(page)
    expect(page.get_by_test_id("money-said")).to_have_text("Nothing was charged: it is free.")
    expect(page.get_by_test_id("ticket")).to_have_count(2)


def test_a_double_click_is_one_order_and_back_and_reload_make_no_second(app, visit):
    page = visit(app)
    fill_cart(page, app)
    check_out(page, app)

    page.get_by_test_id("pay").dblclick()

    reference = is_paid(page)
    page.go_back()
    expect(page).not_to_have_url(re.compile("/checkout"))
    page.goto(f"{app.url}/checkout")
    expect(page.get_by_test_id("checkout-empty")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("checkout-empty")).to_be_visible()
    [row] = orders(page, app)
    assert reference in row


def test_two_tabs_that_pay_at_once_are_one_order_and_one_charge(app, visit):
    page = visit(app)
    fill_cart(page, app)
    other = page.context.new_page()
    for tab in (page, other):
        check_out(tab, app)

    for tab in (page, other):
        tab.evaluate("setTimeout(() => document.querySelector('[data-testid=pay]').click(), 500)")

    assert is_paid(page) == is_paid(other)
    assert len(orders(page, app)) == 1


def test_the_sandbox_loads_nothing_of_stripe(app, visit):
    page = visit(app)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    fill_cart(page, app)

    check_out(page, app)

    assert asked
    assert [url for url in asked if "stripe" in url] == []
    policy = page.request.get(f"{app.url}/checkout").headers["content-security-policy"]
    assert "stripe" not in policy


def test_a_typing_mistake_in_the_address_is_noticed(app, visit):
    page = visit(app)
    fill_cart(page, app)
    page.goto(f"{app.url}/checkout")
    page.get_by_role("textbox", name="E-mail").fill("ada@gmial.com")
    page.get_by_label("Card number").fill("4242424242424241")
    page.get_by_label("Expiry").focus()

    expect(page.get_by_text("This card number has a typing mistake.")).to_be_visible()
    page.get_by_test_id("better-email").click()
    expect(page.get_by_role("textbox", name="E-mail")).to_have_value("ada@gmail.com")
    pay(page)
    expect(page.get_by_text("Nothing was charged. Check these fields")).to_be_visible()
    page.get_by_role("link", name="Enter the name the tickets are for.").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()


def test_everything_can_be_done_with_the_keyboard(app, visit):
    page = visit(app)
    fill_cart(page, app)
    page.goto(f"{app.url}/checkout")
    page.get_by_label("Name", exact=True).focus()
    for text in ("Ada Fan", "Tab", "ada@example.com"):
        if text == "Tab":
            page.keyboard.press("Tab")
        else:
            page.keyboard.type(text)
    page.get_by_label("Card number").focus()
    for text in (GOOD, "1230", "123"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.get_by_test_id("pay")).to_be_focused()
    page.keyboard.press("Enter")

    is_paid(page)
