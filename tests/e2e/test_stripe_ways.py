"""Fans who pay otherwise or go astray: in yen, with a wallet, for places that come first, from a tab that was closed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.paying import fill_cart, is_paid, orders
from tests.e2e.stripe_shop import (
    BANK_ASKS,
    GOOD,
    Counts,
    StripeShop,
    answer_bank,
    bank_asks,
    begin,
    check_out,
    choose,
    form,
    pay,
    reference_of,
    type_card,
)

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_agree")]
ONE_CHARGE = Counts(charges=1, succeeded=1)
CAPTURE = "/v1/payment_intents/*/capture"
# What was lost on its way to the provider is tried again every ten seconds.
ASKED_AGAIN_WITHIN_MS = 45_000
BANKS_OWN_PAGE = re.compile("/3ds/")


def hold_seats(page: Page, shop: StripeShop) -> None:
    """Hold two seats of an event that takes the money only when the places are confirmed."""
    page.goto(f"{shop.url}/event/chamber-evening")
    page.get_by_test_id("take-best").click()
    expect(page.get_by_test_id("cart-count")).to_have_text("2")


def test_yen_are_charged_without_decimals(shop: StripeShop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app, slug="tokyo-echo", standing=2)
    check_out(page, shop)
    expect(page.get_by_test_id("pay")).to_have_text("Pay ¥13,600")
    expect(form(page).get_by_label("iDEAL")).to_be_hidden()

    pay(page)

    reference = is_paid(page)
    expect(page.get_by_test_id("money-said")).to_have_text("¥13,600 was charged.")
    [intent] = shop.intents(reference)
    assert (intent["amount"], intent["currency"]) == (13_600, "jpy")
    assert shop.counts(reference) == ONE_CHARGE


def test_a_wallet_pays_without_a_card_being_typed(shop: StripeShop, visit):
    page = visit(shop.app)
    fill_cart(page, shop.app)
    page.goto(f"{shop.url}/checkout")
    page.get_by_label("Name", exact=True).fill("Ada Fan")
    page.get_by_role("textbox", name="E-mail").fill("ada@example.com")

    choose(page, "Google Pay")
    expect(form(page).get_by_label("Card number")).to_be_hidden()
    pay(page)

    assert shop.counts(is_paid(page)) == ONE_CHARGE


def test_places_that_come_first_are_paid_once_they_are_confirmed(shop: StripeShop, visit):
    page = visit(shop.app)
    hold_seats(page, shop)
    check_out(page, shop)
    expect(form(page).get_by_label("iDEAL")).to_be_hidden()
    expect(form(page).get_by_label("Google Pay")).to_be_visible()
    expect(page.get_by_test_id("authorises-first")).to_have_text(
        "Your bank sets €136.00 aside first. It is charged once your places are confirmed; "
        "if they cannot be, nothing is charged."
    )
    fault = shop.fake.stage("faults", kind="hold_before", method="POST", path=CAPTURE)

    pay(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Your places are confirmed")
    expect(page.get_by_test_id("money-said")).to_contain_text("Your bank has set €136.00 aside")
    expect(page.get_by_test_id("order-quote")).to_contain_text(re.compile("TK-.+pi_"))
    for way_out in ("cancel-order", "another-card", "pay-order"):
        expect(page.get_by_test_id(way_out)).to_have_count(0)
    reference = reference_of(page)
    assert [intent["status"] for intent in shop.intents(reference)] == ["requires_capture"]
    shop.fake.end_fault(fault)
    assert is_paid(page, tickets=2) == reference
    assert shop.counts(reference) == ONE_CHARGE


def test_a_bank_that_takes_back_its_word_charges_nothing_and_another_card_pays(shop: StripeShop, visit):
    page = visit(shop.app)
    hold_seats(page, shop)
    check_out(page, shop)
    fault = shop.fake.stage("faults", kind="drop_before", method="POST", path=CAPTURE, times=1000)
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your places are confirmed")
    [intent] = shop.intents(reference_of(page))

    shop.fake.stage(f"payment_intents/{intent['id']}/refuse")
    shop.fake.end_fault(fault)

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "The payment did not go through", timeout=ASKED_AGAIN_WITHIN_MS
    )
    expect(page.get_by_test_id("money-said")).to_contain_text("Nothing was charged. Try another card.")
    page.get_by_test_id("pay-order").click()
    type_card(page, GOOD)
    pay(page)
    assert shop.counts(is_paid(page)) == Counts(charges=1, succeeded=1, cancelled=1)


def test_back_after_paying_leads_to_no_second_payment(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)
    pay(page)
    reference = is_paid(page)

    page.go_back()
    expect(page).not_to_have_url(re.compile("/checkout"))
    page.go_forward()
    assert is_paid(page) == reference
    page.reload()
    assert is_paid(page, tickets=1) == reference
    page.goto(f"{shop.url}/checkout")

    expect(page.get_by_test_id("checkout-empty")).to_be_visible()
    assert shop.counts(reference) == ONE_CHARGE
    assert len(orders(page, shop.app)) == 1


def test_back_after_the_bank_has_asked_leads_to_no_second_payment(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, BANK_ASKS)
    pay(page)
    answer_bank(page, approve=True)
    reference = is_paid(page)

    page.go_back()

    expect(page.get_by_test_id("pay")).to_have_count(0)
    page.goto(f"{shop.url}/order/{reference}")
    assert is_paid(page) == reference
    assert shop.counts(reference) == ONE_CHARGE


def test_a_tab_that_was_closed_while_the_bank_asked_is_gone_on_with_from_my_orders(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop, BANK_ASKS)
    pay(page)
    bank_asks(page)
    later = page.context.new_page()
    page.close()

    later.goto(f"{shop.url}/orders")
    later.get_by_test_id("order-row").get_by_role("link").click()

    reference = reference_of(later)
    expect(later.get_by_test_id("money-said")).to_contain_text("Nothing was charged yet.")
    later.get_by_test_id("to-bank").click()
    answer_bank(later, approve=True)
    assert is_paid(later, tickets=1) == reference
    assert shop.counts(reference) == ONE_CHARGE


def test_a_tab_that_was_closed_at_the_banks_own_page_finds_its_answer_in_my_orders(shop: StripeShop, visit):
    page = visit(shop.app)
    begin(page, shop)
    choose(page, "iDEAL")
    pay(page)
    page.wait_for_url(BANKS_OWN_PAGE)
    later = page.context.new_page()
    shop.until_heard()
    shop.open_letter_box(never=["*"])
    page.request.post(page.url, form={"decision": "approve"}, max_redirects=0)
    page.close()
    shop.open_letter_box(never=[])

    later.goto(f"{shop.url}/orders")
    later.get_by_test_id("order-row").get_by_role("link").click()

    assert shop.counts(is_paid(later, tickets=1)) == ONE_CHARGE


def test_the_way_back_of_an_order_that_nobody_has_leads_to_its_own_page(shop: StripeShop, visit):
    page = visit(shop.app, "/order/TK-2026-NOTTHERE/back?payment_intent_client_secret=pi_1_secret_2")

    expect(page.get_by_test_id("order-missing")).to_be_visible()
    expect(page).to_have_url(f"{shop.url}/order/TK-2026-NOTTHERE")
