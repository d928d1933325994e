"""Door staff check people in: with the camera, a hand scanner, by typing and by name."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserType, Page, expect

from tests.factories import code_of, make_order, make_person, make_ticket
from tests.harness.browser import PUSHED_WITHIN_MS, Visit
from tests.harness.camera import film
from tests.harness.served import ServedApp
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.models import Event, Ticket, Tier
from ticketapp.runtime import Runtime

pytestmark = pytest.mark.e2e

DOOR = "/door/tonight"
# Longer than the scanner's pause, so that the same code counts again.
LONG_ENOUGH_AWAY_S = 3.5


@pytest.fixture(scope="module")
def runtime(app: ServedApp) -> Iterator[Runtime]:
    """The served app's database, to put tickets in."""
    opened = Runtime(clock=SystemClock(), database=open_database(app.database_url))
    yield opened
    opened.close()


@pytest.fixture
def sell(runtime: Runtime) -> Callable[..., tuple[Ticket, str]]:
    """Make a paid ticket for tonight and give it with its code."""

    def sold(name: str) -> tuple[Ticket, str]:
        def make(session, now) -> tuple[Ticket, str]:
            event = session.execute(sa.select(Event).where(Event.slug == "tonight")).scalar_one()
            tier = session.execute(sa.select(Tier).where(Tier.event_id == event.id)).scalars().first()
            order = make_order(session, person_id=make_person(session).id, contact_name=name)
            ticket = make_ticket(session, tier=tier, order=order, attendee_name=name)
            return ticket, code_of(session, ticket)

        return runtime.write(make)

    return sold


@pytest.fixture
def visit_door(app: ServedApp, visit: Visit) -> Visit:
    """Open a page as the door staff, on a tablet."""
    return partial(visit, app, email="door@example.com", viewport={"width": 820, "height": 1180})


def expect_verdict(page: Page, word: str, **options: Any) -> None:
    expect(page.get_by_test_id("scan-result")).to_have_text(word, **options)


def type_code(page: Page, code: str) -> None:
    page.get_by_test_id("scan-input").fill(code)
    page.get_by_test_id("scan-input").press("Enter")


def admitted(page: Page) -> int:
    total = page.get_by_test_id("admitted-total")
    expect(total).to_have_text(re.compile(r"\d"))
    return int(re.search(r"\d+", total.inner_text())[0])


def test_the_camera_lets_a_ticket_in_once(
    app, visit_door, sell, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
):
    _, code = sell("Cora Camera")
    flags = film(tmp_path / "qr.y4m", [("", 2), (code, 1.5), ("", LONG_ENOUGH_AWAY_S)])
    arguments = browser_type_launch_args | {"args": [*browser_type_launch_args["args"], *flags]}
    with browser_type.launch(**arguments) as camera:
        page = visit_door(f"{DOOR}?gate=North", on=camera)

        expect_verdict(page, "Admit")
        expect(page.get_by_test_id("scan-detail")).to_have_text("Cora Camera")
        # Back to the camera by itself, and the same code a second time.
        expect(page.get_by_test_id("scan-result")).to_have_count(0)
        expect_verdict(page, "Already in")
        expect(page.get_by_test_id("scan-detail")).to_have_text(
            re.compile(r"Came in at \d\d:\d\d CET, North, .+\.")
        )


def test_the_door_starts_with_todays_events_of_my_team(visit_door):
    page = visit_door("/door")

    expect(page.get_by_test_id("door-tonight")).to_contain_text("Today")
    page.get_by_test_id("door-tonight").click()

    expect(page.get_by_test_id("scan-input")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/door/tonight$"))


def test_a_typed_number_is_answered_and_counted_at_every_gate(visit_door, sell):
    ticket, _ = sell("Tina Typed")
    north, south = visit_door(f"{DOOR}?gate=North"), visit_door(f"{DOOR}?gate=South")
    before = admitted(south)
    expect(north.get_by_test_id("gate-name")).to_have_text("Gate: North")

    type_code(north, f"{ticket.serial[:5]} {ticket.serial[5:]}".lower())
    expect_verdict(north, "Admit")
    expect(south.get_by_test_id("admitted-total")).to_contain_text(str(before + 1), timeout=PUSHED_WITHIN_MS)
    type_code(south, ticket.serial)

    expect_verdict(south, "Already in")
    expect(south.get_by_test_id("scan-detail")).to_contain_text("North")


def test_a_hand_scanner_needs_no_focus(visit_door, sell):
    _, code = sell("Wanda Wedge")
    page = visit_door(DOOR)
    admitted(page)

    page.keyboard.type(code)
    page.keyboard.press("Enter")

    expect_verdict(page, "Admit")
    expect(page.get_by_test_id("scan-detail")).to_have_text("Wanda Wedge")


def test_an_entry_is_undone_and_the_ticket_admits_again(visit_door, sell):
    ticket, _ = sell("Una Undone")
    page = visit_door(DOOR)
    before = admitted(page)
    type_code(page, ticket.serial)
    expect_verdict(page, "Admit")

    page.get_by_test_id("scan-next").click()
    page.get_by_test_id("undo").click()

    expect(page.get_by_test_id("undo")).to_have_count(0)
    expect(page.get_by_test_id("history")).to_contain_text("Undone")
    expect(page.get_by_test_id("admitted-total")).to_contain_text(str(before))
    type_code(page, ticket.serial)
    expect_verdict(page, "Admit")


def test_a_ticket_is_found_by_name_and_let_in(visit_door, sell):
    ticket, _ = sell("Nora Nachname")
    page = visit_door(DOOR)
    admitted(page)

    page.get_by_test_id("search-input").fill("nachn")
    page.get_by_test_id("search").click()
    page.get_by_test_id(f"admit-{ticket.serial}").click()

    expect_verdict(page, "Admit")
    expect(page.get_by_test_id("scan-detail")).to_have_text("Nora Nachname")


def test_a_code_of_nobody_is_refused_with_the_reason(visit_door):
    page = visit_door(DOOR)
    admitted(page)

    type_code(page, "not a ticket")

    expect_verdict(page, "Unknown")
    expect(page.get_by_test_id("scan-detail")).to_have_text("We do not know this code.")


def test_the_door_fits_a_phone(visit_door, sell):
    ticket, _ = sell("Philippa Phone-Very-Long-Name")
    page = visit_door(f"{DOOR}?gate=North")
    type_code(page, ticket.serial)
    expect_verdict(page, "Admit")
    page.get_by_test_id("scan-next").click()
    expect(page.get_by_test_id("history")).to_contain_text("Philippa")

    page.set_viewport_size({"width": 390, "height": 844})

    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_others_do_not_get_to_this_door(visit_door):
    fan = visit_door(DOOR, email="fan@example.com")
    rival = visit_door(DOOR, email="rival@example.com")

    expect(fan).to_have_url(re.compile(r"/sign-in"))
    expect(rival.get_by_text("We could not find this door")).to_be_visible()
    expect(rival.get_by_test_id("scan-input")).to_have_count(0)
