"""Every screen on phone, tablet and desktop, light and dark: it fits, and the browser has nothing to complain of.

`make shots` runs this alone; the pictures lie in var/shots.
"""

import re

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, expect

from tests.e2e.screens import SCREENS
from tests.e2e.stripe_screens import STRIPE_SCREENS
from tests.harness.databases import ROOT
from tests.harness.routes import routes

pytestmark = [pytest.mark.e2e, pytest.mark.shots]

PICTURES = ROOT / "var" / "shots"
SIZES = {390: 844, 820: 1180, 1440: 900}
# Of a long list the rest looks the same.
HEIGHT_MAX = 2_400
SCHEMES = ("light", "dark")
# A form that is filled in wrongly and a card that is declined are answered so.
REFUSALS = {402, 422}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser had to complain of, but for what is meant to be missing or refused."""
    heard: list[str] = []

    def hear_console(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            heard.append(said.text)

    def hear_answer(answer: Response) -> None:
        is_refusal = answer.status in REFUSALS and answer.request.method == "POST"
        if answer.status >= 400 and not is_refusal and not answer.request.is_navigation_request():
            heard.append(f"{answer.status} {answer.url}")

    page.on("console", hear_console)
    page.on("response", hear_answer)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_fits(app, page: Page, complaints, name):
    SCREENS[name](page, app)

    # Before that an event's page shows the words it carries for search engines.
    expect(page.get_by_test_id("connection")).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".skeleton-set")).to_have_count(0)
    assert (too_wide(page, name), complaints) == ([], [])


@pytest.mark.parametrize("name", STRIPE_SCREENS)
def test_a_screen_of_paying_with_stripe_fits(shop, page: Page, complaints, name):
    STRIPE_SCREENS[name](page, shop)

    assert (too_wide(page, f"stripe {name}"), complaints) == ([], [])


def too_wide(page: Page, name: str) -> list[tuple[int, str, int]]:
    """Take every picture of a screen and tell where it needs more width than there is."""
    stem = re.sub(r"\W+", "-", name).strip("-") or "events"
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_class(re.compile(rf"\b{scheme}\b"))
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("scrollTo(0, 0)")
            picture = PICTURES / f"{stem}-{width}-{scheme}.jpg"
            needed, high = page.evaluate(
                "(({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight])(document.documentElement)"
            )
            # A window as high as the page: quicker than to let the browser go beyond its window.
            page.set_viewport_size({"width": width, "height": max(height, min(high, HEIGHT_MAX))})
            page.screenshot(path=picture, type="jpeg", quality=80)
            found += [(width, scheme, needed)] if needed > width else []
    return found


def test_every_page_has_a_screen():
    assert routes() - set(SCREENS) == set()
