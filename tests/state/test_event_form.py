"""The organizer's form and desk, called as a browser calls them."""

import pytest
import sqlalchemy as sa

from tests.factories import make_organizer, make_person
from tests.services.catalog.test_forms import TYPED
from ticketapp.models import Event, EventStatus, Job, TeamMember, TeamRole, Tier
from ticketapp.services.accounts.operations import open_session
from ticketapp.services.messaging.changes import announce
from ticketapp.state.event_form import EventDeskState, NewEventState, OrganizerEventsState


@pytest.fixture
def team(app_runtime):
    """An organizer with an owner, and a rival's owner: the organizer's id and both tokens."""

    def make(session, now):
        owner, rival = make_person(session), make_person(session)
        organizer = make_organizer(session, owner_id=owner.id)
        make_organizer(session, name="Northern Noise", owner_id=rival.id)
        tokens = [open_session(session, person_id=one.id, now=now).token for one in (owner, rival)]
        return str(organizer.id), *tokens

    return app_runtime.write(make)


@pytest.fixture
async def desk(screen, app_runtime, team):
    """The owner's screen at the desk of a fresh draft, and the screen's address there."""
    organizer_id, screen.token, _ = team
    await screen.send(NewEventState.create(TYPED | {"organizer": organizer_id}))
    path = "/organizer/events/midnight-parade"
    await screen.send(EventDeskState.load(), path)
    return path


def row(app_runtime, column):
    return app_runtime.read(lambda session, now: session.scalar(sa.select(column)))


async def test_a_new_event_leads_to_its_desk(screen, app_runtime, team):
    organizer_id, screen.token, _ = team

    await screen.send(NewEventState.create(TYPED | {"organizer": organizer_id}))

    assert screen.redirects == ["/organizer/events/midnight-parade"]
    assert row(app_runtime, Event.status) is EventStatus.DRAFT
    assert row(app_runtime, Tier.price_minor) == 45_50


async def test_a_double_click_makes_one_event_and_one_tier(screen, app_runtime, team):
    organizer_id, screen.token, _ = team
    desk = "/organizer/events/midnight-parade"
    tier = {
        "tiers.0.name": "Gallery",
        "tiers.0.price": "60",
        "tiers.0.currency": "EUR",
        "tiers.0.capacity": "9",
    }

    for _ in range(2):
        await screen.send(NewEventState.create(TYPED | {"organizer": organizer_id}))
    await screen.send(EventDeskState.load(), desk)
    await screen.send(EventDeskState.open_tier(""), desk)
    for _ in range(2):
        await screen.send(EventDeskState.save_tier(tier), desk)

    assert row(app_runtime, sa.func.count(Event.id)) == 1
    assert row(app_runtime, sa.func.count(Tier.id)) == 2
    await screen.send(NewEventState.load())
    await screen.send(NewEventState.create(TYPED | {"organizer": organizer_id}))
    assert row(app_runtime, sa.func.count(Event.id)) == 2, "the same again, meant, is another event"


@pytest.mark.parametrize(("missing", "field"), [("artist", "artist"), ("tiers.0.price", "tiers.0.price")])
async def test_what_is_missing_is_said_beside_its_field(screen, app_runtime, team, missing, field):
    organizer_id, screen.token, _ = team

    await screen.send(NewEventState.create(TYPED | {"organizer": organizer_id, missing: ""}))

    state = await screen.state(NewEventState)
    assert list(state.problems) == [field]
    assert state.summary == [[field, state.problems[field]]]
    assert not state.is_busy
    assert row(app_runtime, Event.id) is None


@pytest.mark.parametrize("organizer", ["", "x", None, 7, "00000000-0000-0000-0000-000000000000"])
async def test_nobody_creates_for_another_team(screen, app_runtime, team, organizer):
    _, screen.token, _ = team

    await screen.send(NewEventState.create(TYPED | {"organizer": organizer}))

    assert row(app_runtime, Event.id) is None
    assert screen.redirects == []


