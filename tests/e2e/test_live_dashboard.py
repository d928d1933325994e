"""An organizer watches sales in a real browser, also while the server goes away and comes back."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.harness.browser import PUSHED_WITHIN_MS, Visit
from tests.harness.served import ServedApp
from ticketapp.core.ids import new_id

pytestmark = pytest.mark.e2e

RECONNECT_MS = 30_000
CARD = {"type": "card", "cardNumber": "4242424242424242", "expiryMonth": 12, "expiryYear": 2035, "cvv": "123"}


@pytest.fixture
def organizer(app: ServedApp, visit: Visit) -> Page:
    """The dashboard of "Harbour Lights", as its owner sees it."""
    page = visit(app, "/organizer", email="organizer@example.com")
    expect(page.get_by_test_id("sold-total")).to_be_visible()
    return page


class Fan:
    """Somebody who buys by the API."""

    def __init__(self, http: httpx.Client, email: str) -> None:
        self._http = http
        credentials = {"email": email, "password": "ticketapp-demo"}
        token = self._http.post("/api/auth/token", json=credentials).raise_for_status().json()["accessToken"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def hold(self, slug: str, quantity: int) -> list[str]:
        event = self._http.get(f"/api/events/{slug}").json()
        items = [{"tierId": event["tiers"][0]["id"], "quantity": quantity}]
        body = {"eventId": event["id"], "items": items, "idempotencyKey": new_id().hex}
        held = self._http.post("/api/inventory/reservations", json=body).raise_for_status().json()
        return [reservation["reservationId"] for reservation in held["reservations"]]

    def buy(self, slug: str, quantity: int) -> None:
        body = {
            "reservationIds": self.hold(slug, quantity),
            "paymentMethod": CARD,
            "idempotencyKey": new_id().hex,
        }
        self._http.post("/api/bookings/confirm", json=body).raise_for_status()


@pytest.fixture
def fan(app: ServedApp) -> Iterator[Callable[[str], Fan]]:
    with httpx.Client(base_url=app.url) as http:
        yield lambda email: Fan(http, email)


def number(page: Page, test_id: str) -> int:
    return int(page.get_by_test_id(test_id).inner_text().replace(",", ""))


def test_a_sale_is_on_the_dashboard_as_it_happens(organizer: Page, fan):
    sold, held = number(organizer, "sold-total"), number(organizer, "held-total")
    buyer = fan("fan2@example.com")

    buyer.hold("tiny-room", 1)
    expect(organizer.get_by_test_id("held-total")).to_have_text(f"{held + 1:,}", timeout=PUSHED_WITHIN_MS)
    buyer.buy("midnight-parade", 3)
    expect(organizer.get_by_test_id("sold-total")).to_have_text(f"{sold + 3:,}", timeout=PUSHED_WITHIN_MS)

    expect(organizer.get_by_role("table", name="Latest orders").get_by_role("row").nth(1)).to_contain_text(
        "€135.00"
    )


def test_one_event_has_its_own_figures_and_address(organizer: Page, fan):
    fan("fan3@example.com").buy("midnight-parade", 2)

    organizer.get_by_role("link", name="Midnight Parade").click()

    expect(organizer).to_have_url(re.compile("event=midnight-parade"))
    expect(organizer.get_by_test_id("stock-regular")).to_contain_text("Regular")
    organizer.reload()
    expect(organizer.get_by_test_id("stock-regular")).to_contain_text("€45.00")


def test_a_lost_server_is_said_figures_stay_and_come_back_true(app: ServedApp, organizer: Page, fan):
    sold = number(organizer, "sold-total")
    pill = organizer.get_by_test_id("connection")
    expect(pill).to_have_text("Live")

    app.kill9()

    expect(pill).to_contain_text(re.compile("Reconnecting|Offline"), timeout=RECONNECT_MS)
    expect(organizer.get_by_test_id("stale")).to_be_visible()
    assert number(organizer, "sold-total") == sold
    app.start()
    fan("fan4@example.com").buy("midnight-parade", 1)
    expect(pill).to_have_text("Live", timeout=RECONNECT_MS)
    expect(organizer.get_by_test_id("sold-total")).to_have_text(f"{sold + 1:,}", timeout=RECONNECT_MS)
    expect(organizer.get_by_test_id("stale")).to_have_count(0)


def test_a_stranger_is_asked_to_sign_in(app: ServedApp, page: Page):
    page.goto(app.url + "/organizer")

    expect(page).to_have_url(re.compile("/sign-in"))
