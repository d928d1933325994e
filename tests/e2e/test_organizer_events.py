"""An organizer announces an event, changes it and calls it off, and a fan's open page follows."""

import httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

ORGANIZER = "organizer@example.com"
FIELDS = {
    "Artist": "The Lanterns",
    "Venue": "Dockside Grounds",
    "Address": "Am Sandtorkai 30",
    "City": "Hamburg",
    "Country": "DE",
    "Doors": "2031-03-01T19:00",
    "Start": "2031-03-01T20:00",
    "End": "2031-03-01T23:00",
}


def announce(page: Page, name: str) -> None:
    """Fill the form for a new event and send it."""
    for label, value in FIELDS.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_test_id("event-name").fill(name)
    page.get_by_test_id("tier-name").first.fill("Regular")
    page.get_by_test_id("tier-price").first.fill("25")
    page.get_by_test_id("tier-capacity").first.fill("100")
    page.get_by_test_id("create-event").click()
    expect(page.get_by_test_id("event-state")).to_have_text("Draft")


def test_an_empty_form_names_what_it_needs(app, visit):
    page = visit(app, "/organizer/events/new", email=ORGANIZER)

    page.get_by_test_id("create-event").click()

    summary = page.get_by_role("alert").filter(has_text="Check these fields")
    expect(summary).to_contain_text("Say who performs")
    expect(summary).to_contain_text("Give the price, such as 45.00")
    expect(page.get_by_label("Artist", exact=True)).to_have_attribute("aria-invalid", "true")


def test_from_draft_to_sale_to_cancelled(app, visit):
    desk = visit(app, "/organizer/events/new", email=ORGANIZER)
    announce(desk, "Quay Concert")
    assert httpx.get(f"{app.url}/event/quay-concert").status_code == 404

    desk.get_by_test_id("publish-event").click()
    expect(desk.get_by_test_id("event-state")).to_have_text("On sale")
    fan = visit(app, "/event/quay-concert")
    expect(fan.get_by_test_id("available-regular")).to_have_text("100")

    desk.get_by_role("button", name="Edit Regular").click()
    desk.get_by_test_id("tier-price").fill("30")
    desk.get_by_test_id("tier-capacity").fill("80")
    desk.get_by_test_id("save-tier").click()
    expect(desk.get_by_role("row").filter(has_text="Regular")).to_contain_text("€30.00")
    expect(fan.get_by_test_id("available-regular")).to_have_text("80")
    expect(fan.get_by_role("main")).to_contain_text("€30.00")

    desk.get_by_test_id("cancel-event").click()
    expect(desk.get_by_test_id("cancel-impact")).to_have_text("Nobody has tickets.")
    desk.get_by_test_id("confirm-cancel").click()
    expect(desk.get_by_test_id("event-state")).to_have_text("Cancelled")
    expect(fan.get_by_role("main")).to_contain_text("This event was cancelled")


def test_a_rival_finds_nothing(app, visit):
    page = visit(app, "/organizer/events/tonight", email="rival@example.com")

    expect(page.get_by_role("main")).to_contain_text("There is no such event")


def test_an_address_without_a_page_says_so(app, visit):
    assert httpx.get(f"{app.url}/no/such/page").status_code == 404

    page = visit(app, "/no/such/page")

    expect(page.get_by_role("main")).to_contain_text("There is no page here")


def test_a_page_without_javascript_still_says_what_matters(app, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{app.url}/event/sold-out-show")

    expect(page.get_by_role("heading", name="The Last Lantern")).to_be_visible()
    expect(page.get_by_text("Regular: €30.00, Sold out")).to_be_visible()
    context.close()


def test_the_words_before_the_app_step_aside(app, visit):
    page = visit(app, "/event/tiny-room")

    expect(page.get_by_test_id("available-regular")).to_be_visible()
    expect(page.locator("#first-paint")).to_have_count(0)
