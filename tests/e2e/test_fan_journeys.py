"""Fans choose, hold and lose tickets in real browsers, and every screen agrees."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.harness.browser import PUSHED_WITHIN_MS, sign_in

pytestmark = pytest.mark.e2e


def left(page: Page, tier: str = "regular") -> int:
    number = page.get_by_test_id(f"available-{tier}")
    expect(number).to_be_visible()
    return int(number.inner_text().replace(",", ""))


def choose(page: Page, quantity: int, tier: str = "regular") -> None:
    field = page.get_by_test_id(f"quantity-{tier}")
    field.fill(str(quantity))
    field.press("Enter")


def hold(page: Page, quantity: int, tier: str = "regular") -> None:
    choose(page, quantity, tier)
    expect(page.get_by_test_id("add-to-cart")).to_contain_text(f"Add {quantity} to cart")
    page.get_by_test_id("add-to-cart").click()
    expect(page.get_by_test_id("cart-count")).to_have_text(str(quantity))


def test_two_browsers_see_the_number_fall(app, visit):
    buyer, watcher = (visit(app, "/event/midnight-parade") for _ in range(2))
    before = left(watcher)
    left(buyer)

    hold(buyer, 3)

    expect(watcher.get_by_test_id("available-regular")).to_have_text(
        f"{before - 3:,}", timeout=PUSHED_WITHIN_MS
    )
    expect(buyer.get_by_test_id("available-regular")).to_have_text(
        f"{before - 3:,}", timeout=PUSHED_WITHIN_MS
    )
    expect(buyer.get_by_test_id("countdown")).to_have_text(re.compile(r"^(14:\d\d|15:00)$"))


def test_changes_of_ten_seconds_are_read_aloud_in_one_message(app, visit):
    watcher, buyer = (visit(app, "/event/midnight-parade") for _ in range(2))
    before, dear = left(watcher), left(watcher, "golden-circle")
    watcher.clock.install()
    watcher.reload()
    left(watcher)
    said = watcher.get_by_test_id("spoken-news")
    expect(said).to_be_empty()

    hold(buyer, 2)
    choose(buyer, 1, "golden-circle")
    buyer.get_by_test_id("add-to-cart").click()
    expect(watcher.get_by_test_id("available-golden-circle")).to_have_text(f"{dear - 1:,}")
    expect(said).to_be_empty()
    watcher.clock.fast_forward(10_000)

    expect(said).to_have_text(f"Regular: {before - 2:,} left. Golden Circle: {dear - 1:,} left.")


def test_somebody_far_away_sees_their_own_time_too(app, visit):
    near = visit(app, "/event/midnight-parade")
    far = visit(app, "/event/midnight-parade", timezone_id="America/New_York")

    expect(far.get_by_test_id("local-time")).to_have_text(re.compile(r"^Your time: .+, 14:00 GMT-5$"))
    left(near)
    expect(near.get_by_test_id("local-time")).to_have_count(0)


def test_the_last_places_go_to_one_of_two(app, visit):
    first, second = (visit(app, "/event/tiny-room") for _ in range(2))
    places = left(second)
    left(first)
    choose(second, 1)
    hold(first, places)

    sold_out = second.get_by_test_id("tier-regular")
    expect(sold_out).to_contain_text("All held by others", timeout=PUSHED_WITHIN_MS)
    expect(second.get_by_test_id("available-regular")).to_have_text("0")
    second.get_by_test_id("add-to-cart").click()

    expect(second.get_by_test_id("add-refused")).to_contain_text("Nothing is left at this moment.")
    expect(second.get_by_test_id("cart-count")).to_have_text("0")
    first.goto(f"{app.url}/cart")
    first.get_by_test_id("remove-regular").click()
    expect(second.get_by_test_id("available-regular")).to_have_text(f"{places:,}")


def test_the_end_of_the_clock_returns_the_places_on_both_screens(hasty_app, visit):
    buyer, watcher = (visit(hasty_app, "/event/tiny-room") for _ in range(2))
    places = left(watcher)
    left(buyer)
    hold(buyer, 2)
    expect(watcher.get_by_test_id("available-regular")).to_have_text(f"{places - 2:,}")

    for page in (watcher, buyer):
        expect(page.get_by_test_id("available-regular")).to_have_text(f"{places:,}")

    expect(buyer.get_by_test_id("countdown")).to_have_count(0)
    expect(buyer.get_by_test_id("cart-count")).to_have_text("0")


def test_what_is_still_free_is_taken_again_with_one_tap(hasty_app, visit):
    page = visit(hasty_app, "/event/midnight-parade")
    left(page)
    hold(page, 2)
    page.goto(f"{hasty_app.url}/cart")
    expect(page.get_by_test_id("hold-ended")).to_contain_text("All 2 are still free.")
    expect(page.get_by_test_id("ended-line-regular")).to_be_visible()

    page.get_by_test_id("take-again").click()

    expect(page.get_by_test_id("cart-line-regular")).to_be_visible()
    expect(page.get_by_test_id("cart-count")).to_have_text("2")
    expect(page.get_by_test_id("countdown")).to_be_visible()


def test_two_tabs_show_one_cart(app, visit):
    page = visit(app, "/event/midnight-parade")
    left(page)
    hold(page, 1)
    other = page.context.new_page()
    other.goto(f"{app.url}/cart")
    expect(other.get_by_test_id("cart-line-regular")).to_contain_text("€45.00")

    page.goto(f"{app.url}/cart")
    page.get_by_test_id("quantity-regular").fill("4")
    page.get_by_test_id("quantity-regular").press("Enter")

    expect(other.get_by_test_id("cart-total")).to_have_text("€180.00")
    expect(other.get_by_test_id("cart-count")).to_have_text("4")


def test_a_guests_cart_is_taken_over_and_follows_to_another_device(app, visit):
    phone = visit(app, "/event/midnight-parade", viewport={"width": 390, "height": 844})
    left(phone)
    hold(phone, 2)

    sign_in(phone, app, "fan7@example.com")
    phone.goto(f"{app.url}/cart")
    expect(phone.get_by_test_id("cart-line-regular")).to_be_visible()
    desktop = visit(app, "/cart", email="fan7@example.com")
    expect(desktop.get_by_test_id("cart-count")).to_have_text("2")

    desktop.get_by_test_id("remove-regular").click()
    expect(phone.get_by_test_id("cart-empty")).to_be_visible()


def test_a_cart_survives_a_reload_and_the_server_clock_decides(app, visit):
    page = visit(app, "/event/midnight-parade")
    left(page)
    hold(page, 1)
    page.context.clock.set_fixed_time("2031-05-05T12:00:00Z")

    page.goto(f"{app.url}/cart")

    expect(page.get_by_test_id("countdown")).to_have_text(re.compile(r"^(14:\d\d|15:00)$"))


def test_more_time_is_given_by_the_events_rule(app, visit):
    page = visit(app, "/event/midnight-parade")
    left(page)
    hold(page, 1)
    page.goto(f"{app.url}/cart")
    expect(page.get_by_test_id("more-time")).to_be_visible()

    page.get_by_test_id("more-time").click()

    expect(page.get_by_test_id("countdown")).to_have_text(re.compile(r"^(19:\d\d|20:00)$"))


def test_near_the_end_the_fan_is_asked_and_given_more_time(serve, visit):
    app = serve(hold_minutes="1.5")
    page = visit(app, "/event/midnight-parade")
    left(page)
    hold(page, 1)
    question = page.get_by_role("dialog", name="Need more time?")
    expect(question).to_be_visible()

    page.get_by_test_id("extend-hold").click()

    expect(question).to_be_hidden()
    expect(page.get_by_test_id("countdown")).to_have_text(re.compile(r"^06:\d\d$"))


def test_seats_are_held_when_chosen_and_shown_to_others(app, visit):
    buyer, watcher = (visit(app, "/event/chamber-evening") for _ in range(2))
    for page in (buyer, watcher):
        page.get_by_test_id("section-Stalls").click()
    name = re.compile(r"^Row C seat 4, ")
    expect(watcher.get_by_role("button", name=name)).to_be_visible()
    free = int(re.search(r"(\d+) free", watcher.get_by_test_id("section-Stalls").inner_text())[1])

    buyer.get_by_role("button", name=name).click()

    expect(buyer.get_by_role("button", name=name)).to_have_attribute("data-seat", "mine")
    expect(watcher.get_by_role("button", name=name)).to_have_attribute("data-seat", "held")
    expect(watcher.get_by_test_id("section-Stalls")).to_contain_text(f"{free - 1} free")
    buyer.get_by_role("button", name=name).click()
    expect(watcher.get_by_role("button", name=name)).to_have_attribute("data-seat", "free")


def test_the_best_seats_lie_together(app, visit):
    page = visit(app, "/event/chamber-evening")
    page.get_by_test_id("take-best").click()
    expect(page.get_by_test_id("cart-count")).to_have_text("2")

    page.goto(f"{app.url}/cart")

    seats = page.get_by_test_id("cart-line-stalls").get_by_role("listitem")
    expect(seats).to_have_count(2)
    rows = [re.match(r"Stalls, row (\w+), seat (\d+)", text) for text in seats.all_inner_texts()]
    (row, number), (other_row, other_number) = (found.groups() for found in rows)
    assert row == other_row
    assert abs(int(number) - int(other_number)) == 1


def test_an_access_code_reveals_its_tickets(app, visit):
    page = visit(app, "/event/code-night")
    page.get_by_test_id("access-code").fill("WRONG")
    page.get_by_test_id("enter-code").click()
    expect(page.get_by_text("This code opens nothing here.")).to_be_visible()

    page.get_by_test_id("access-code").fill("moonlight")
    page.get_by_test_id("enter-code").click()

    expect(page.get_by_test_id("add-to-cart")).to_be_visible()
    expect(page.locator("[data-testid^=quantity-]").first).to_be_visible()


def test_filters_stand_in_the_address_and_back_works(app, visit):
    page = visit(app, "/")
    expect(page.get_by_test_id("event-count")).to_contain_text("events")
    page.get_by_test_id("search").fill("midnigt parade")
    expect(page).to_have_url(re.compile(r"q=midnigt\+parade"))
    expect(page.get_by_test_id("event-card-midnight-parade")).to_be_visible()
    expect(page.get_by_test_id("event-count")).to_have_text("1 event")

    page.get_by_test_id("event-card-midnight-parade").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Midnight Parade")
    page.go_back()

    expect(page).to_have_url(re.compile(r"q=midnigt\+parade"))
    expect(page.get_by_test_id("event-count")).to_have_text("1 event")


def test_no_letter_is_lost_while_the_list_follows_the_typing(app, visit):
    page = visit(app, "/")
    expect(page.get_by_test_id("event-count")).to_contain_text("events")
    search = page.get_by_test_id("search")

    search.press_sequentially("midnight parade", delay=120)

    expect(page.get_by_test_id("event-count")).to_have_text("1 event")
    expect(search).to_be_focused()
    expect(search).to_have_value("midnight parade")


def test_a_ticket_is_held_with_the_keyboard_alone(app, visit):
    page = visit(app, "/event/midnight-parade")
    left(page)
    page.get_by_role("button", name="One more: Regular").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("add-to-cart")).to_contain_text("Add 1 to cart")
    page.get_by_test_id("add-to-cart").focus()
    page.keyboard.press("Space")

    expect(page.get_by_test_id("cart-count")).to_have_text("1")


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("cancelled-gala", "Cancelled"),
        ("sold-out-show", "Sold out"),
        ("next-month-presale", "Not on sale yet"),
        ("last-week", "Over"),
    ],
)
def test_no_state_of_an_event_is_a_dead_end(app, visit, slug, text):
    page = visit(app, f"/event/{slug}")

    expect(page.get_by_test_id("event-state")).to_have_text(text)
    expect(page.locator("[data-testid^=quantity-]")).to_have_count(0)


def test_an_unknown_event_leads_back_to_the_list(app, visit):
    page = visit(app, "/event/no-such-event")

    page.get_by_role("link", name="See what is on").click()

    expect(page.get_by_test_id("event-count")).to_contain_text("events")
