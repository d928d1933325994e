"""The demo season is what API.md promises, on both databases, and adding it twice changes nothing."""

import pytest
import sqlalchemy as sa

from tests.factories import NOON
from ticketapp.cli import seed, seed_people, seed_sales
from ticketapp.core.clock import StoppedClock
from ticketapp.integrations.database import open_database
from ticketapp.models import Event, Person
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.passwords import is_right_password
from ticketapp.services.catalog import queries
from ticketapp.services.catalog.drafts import EventFilter

NAMED = {
    "midnight-parade", "tiny-room", "arena-nights", "chamber-evening", "free-jam", "members-only", "code-night",
    "checkout-hold", "tokyo-echo", "cancelled-gala", "next-month-presale", "last-week", "tonight",
    "sold-out-show",
}  # fmt: skip


def page(runtime, slug, **more):
    return runtime.read(lambda session, now: queries.get_event(session, slug, now=now, **more))


def tiers(seen):
    return [(row.key, row.price_text, row.capacity) for row in seen.tiers]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def season(request, tmp_path_factory):
    """The small demo season on each database in turn; the tests only look at it."""
    if request.param == "sqlite":
        files = request.getfixturevalue("sqlite_files")
        url = files.copy_to(tmp_path_factory.mktemp("season") / "season.db", seeded=False)
    else:
        databases = request.getfixturevalue("postgres_databases")
        url = databases.server.url(databases.create(seeded=False))
    runtime = Runtime(clock=StoppedClock(NOON), database=open_database(url))
    seed.fill(runtime, runtime.clock, is_small=True)
    yield runtime
    runtime.close()


def test_every_named_event_has_the_property_it_is_there_for(season):
    assert season.read(lambda session, now: set(session.scalars(sa.select(Event.slug)))) == NAMED

    parade = page(season, "midnight-parade")
    assert tiers(parade) == [("regular", "€45.00", 18_000), ("golden-circle", "€120.00", 2_000)]
    assert [row.limits_text for row in parade.tiers] == ["", ""]
    assert tiers(page(season, "tiny-room")) == [("regular", "€18.00", 50)]
    assert tiers(page(season, "free-jam")) == [("entry", "Free", 400)]
    assert [tier.state for tier in page(season, "members-only").tiers] == ["members_only"]
    assert tiers(page(season, "tokyo-echo"))[0] == ("standing", "¥6,800", 600)
    assert page(season, "checkout-hold").hold_policy == "at_checkout"
    assert page(season, "cancelled-gala").state == "cancelled"
    assert page(season, "next-month-presale").state == "not_yet"
    assert page(season, "last-week").state == "over"
    assert (page(season, "tonight").state, page(season, "tonight").starts_at) == (
        "on_sale",
        "2026-11-21T14:00:00+00:00",
    )


def test_the_tier_behind_a_code_shows_itself_to_the_code_only(season):
    closed = page(season, "code-night")
    assert (closed.tiers, closed.state, closed.has_code_tiers) == ([], "needs_code", True)

    assert page(season, "code-night", codes=frozenset({"STARLIGHT"})).tiers == []
    opened = page(season, "code-night", codes=frozenset({" moonlight "}))
    assert tiers(opened) == [("moonlight", "€32.00", 250)]
    assert (opened.state, opened.has_code_tiers) == ("on_sale", False)


def test_the_whole_season_has_its_seats_and_looks_like_a_town(app_runtime, clock, monkeypatch):
    monkeypatch.setattr(seed_sales, "SOLD", {})
    seed.fill(app_runtime, clock, is_small=False)

    assert tiers(page(app_runtime, "arena-nights")) == [
        ("floor", "€149.00", 2_000),
        ("lower-tier", "€99.00", 8_000),
        ("upper-tier", "€59.00", 10_000),
    ]
    assert tiers(page(app_runtime, "chamber-evening")) == [
        ("stalls", "€68.00", 200),
        ("balcony", "€38.00", 100),
    ]
    listed = app_runtime.read(
        lambda session, now: queries.list_events(session, EventFilter(size=100), now=now)
    )
    assert listed.total >= 30 + len(NAMED) - 1
    assert len({card.city for card in listed.items}) >= 12
    assert len({card.category for card in listed.items}) == 10


def test_a_second_time_adds_nothing(season):
    assert seed.fill(season, season.clock, is_small=True) == "0 people, 0 events and 0 orders are new"


def test_what_was_sold_was_bought_and_paid(season):
    with season.database.readers() as session:
        sold = session.execute(
            sa.text(
                "SELECT e.slug, s.sold, (SELECT count(*) FROM tickets t WHERE t.event_id = e.id AND t.status = 'valid') "
                "FROM events e JOIN event_stock s ON s.event_id = e.id WHERE s.sold > 0 ORDER BY e.slug"
            )
        ).all()
        assert [tuple(row) for row in sold] == [
            ("free-jam", 45, 45),
            ("last-week", 159, 159),
            ("sold-out-show", 120, 120),
            ("tokyo-echo", 40, 40),
            ("tonight", 74, 74),
        ]
        statuses = (
            session.execute(sa.text("SELECT DISTINCT status FROM orders ORDER BY status")).scalars().all()
        )
        assert statuses == ["paid", "partly_refunded", "refunded"]
        assert session.execute(sa.text("SELECT sum(held) FROM event_stock")).scalar() == 0
        assert session.execute(sa.text("SELECT count(*) FROM jobs WHERE done_at IS NULL")).scalar() == 0
        refunded = sa.text("SELECT sum(amount_minor) FROM refunds WHERE status = 'done'")
        # All of the cancelled gala, and a ticket of last week.
        assert session.execute(refunded).scalar() == 24 * 85_00 + 29_00
    assert page(season, "sold-out-show").state == "sold_out"
    assert season.clock.now() == NOON


def test_the_fan_has_tickets_for_tonight(season):
    with season.database.readers() as session:
        tickets = session.execute(
            sa.text(
                "SELECT count(*) FROM tickets t JOIN events e ON e.id = t.event_id JOIN people p ON p.id = t.person_id "
                "WHERE e.slug = 'tonight' AND p.email = 'fan@example.com' AND t.status = 'valid'"
            )
        ).scalar()
    assert tickets > 0


def test_everybody_has_the_password_and_their_team(season):
    with season.database.readers() as session:
        people = {person.email: person for person in session.scalars(sa.select(Person))}
        assert len(people) == 25
        assert {people[seed_people.fan_email(number)].is_admin for number in range(1, 21)} == {False}
        assert people["admin@example.com"].is_admin
        assert is_right_password("ticketapp-demo", people["fan7@example.com"].password_hash)
        teams = session.execute(
            sa.text(
                "SELECT p.email, o.name, t.role FROM team_members t JOIN people p ON p.id = t.person_id "
                "JOIN organizers o ON o.id = t.organizer_id ORDER BY p.email"
            )
        ).all()
        assert [tuple(row) for row in teams] == [
            ("door@example.com", "Harbour Lights", "door"),
            ("manager@example.com", "Harbour Lights", "manager"),
            ("organizer@example.com", "Harbour Lights", "owner"),
            ("rival@example.com", "Northern Noise", "owner"),
        ]
