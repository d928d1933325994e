"""The demo season is what API.md promises, on both databases, and adding it twice changes nothing."""

import pytest
import sqlalchemy as sa

from ticketapp.cli import seed, seed_people
from ticketapp.models import Event, Person
from ticketapp.services.accounts.passwords import is_right_password
from ticketapp.services.catalog import queries
from ticketapp.services.catalog.drafts import EventFilter

NAMED = {
    "midnight-parade", "tiny-room", "arena-nights", "chamber-evening", "free-jam", "members-only", "code-night",
    "checkout-hold", "tokyo-echo", "cancelled-gala", "next-month-presale", "last-week", "tonight",
}  # fmt: skip


def page(runtime, slug, **more):
    return runtime.read(lambda session, now: queries.get_event(session, slug, now=now, **more))


def tiers(seen):
    return [(row.key, row.price_text, row.capacity) for row in seen.tiers]


@pytest.fixture
def season(any_runtime):
    seed.fill(any_runtime, is_small=True)
    return any_runtime


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


def test_the_seated_events_have_their_seats(app_runtime):
    seed.fill(app_runtime, is_small=False)

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
    assert seed.fill(season, is_small=True) == 0


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