async def test_the_desk_shows_what_was_typed(screen, desk):
    state = await screen.state(EventDeskState)

    assert (state.event.name, state.event.starts_at, state.event.tax_percent) == (
        "Midnight Parade",
        "2026-12-12T20:00",
        "7",
    )
    assert [(tier.name, tier.price, tier.capacity) for tier in state.event.tiers] == [
        ("Regular", "45.50", "100")
    ]
    assert state.impact.summary == "Nobody has tickets."
    assert not state.is_missing


async def test_a_change_is_saved(screen, app_runtime, desk):
    await screen.send(EventDeskState.save(TYPED | {"name": "Noon Parade"}), desk)

    state = await screen.state(EventDeskState)
    assert (state.event.name, state.problems, state.is_busy) == ("Noon Parade", {}, False)
    assert row(app_runtime, Event.name) == "Noon Parade"


async def test_tiers_are_added_and_changed(screen, app_runtime, desk):
    form = {
        "tiers.0.name": "Gallery",
        "tiers.0.price": "60",
        "tiers.0.currency": "EUR",
        "tiers.0.capacity": "20",
    }
    await screen.send(EventDeskState.open_tier(""), desk)
    await screen.send(EventDeskState.save_tier(form), desk)

    state = await screen.state(EventDeskState)
    assert [tier.name for tier in state.event.tiers] == ["Regular", "Gallery"]
    assert not state.is_tier_open

    await screen.send(EventDeskState.open_tier(state.event.tiers[1].id), desk)
    await screen.send(EventDeskState.save_tier(form | {"tiers.0.price": "-1"}), desk)
    state = await screen.state(EventDeskState)
    assert (list(state.tier_problems), state.is_tier_open) == (["tiers.0.price"], True)

    await screen.send(EventDeskState.save_tier(form | {"tiers.0.price": "75"}), desk)
    state = await screen.state(EventDeskState)
    assert [tier.price for tier in state.event.tiers] == ["45.50", "75.00"]


async def test_from_draft_to_cancelled(screen, app_runtime, desk):
    steps = [
        (EventDeskState.publish(), EventStatus.PUBLISHED),
        (EventDeskState.pause(), EventStatus.PAUSED),
        (EventDeskState.publish(), EventStatus.PUBLISHED),
        (EventDeskState.ask_to_cancel(), EventStatus.PUBLISHED),
        (EventDeskState.cancel(), EventStatus.CANCELLED),
    ]
    for step, status in steps:
        await screen.send(step, desk)
        assert row(app_runtime, Event.status) is status

    assert row(app_runtime, Job.kind) == "event-cancelled"
    state = await screen.state(EventDeskState)
    assert (state.event.state_text, state.is_cancelling) == ("Cancelled", False)


async def test_a_rival_finds_nothing_and_changes_nothing(screen, app_runtime, team, desk):
    await screen.send(EventDeskState.ask_to_cancel(), desk)
    loaded = (await screen.state(EventDeskState)).event
    _, _, screen.token = team

    await screen.send(EventDeskState.save(TYPED | {"name": "Mine"}), desk)
    await screen.send(EventDeskState.cancel(), desk)
    assert (row(app_runtime, Event.name), row(app_runtime, Event.status)) == (
        "Midnight Parade",
        EventStatus.DRAFT,
    )

    await screen.send(EventDeskState.load(), desk)
    state = await screen.state(EventDeskState)
    assert (state.is_missing, state.event.id, loaded.id != "") == (True, "", True)
    await screen.send(OrganizerEventsState.load())
    assert (await screen.state(OrganizerEventsState)).events == []


async def test_who_leaves_the_team_loses_the_desk(screen, app_runtime, team, desk):
    def demote(session, now):
        for member in session.scalars(sa.select(TeamMember)):
            member.role = TeamRole.DOOR
            announce(session, "who", member.person_id)

    app_runtime.write(demote)

    await screen.send(EventDeskState.publish(), desk)

    assert row(app_runtime, Event.status) is EventStatus.DRAFT
