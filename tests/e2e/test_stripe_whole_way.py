"""The whole way of the money: a fan's cart, a bank that asks, letters that are late, double and lost, a refund, papers."""

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.paying import is_paid
from tests.e2e.stripe_shop import (
    DECLINED,
    Counts,
    StripeShop,
    begin,
    choose,
    pay,
    settings,
)
from tests.harness.databases import ticketapp

pytestmark = pytest.mark.e2e
TELLING = "payment_intent.succeeded"


@pytest.fixture
def bad_post(shop: StripeShop) -> None:
    """Every letter comes late and three times, four at once; the one that tells of the payment is lost."""
    shop.open_letter_box(never=[TELLING], copies=3, at_once=4, delay_ms=700)


def deliveries(shop: StripeShop) -> Counter[str]:
    """Count the letters that were taken, by what they told."""
    return Counter(entry["type"] for entry in shop.fake.look("webhooks")["log"] if entry["status"] == 200)


def test_from_a_cart_to_a_refund_and_clean_books(shop: StripeShop, bad_post, visit):
    page: Page = visit(shop.app)
    begin(page, shop, DECLINED, regular=2)
    pay(page)
    expect(page.get_by_test_id("pay-refused")).to_contain_text("Your bank declined this card.")
    choose(page, "iDEAL")
    pay(page)
    page.wait_for_url(re.compile("/3ds/"))
    later = page.context.new_page()
    page.request.post(page.url, form={"decision": "approve"}, max_redirects=0)
    page.close()

    later.goto(f"{shop.url}/orders")
    later.get_by_test_id("order-row").get_by_role("link").click()
    reference = is_paid(later)
    expect(later.get_by_test_id("money-said")).to_have_text("€90.00 was charged.")
    expect(later.get_by_test_id("ticket")).to_have_count(2)

    desk = visit(shop.app, f"/organizer/orders/{reference}", email="organizer@example.com")
    desk.get_by_test_id("tick-ticket").first.check()
    desk.get_by_test_id("refund-chosen").click()
    desk.get_by_test_id("refund-note").fill("One of them fell ill")
    desk.get_by_test_id("confirm-refund").dblclick()
    expect(desk.get_by_test_id("order-status")).to_have_text("Partly refunded")
    expect(later.get_by_test_id("order-status")).to_have_text("Partly refunded")
    expect(later.get_by_test_id("refunds")).to_contain_text("€45.00 paid back")

    later.get_by_test_id("to-invoice").click()
    expect(later.get_by_test_id("invoice-total").first).to_have_text("€90.00")
    with later.expect_download() as told:
        later.get_by_test_id("invoice-pdf").first.click()
    assert Path(told.value.path()).read_bytes().startswith(b"%PDF-")

    shop.until_heard()
    came = deliveries(shop)
    assert (came[TELLING], came["charge.succeeded"], came["charge.refunded"]) == (0, 3, 3)
    assert shop.counts(reference) == Counts(charges=1, succeeded=1, cancelled=1, refunds=1)
    assert [refund["amount"] for refund in shop.refunds(reference)] == [45_00]
    audited = ticketapp("audit", database_url=shop.app.database_url, **settings(shop.fake))
    assert audited.splitlines()[-1].endswith("checks, no disagreements.")
