"""The event page as HTML: its tags, its numbers, how fresh it is, and who sees which."""

import asyncio
import gzip
import json
import re
import shutil
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from starlette.responses import PlainTextResponse

from tests.factories import make_event, make_organizer, make_person, make_tier
from ticketapp.api import event_html, event_pages, keeping, shell_html
from ticketapp.api.event_pages import EventPages
from ticketapp.api.keeping import Keeper
from ticketapp.core.ids import new_id
from ticketapp.core.tokens import new_token
from ticketapp.models import Event, EventStatus, Person, Tier
from ticketapp.services.accounts.operations import open_session
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.catalog.views import EventPage
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine
from ticketapp.services.messaging.changes import announce

pytestmark = pytest.mark.anyio

SITE = "https://tickets.example"
SHELL = (
    "<!DOCTYPE html><html><head><title>Ticketapp</title>"
    '<meta content="favicon.ico" property="og:image"/></head><body class="x"><section></section></body></html>'
)


@pytest.fixture
def sqlite_url(season_file, tmp_path):
    """Every test begins with the small demo season."""
    return f"sqlite:///{shutil.copyfile(season_file, tmp_path / 'season.db')}"


@pytest.fixture
def moments(monkeypatch):
    """A clock of seconds that stands still until it is moved."""
    now = [1_000.0]
    monkeypatch.setattr(keeping, "monotonic", lambda: now[0])
    monkeypatch.setattr(event_pages, "read_shell", lambda name: SHELL)
    return now


@pytest.fixture
async def reader(app_runtime, moments):
    app = EventPages(PlainTextResponse("passed on"), runtime=app_runtime, public_url=SITE)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as opened:
        yield opened


