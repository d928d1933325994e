"""D2: what a door can look up, and that nobody else can."""

from datetime import timedelta

import pytest

from tests.factories import NOON, make_event, make_order, make_organizer, make_person, make_ticket, make_tier
from tests.harness.doors import Door, actor_of
from ticketapp.core.errors import NotFound
from ticketapp.models import EventStatus, TeamRole
from ticketapp.services.checkin import queries


def door_events(door: Door, actor=None):
    return door.runtime.read(
        lambda session, now: queries.list_door_events(session, actor=actor or door.actor, now=now)
    )


def find(door: Door, text: str):
    return door.runtime.read(
        lambda session, now: queries.find_tickets(
            session, actor=door.actor, event_id=door.event.id, text=text
        )
    )


def last_scans(door: Door):
    return door.runtime.read(
        lambda session, now: queries.list_last_scans(
            session, actor=door.actor, event_id=door.event.id, now=now
        )
    )


def test_todays_doors_come_first_and_others_are_not_shown(any_door):
    organizer_id = any_door.event.organizer_id

    def more(session):
        make_event(
            session, organizer_id=organizer_id, name="Late last night", starts_at=NOON - timedelta(hours=14)
        )
        make_event(session, organizer_id=organizer_id, name="Tomorrow", starts_at=NOON + timedelta(days=1))
        make_event(session, organizer_id=organizer_id, name="Next month", starts_at=NOON + timedelta(days=30))
        make_event(session, organizer_id=organizer_id, name="Last week", starts_at=NOON - timedelta(days=7))
        make_event(session, organizer_id=organizer_id, name="Draft", status=EventStatus.DRAFT)
        make_event(session, name="Somebody else's")

    any_door.write(more)

    views = door_events(any_door)

    assert [(view.name, view.is_today) for view in views] == [
        ("Midnight Parade", True),
        ("Late last night", False),
        ("Tomorrow", False),
    ]
    assert views[0].starts_text == "Sat 21 Nov 2026, 15:00 CET"
    assert (views[0].doors_text, views[0].venue) == ("14:00 CET", "Dockside Hall")


def test_a_fan_has_no_door_and_an_administrator_every_one(door):
    fan = actor_of(door.write(make_person))
    admin = actor_of(door.write(lambda session: make_person(session, is_admin=True)))

    assert door_events(door, fan) == []
    assert [view.name for view in door_events(door, admin)] == ["Midnight Parade"]


def test_a_door_that_is_not_mine_is_not_found(door):
    fan = actor_of(door.write(make_person))
    rival = actor_of(door.write(make_person), {door.write(make_organizer).id: TeamRole.OWNER})
    slug, event_id = door.event.slug, door.event.id

    def ask(query):
        with pytest.raises(NotFound):
            door.runtime.read(query)

    for actor in (None, fan, rival):
        ask(lambda s, now, a=actor: queries.get_door_event(s, actor=a, slug=slug, now=now))
        ask(lambda s, now, a=actor: queries.list_last_scans(s, actor=a, event_id=event_id, now=now))
        ask(lambda s, now, a=actor: queries.find_tickets(s, actor=a, event_id=event_id, text="Ada"))
    ask(lambda s, now: queries.get_door_event(s, actor=door.actor, slug="no-such-door", now=now))


def test_the_last_scans_come_newest_first(any_door, clock):
    ticket = any_door.ticket(attendee_name="Grace Guest")
    any_door.scan(any_door.code(ticket))
    clock.advance(minutes=16)
    any_door.scan("nothing we know")
    clock.advance(minutes=1)
    any_door.scan(any_door.code(ticket), gate="Gate B")

    lines = last_scans(any_door)

    assert [(line.at_text, line.word, line.label, line.gate, line.can_undo) for line in lines] == [
        ("13:17 CET", "Already in", "Grace Guest", "Gate B", False),
        ("13:16 CET", "Unknown", "", "Gate A", False),
        ("13:00 CET", "Admit", "Grace Guest", "Gate A", False),
    ]


def test_search_finds_by_name_order_and_end_of_the_serial(any_door):
    order = any_door.write(lambda s: make_order(s, person_id=make_person(s).id, contact_name="Zoe Buyer"))
    ticket = any_door.ticket(order=order, attendee_name="Grace 100% Guest", seat_label="Row 1, seat 2")
    other = any_door.ticket(attendee_name="Linus")

    (found,) = find(any_door, " grace  100% ")
    assert (found.serial, found.attendee_name, found.seat, found.state) == (
        ticket.serial, "Grace 100% Guest", "Row 1, seat 2", "valid",
    )  # fmt: skip
    assert (found.email_masked, found.order_reference, found.tier) == (
        "a…@example.com",
        order.reference,
        "Regular",
    )
    assert [line.serial for line in find(any_door, order.reference.lower())] == [ticket.serial]
    assert [line.serial for line in find(any_door, "zoe")] == [ticket.serial]
    assert [line.serial for line in find(any_door, other.serial[-4:])] == [other.serial]
    assert find(any_door, "g") == []
    assert find(any_door, "%%") == []

    any_door.scan(any_door.code(ticket))
    assert find(any_door, "grace")[0].state == "in"


def test_search_stays_inside_the_event(door):
    def elsewhere(session):
        event = make_event(session, organizer_id=door.event.organizer_id)
        make_ticket(session, tier=make_tier(session, event_id=event.id), attendee_name="Grace")

    door.write(elsewhere)

    assert find(door, "grace") == []
