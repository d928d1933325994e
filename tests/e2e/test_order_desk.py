"""An organizer finds an order, refunds part of it and then the rest; its buyer sees it happen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.paying import check_out, fill_cart, is_paid, pay

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_balance")]

ORGANIZER, RIVAL = "organizer@example.com", "rival@example.com"
HALF, WHOLE = "€45.00", "€90.00"


@pytest.fixture
def bought(app, page: Page) -> str:
    fill_cart(page, app, regular=2)
    check_out(page, app)
    pay(page)
    return is_paid(page)


def confirm(desk: Page, note: str) -> None:
    desk.get_by_test_id("refund-note").fill(note)
    desk.get_by_test_id("confirm-refund").click()
    expect(desk.get_by_test_id("confirm-refund")).to_be_hidden()


def test_one_ticket_and_then_the_rest(app, page: Page, visit, bought):
    desk = visit(app, "/organizer/orders", email=ORGANIZER)
    desk.get_by_test_id("order-search").fill(bought.lower())
    desk.get_by_test_id("search-orders").click()
    expect(desk.get_by_test_id("desk-order")).to_have_count(1)
    desk.get_by_role("link", name=bought).click()
    expect(desk.get_by_test_id("order-status")).to_have_text("Paid")

    desk.get_by_test_id("tick-ticket").first.check()
    desk.get_by_test_id("refund-chosen").click()
    expect(desk.get_by_test_id("refund-amount")).to_have_text(HALF)
    expect(desk.get_by_test_id("confirm-refund")).to_have_text(f"Refund {HALF}")
    confirm(desk, "Came twice by mistake")

    expect(desk.get_by_test_id("order-status")).to_have_text("Partly refunded")
    expect(desk.get_by_test_id("desk-refunded")).to_have_text(HALF)
    expect(desk.get_by_test_id("desk-history")).to_contain_text("Came twice by mistake")
    expect(page.get_by_test_id("order-status")).to_have_text("Partly refunded")

    desk.get_by_test_id("refund-all").click()
    confirm(desk, "And the other one")
    expect(desk.get_by_test_id("order-status")).to_have_text("Refunded")
    expect(desk.get_by_test_id("desk-refunded")).to_have_text(WHOLE)
    expect(desk.get_by_test_id("desk-refunds")).to_contain_text(re.compile("Paid back.*Paid back", re.DOTALL))
    expect(page.get_by_test_id("order-status")).to_have_text(re.compile("Refund"))


def test_a_refund_without_a_reason_is_not_made(app, visit, bought):
    desk = visit(app, f"/organizer/orders/{bought}", email=ORGANIZER)

    desk.get_by_test_id("refund-all").click()
    desk.get_by_test_id("confirm-refund").click()

    expect(desk.locator("#note-error")).to_contain_text("Say why")
    expect(desk.get_by_test_id("order-status")).to_have_text("Paid")


def test_another_organizer_finds_no_such_order(app, visit, bought):
    desk = visit(app, f"/organizer/orders/{bought}", email=RIVAL)

    expect(desk.get_by_test_id("order-missing")).to_be_visible()
