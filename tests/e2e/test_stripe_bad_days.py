"""Webhooks that come late, twice or never, a Stripe that is silent, and money that goes back: pages tell the truth."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.paying import fill_cart, is_paid
from tests.e2e.stripe_shop import (
    GOOD,
    Counts,
    StripeShop,
    begin,
    check_out,
    choose,
    pay,
    reference_of,
    type_card,
)

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_agree")]
ONE_CHARGE = Counts(charges=1, succeeded=1)
# Payments are asked about once they are a minute old, every quarter of a minute.
RECONCILED_WITHIN_MS = 90_000
# A refund that the provider did not answer is asked for again later and later.
REFUNDED_WITHIN_MS = 60_000


def wait_for_debit(page: Page, shop: StripeShop, slug: str = "midnight-parade") -> tuple[str, str]:
    """Pay by a method that takes days; gives the order's reference and the PaymentIntent's id."""
    fill_cart(page, shop.app, slug)
    check_out(page, shop)
    choose(page, "SEPA debit")
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("We are asking your bank")
    reference = reference_of(page)
    return reference, shop.intents(reference)[0]["id"]


@pytest.fixture(scope="module")
def unheard(shop: StripeShop, browser: Browser) -> Iterator[Page]:
    """An open order page whose payment arrived long ago, and no webhook told of it."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    page = context.new_page()
    _, intent = wait_for_debit(page, shop)
    shop.until_heard()
    shop.open_letter_box(never=["*"])
    shop.fake.stage(f"payment_intents/{intent}/finish", paid=True)
    shop.open_letter_box(never=[])
    yield page
    context.close()


@pytest.mark.usefixtures("unheard")
def test_webhooks_that_come_late_and_backwards_turn_the_open_page(shop: StripeShop, visit):
    page = visit(shop.app)
    shop.open_letter_box(hold=True)
    reference, intent = wait_for_debit(page, shop)
    shop.fake.stage(f"payment_intents/{intent}/finish", paid=True)
    expect(page.get_by_test_id("order-status")).to_have_text("Awaiting payment")

    shop.fake.stage("webhooks/release", order="reversed")
    shop.open_letter_box(hold=False)

    assert is_paid(page) == reference
    assert shop.counts(reference) == ONE_CHARGE


def test_webhooks_that_come_five_times_change_nothing(shop: StripeShop, visit):
    page = visit(shop.app)
    shop.open_letter_box(copies=5, at_once=5)
    reference, intent = wait_for_debit(page, shop)

    shop.fake.stage(f"payment_intents/{intent}/finish", paid=True)

    assert is_paid(page) == reference
    shop.until_heard()
    shop.open_letter_box(copies=1, at_once=1)
    expect(page.get_by_test_id("ticket")).to_have_count(1)
    assert shop.counts(reference) == ONE_CHARGE


def test_a_debit_that_fails_is_told_on_the_open_page(shop: StripeShop, visit):
    page = visit(shop.app)
    reference, intent = wait_for_debit(page, shop)

    shop.fake.stage(f"payment_intents/{intent}/finish", paid=False)

    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    expect(page.get_by_test_id("money-said")).to_contain_text("Nothing was charged.")
    assert shop.counts(reference) == Counts(cancelled=1)


def test_a_stripe_that_is_silent_while_paying_is_waited_for(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)
    fault = shop.fake.stage("faults", kind="hold_before", method="POST", path="/v1/payment_intents/*/confirm")

    pay(page)

    expect(page.get_by_test_id("paying")).to_contain_text("Do not close this page.")
    for way_out in ("change-tickets", "back-to-cart"):
        expect(page.get_by_test_id(way_out)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("We are asking your bank")
    expect(page.get_by_test_id("money-said")).to_contain_text(
        "Nothing is charged twice. You may leave this page"
    )
    expect(page.get_by_test_id("pay-order")).to_have_count(0)
    shop.fake.end_fault(fault)
    reference = is_paid(page)
    assert shop.counts(reference) == ONE_CHARGE


def test_a_stripe_that_is_down_while_paying_charges_nothing_and_another_card_may_be_used(
    shop: StripeShop, visit
):
    page = visit(shop.app)
    begin(page, shop)
    fault = shop.fake.stage(
        "faults", kind="drop_before", method="POST", path="/v1/payment_intents/*/confirm", times=100
    )
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("We are asking your bank")
    shop.fake.end_fault(fault)

    page.get_by_test_id("another-card").click()

    type_card(page, GOOD)
    pay(page)
    assert shop.counts(is_paid(page)) == Counts(charges=1, succeeded=1, cancelled=1)


def test_money_that_comes_when_the_event_is_cancelled_goes_back_and_the_page_tells_how_far_it_is(
    shop: StripeShop, visit
):
    page = visit(shop.app)
    reference, intent = wait_for_debit(page, shop, slug="tiny-room")
    desk = visit(shop.app, "/organizer/events/tiny-room", email="organizer@example.com")
    desk.get_by_test_id("cancel-event").click()
    desk.get_by_test_id("confirm-cancel").click()
    expect(desk.get_by_test_id("event-state")).to_have_text("Cancelled")
    fault = shop.fake.stage("faults", kind="hold_before", method="POST", path="/v1/refunds", times=100)

    shop.fake.stage(f"payment_intents/{intent}/finish", paid=True)

    expect(page.get_by_test_id("order-status")).to_have_text("Refund started")
    expect(page.get_by_test_id("money-said")).to_have_text(
        "€18.00 was charged, and its refund has started. Your payment came after the places were gone. "
        "Banks take up to ten working days to show it."
    )
    expect(page.get_by_test_id("order-quote")).to_contain_text(intent)
    shop.fake.end_fault(fault)
    expect(page.get_by_test_id("order-status")).to_have_text("Refunded", timeout=REFUNDED_WITHIN_MS)
    expect(page.get_by_test_id("money-said")).to_have_text(
        "€18.00 was charged and paid back. Your payment came after the places were gone. "
        "Banks take up to ten working days to show it."
    )
    assert shop.counts(reference) == Counts(charges=1, succeeded=1, refunds=1)


def test_a_refund_from_the_dashboard_is_made_at_stripe_and_seen_by_the_buyer(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, regular=2)
    pay(page)
    reference = is_paid(page)
    desk = visit(shop.app, f"/organizer/orders/{reference}", email="organizer@example.com")
    desk.get_by_test_id("tick-ticket").first.check()
    desk.get_by_test_id("refund-chosen").click()
    desk.get_by_test_id("refund-note").fill("Came twice by mistake")

    desk.get_by_test_id("confirm-refund").dblclick()

    expect(page.get_by_test_id("order-status")).to_have_text("Partly refunded")
    expect(page.get_by_test_id("refunds")).to_contain_text("€45.00 paid back")
    counts = shop.counts(reference)
    assert (counts.charges, counts.refunds) == (1, 1)
    assert [refund["amount"] for refund in shop.refunds(reference)] == [45_00]


def test_a_payment_of_which_no_webhook_told_turns_the_open_page_all_the_same(shop: StripeShop, unheard: Page):
    expect(unheard.get_by_test_id("order-status")).to_have_text("Paid", timeout=RECONCILED_WITHIN_MS)

    assert shop.counts(reference_of(unheard)) == ONE_CHARGE