def data_of(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


def hold(runtime, slug, quantity):
    ids = sa.select(Tier.event_id, Tier.id).join(Event, Event.id == Tier.event_id).where(Event.slug == slug)
    event_id, tier_id = runtime.read(lambda session, now: session.execute(ids).one())
    person_id = runtime.write(lambda session, now: make_person(session).id)
    request = HoldRequest(person_id, event_id, (PlacesLine(tier_id, quantity),), "k", timedelta(minutes=15))
    runtime.grouped_blocking(inventory.hold_many, request)


async def test_an_event_page_carries_its_own_tags_and_numbers(reader):
    answer = await reader.get("/event/tiny-room")

    html = answer.text
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert html.count("<title>") == 1
    assert "<title>Tiny Room · Vera Lind · Hamburg</title>" in html
    assert f'<link rel="canonical" href="{SITE}/event/tiny-room"/>' in html
    assert f'<meta property="og:image" content="{SITE}/posters/tiny-room.svg"/>' in html
    assert "favicon.ico" not in html
    assert '<body class="x"><div id="first-paint">' in html
    assert "<li>Regular: €18.00, On sale, 50 left</li>" in html
    data = data_of(html)
    assert (data["@type"], data["startDate"], data["eventStatus"]) == (
        "Event",
        "2026-12-03T20:00:00+00:00",
        "https://schema.org/EventScheduled",
    )
    assert data["offers"] == [
        {
            "@type": "Offer",
            "name": "Regular",
            "url": f"{SITE}/event/tiny-room",
            "price": "18.00",
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
            "inventoryLevel": {"@type": "QuantitativeValue", "value": 50},
        }
    ]


@pytest.mark.parametrize(
    ("slug", "status", "availability"),
    [
        ("cancelled-gala", "EventCancelled", "Discontinued"),
        ("next-month-presale", "EventScheduled", "PreOrder"),
        ("last-week", "EventScheduled", "Discontinued"),
    ],
)
async def test_search_engines_hear_of_every_state(reader, slug, status, availability):
    data = data_of((await reader.get(f"/event/{slug}")).text)

    assert data["eventStatus"] == f"https://schema.org/{status}"
    assert {offer["availability"] for offer in data["offers"]} == {f"https://schema.org/{availability}"}


async def test_a_tier_behind_a_code_is_not_in_the_page(reader):
    html = (await reader.get("/event/code-night")).text

    assert "Moonlight" not in html
    assert data_of(html)["offers"] == []


@pytest.mark.parametrize("path", ["/event/no-such-event", "/event/no-such-event/"])
async def test_an_unknown_event_is_a_real_404(reader, path):
    answer = await reader.get(path)

    assert answer.status_code == 404
    assert "We could not find this event" in answer.text
    assert '<meta name="robots" content="noindex"/>' in answer.text


@pytest.mark.parametrize("path", ["/cart", "/event/", "/event/a/b", "/event/UPPER", "/event/%00", "/events"])
async def test_what_is_no_event_page_is_passed_on(reader, path):
    assert (await reader.get(path)).text == "passed on"


async def test_a_post_is_passed_on(reader):
    assert (await reader.post("/event/tiny-room")).text == "passed on"


async def test_a_change_shows_at_once_after_a_quiet_moment(reader, app_runtime, moments):
    await reader.get("/event/tiny-room")
    hold(app_runtime, "tiny-room", 8)

    moments[0] += event_pages.QUIET_SECONDS
    assert "On sale, 42 left" in (await reader.get("/event/tiny-room")).text


async def test_an_unchanged_page_is_not_read_again_until_it_is_old(reader, app_runtime, moments):
    first = await reader.get("/event/tiny-room")

    def rename(session, now):
        session.execute(sa.update(Event).where(Event.slug == "tiny-room").values(name="Big Room"))

    app_runtime.write(rename)
    moments[0] += event_pages.FRESH_SECONDS - 0.01
    assert (await reader.get("/event/tiny-room")).text == first.text
    moments[0] += 0.01
    assert "Big Room" in (await reader.get("/event/tiny-room")).text


async def test_memory_is_bounded(app_runtime):
    keeper = Keeper(app_runtime, quiet_seconds=0, fresh_seconds=60, kept_max=3)

    for slug in "abcde":
        assert await keeper.get(slug, lambda slug=slug: (f"id of {slug}", slug.upper())) == slug.upper()

    assert keeper.keys() == ["c", "d", "e"]
    assert [keeper.find(slug) for slug in "abc"] == [None, None, "C"]


async def test_what_changes_while_it_is_made_is_made_again(app_runtime):
    keeper = Keeper(app_runtime, quiet_seconds=0, fresh_seconds=60, kept_max=3)
    event_id = new_id()
    made = []

    def make():
        made.append(len(made))
        if len(made) == 1:
            app_runtime.write(lambda session, now: announce(session, "ev", event_id))
        return str(event_id), made[-1]

    assert [await keeper.get("x", make) for _ in range(3)] == [0, 1, 1]


async def test_many_who_ask_at_once_are_given_what_is_made_once(app_runtime):
    keeper = Keeper(app_runtime, quiet_seconds=0, fresh_seconds=60, kept_max=3)
    made = []

    def make():
        made.append(1)
        return "id", "value"

    assert await asyncio.gather(*(keeper.get("x", make) for _ in range(50))) == ["value"] * 50
    assert made == [1]


async def test_who_has_the_page_already_gets_304(reader):
    first = await reader.get("/event/tiny-room")

    again = await reader.get("/event/tiny-room", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_head_and_gzip(reader):
    plain = await reader.get("/event/tiny-room", headers={"Accept-Encoding": "identity"})
    head = await reader.head("/event/tiny-room", headers={"Accept-Encoding": "identity"})

    assert (head.headers["content-length"], head.content) == (str(len(plain.content)), b"")
    async with reader.stream("GET", "/event/tiny-room", headers={"Accept-Encoding": "gzip"}) as zipped:
        raw = b"".join([part async for part in zipped.aiter_raw()])
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content


async def test_a_draft_is_shown_to_its_own_team_only(reader, app_runtime):
    def make(session, now):
        owner = make_person(session)
        organizer = make_organizer(session, owner_id=owner.id)
        event = make_event(session, organizer_id=organizer.id, status=EventStatus.DRAFT)
        make_tier(session, event_id=event.id)
        rival_id = session.scalar(sa.select(Person.id).where(Person.email == "rival@example.com"))
        tokens = [open_session(session, person_id=one, now=now).token for one in (owner.id, rival_id)]
        return event.slug, *tokens

    slug, own, rivals = app_runtime.write(make)

    async def status(token):
        answer = await reader.get(f"/event/{slug}", headers={"Cookie": f"{SESSION_COOKIE}={token}"})
        return answer.status_code

    assert [await status(token) for token in (own, rivals, new_token(), own)] == [200, 404, 404, 200]
    assert (await reader.get(f"/event/{slug}")).status_code == 404


async def test_the_front_page_links_what_is_on(reader):
    html = (await reader.get("/")).text

    assert '<a href="/event/tonight">Tonight</a>' in html
    assert data_of(html)["itemListElement"][0]["url"] == f"{SITE}/event/tonight"
    assert f'<link rel="canonical" href="{SITE}/"/>' in html


def test_names_cannot_break_out_of_the_page():
    evil = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)>'
    event = EventPage(
        slug="x", name=evil, artist=evil, description=evil, venue=evil, notice=evil, state="on_sale"
    )

    html = event_html.event_html(SHELL, event, SITE).decode()

    assert "<script>alert" not in html
    assert "<img" not in html
    assert data_of(html)["name"] == evil


def test_a_missing_build_still_gives_a_page(monkeypatch, tmp_path):
    monkeypatch.setattr(shell_html, "BUILT", tmp_path)

    html = event_html.event_html(
        shell_html.read_shell("404.html"), EventPage(name="Tiny Room"), SITE
    ).decode()

    assert "Tiny Room" in html


async def test_posters_sitemap_and_robots(client):

    poster = await client.get("/posters/tiny-room.svg")
    sitemap = await client.get("/sitemap.xml")
    robots = await client.get("/robots.txt")

    assert (poster.status_code, poster.headers["content-type"]) == (200, "image/svg+xml")
    assert poster.text.startswith("<svg")
    assert (await client.get("/posters/no-such-event.svg")).status_code == 404
    assert "<loc>http://localhost:3000/event/tiny-room</loc>" in sitemap.text
    assert "last-week" not in sitemap.text
    assert "Sitemap: http://localhost:3000/sitemap.xml" in robots.text
