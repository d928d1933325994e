"""Every screen on phone, tablet and desktop, light and dark: it fits, and the browser has nothing to complain of.

`make shots` runs this alone; the pictures lie in var/shots.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, expect

from tests.e2e.paying import check_out, fill_cart, is_paid, pay
from tests.harness.browser import sign_in
from tests.harness.databases import ROOT
from tests.harness.routes import routes
from tests.harness.served import ServedApp

pytestmark = [pytest.mark.e2e, pytest.mark.shots]

PICTURES = ROOT / "var" / "shots"
SIZES = {390: 844, 820: 1180, 1440: 900}
# Of a long list the rest looks the same.
HEIGHT_MAX = 3_000
SCHEMES = ("light", "dark")
FAN, ORGANIZER, DOOR, ADMIN = (f"{name}@example.com" for name in ("fan", "organizer", "door", "admin"))
Opener = Callable[[Page, ServedApp], None]


def at(path: str, email: str = "") -> Opener:
    def open_it(page: Page, app: ServedApp) -> None:
        if email:
            sign_in(page, app, email)
        page.goto(app.url + path)

    return open_it


def with_a_cart(path: str) -> Opener:
    """Open a page as somebody whose cart holds two tiers."""

    def open_it(page: Page, app: ServedApp) -> None:
        fill_cart(page, app, regular=2, golden_circle=1)
        page.goto(app.url + path)

    return open_it


def a_paid_order(page: Page, app: ServedApp) -> None:
    fill_cart(page, app)
    check_out(page, app)
    pay(page)
    is_paid(page)


# By route; what is no route is the same page in another state.
SCREENS: dict[str, Opener] = {
    "/": at("/"),
    "/event/[slug]": at("/event/midnight-parade"),
    "/cart": with_a_cart("/cart"),
    "/checkout": with_a_cart("/checkout"),
    "/order/[reference]": a_paid_order,
    "/orders": at("/orders", FAN),
    "/tickets": at("/tickets", FAN),
    "/register": at("/register"),
    "/sign-in": at("/sign-in"),
    "/verify-email": at("/verify-email"),
    "/forgot-password": at("/forgot-password"),
    "/reset-password": at("/reset-password"),
    "/account": at("/account", FAN),
    "/organizer": at("/organizer", ORGANIZER),
    "/organizer/events": at("/organizer/events", ORGANIZER),
    "/organizer/events/new": at("/organizer/events/new", ORGANIZER),
    "/organizer/events/[slug]": at("/organizer/events/midnight-parade", ORGANIZER),
    "/door": at("/door", DOOR),
    "/door/[slug]": at("/door/tonight", DOOR),
    "/admin": at("/admin", ADMIN),
    "404": at("/no/such/page"),
    "nothing found": at("/?q=nothing-is-called-so"),
    "event with seats": at("/event/chamber-evening"),
    "event sold out": at("/event/sold-out-show"),
    "event cancelled": at("/event/cancelled-gala"),
    "event missing": at("/event/no-such-event"),
    "cart empty": at("/cart"),
    "organizer's event missing": at("/organizer/events/no-such-event", ORGANIZER),
    "order missing": at("/order/TK-2026-NOTONE"),
    "tickets empty": at("/tickets", "rival@example.com"),
    "door of others": at("/door/tonight", "rival@example.com"),
}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser had to complain of, but for a page that is meant to be missing."""
    heard: list[str] = []

    def hear_console(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            heard.append(said.text)

    def hear_answer(answer: Response) -> None:
        if answer.status >= 400 and not answer.request.is_navigation_request():
            heard.append(f"{answer.status} {answer.url}")

    page.on("console", hear_console)
    page.on("response", hear_answer)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_fits(app, page: Page, complaints, name):
    SCREENS[name](page, app)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".skeleton-set")).to_have_count(0)
    stem = re.sub(r"\W+", "-", name).strip("-") or "events"

    too_wide = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_class(re.compile(rf"\b{scheme}\b"))
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            picture = PICTURES / f"{stem}-{width}-{scheme}.jpg"
            needed, high = page.evaluate(
                "(({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight])(document.documentElement)"
            )
            area = {"x": 0, "y": 0, "width": width, "height": min(high, HEIGHT_MAX)}
            page.screenshot(path=picture, type="jpeg", quality=80, full_page=True, clip=area)
            too_wide += [(width, scheme, needed)] if needed > width else []

    assert (too_wide, complaints) == ([], [])


def test_every_page_has_a_screen():
    assert routes() - set(SCREENS) == set()
