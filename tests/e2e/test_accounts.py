"""People come in, go out, and are given roles, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.harness.tabs import PASSWORD

pytestmark = pytest.mark.e2e


def sign_in(page: Page, url: str, email: str, *, at: str = "/account", password: str = PASSWORD) -> None:
    page.goto(f"{url}{at}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_test_id("submit-sign-in").click()


def test_a_closed_page_asks_who_is_there_and_goes_on_from_there(page, app):
    sign_in(page, app.url, "fan@example.com", password="a wrong password")
    expect(page.get_by_test_id("form-error")).to_contain_text("do not belong together")
    expect(page.get_by_label("E-mail")).to_have_value("fan@example.com")
    expect(page.get_by_label("Password")).to_have_value("")

    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{app.url}/account")
    expect(page.get_by_test_id("account-email")).to_have_text("fan@example.com")


def test_signing_out_closes_the_account_in_every_tab(page, app):
    sign_in(page, app.url, "fan2@example.com")
    expect(page.get_by_test_id("account-email")).to_be_visible()
    other_tab = page.context.new_page()
    other_tab.goto(f"{app.url}/account")
    expect(other_tab.get_by_test_id("account-email")).to_be_visible()

    page.get_by_test_id("account-menu-button").click()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    other_tab.get_by_test_id("sign-out-others").click()

    expect(other_tab).to_have_url(re.compile(r"/sign-in\?next="))


def test_a_newcomer_registers_and_comes_in(page, app):
    page.goto(f"{app.url}/register?next=/account")
    page.get_by_label("Name").fill("Nora Newcomer")
    page.get_by_label("E-mail").fill("nora@example.com")
    page.get_by_label("Password").fill("short")
    page.get_by_test_id("submit-register").click()
    expect(page.get_by_text("Choose a password of 8 to 128 characters.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Nora Newcomer")

    page.get_by_label("Password").fill("a long password")
    page.get_by_test_id("submit-register").click()
    expect(page.get_by_test_id("notice")).to_contain_text("We have written to nora@example.com")
    page.get_by_label("Password").fill("a long password")
    page.get_by_test_id("submit-sign-in").click()

    expect(page.get_by_test_id("account-email")).to_have_text("nora@example.com")
    expect(page.get_by_text("Not confirmed")).to_be_visible()


def test_an_administrator_gives_a_role_that_counts_at_once(page, browser, app):
    fan_context = browser.new_context()
    fan = fan_context.new_page()
    sign_in(fan, app.url, "fan3@example.com")
    expect(fan.get_by_test_id("account-email")).to_be_visible()
    fan.goto(f"{app.url}/admin")
    expect(fan).to_have_url(re.compile(r"/sign-in\?next="))

    sign_in(page, app.url, "admin@example.com", at="/sign-in?next=/admin?q=fan3")
    page.goto(f"{app.url}/admin?q=fan3@example.com")
    page.get_by_role("button", name=re.compile("Make administrator")).click()
    expect(page.get_by_text("Take away")).to_be_visible()
    fan.goto(f"{app.url}/admin")

    expect(fan.get_by_role("heading", name="People")).to_be_visible()
    fan_context.close()
