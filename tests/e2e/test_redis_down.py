import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

SORRY = "Your cart and orders are safe."


def test_screens_say_that_they_are_cut_off_and_come_back_by_themselves(serve, redis_server, visit):
    app = serve(redis_url=redis_server.url)
    open_before = visit(app, "/event/tiny-room")
    open_before.get_by_role("button", name="One more").click()
    add = open_before.get_by_role("button", name="Add 1 to cart")
    expect(add).to_be_enabled()

    redis_server.kill9()
    add.click()
    expect(open_before.get_by_text(SORRY)).to_be_visible()
    opened_now = visit(app, "/event/tiny-room")
    expect(opened_now.get_by_text(SORRY)).to_be_visible()

    redis_server.start()

    for page in (open_before, opened_now):
        expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
    open_before.get_by_role("button", name="One more").click()
    open_before.get_by_role("button", name="Add 1 to cart").click()
    expect(open_before.get_by_text("1 ticket · €18.00")).to_be_visible()
