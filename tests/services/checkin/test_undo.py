"""D2: an entry can be taken back for a while."""

import pytest
import sqlalchemy as sa

from tests.factories import make_organizer, make_person
from tests.harness.doors import Door, actor_of
from ticketapp.core.errors import NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import DoorStock, LogEntry, Scan, TeamRole
from ticketapp.services.checkin.errors import NothingToUndo, TooLateToUndo
from ticketapp.services.checkin.operations import undo_scan


def undo(door: Door, scan_id, actor=None):
    return door.runtime.write(
        lambda session, now: undo_scan(session, actor=actor or door.actor, scan_id=scan_id, now=now)
    )


def admitted(door: Door) -> int:
    return door.runtime.read(lambda session, now: session.get_one(DoorStock, door.event.id).admitted)


def test_undo_revives_the_ticket_and_keeps_the_scan(any_door, clock):
    code, scan_id = any_door.code(any_door.ticket()), new_id()
    any_door.scan(code, scan_id=scan_id)
    clock.advance(seconds=8)

    assert undo(any_door, scan_id) == any_door.event.id

    assert admitted(any_door) == 0
    assert any_door.scan(code).result == "admitted"
    assert admitted(any_door) == 1
    assert any_door.scan(code, scan_id=scan_id).result == "admitted"
    kept = any_door.runtime.read(lambda session, now: session.get_one(Scan, scan_id))
    assert kept.undone_at is not None
    kinds = any_door.runtime.read(
        lambda session, now: session.scalars(sa.select(LogEntry.kind).order_by(LogEntry.id)).all()
    )
    assert kinds == ["ticket.admitted", "ticket.entry_undone", "ticket.admitted"]


def test_undo_twice_changes_nothing_more(any_door):
    code, scan_id = any_door.code(any_door.ticket()), new_id()
    any_door.scan(code, scan_id=scan_id)
    any_door.scan(any_door.code(any_door.ticket()))

    undo(any_door, scan_id)
    undo(any_door, scan_id)

    assert admitted(any_door) == 1


def test_a_repeated_refusal_still_names_the_entry_of_its_time(any_door, clock):
    code, first_id, refused_id = any_door.code(any_door.ticket()), new_id(), new_id()
    any_door.scan(code, scan_id=first_id, gate="Gate A")
    clock.advance(minutes=1)
    refused = any_door.scan(code, scan_id=refused_id)
    clock.advance(minutes=1)
    undo(any_door, first_id)
    any_door.scan(code, gate="Gate C")

    assert any_door.scan(code, scan_id=refused_id) == refused
    assert refused.first_gate == "Gate A"


def test_only_an_entry_can_be_undone(door):
    scan_id = new_id()
    door.scan("no ticket", scan_id=scan_id)

    with pytest.raises(NothingToUndo):
        undo(door, scan_id)


def test_an_old_entry_stays(door, clock):
    scan_id = new_id()
    door.scan(door.code(door.ticket()), scan_id=scan_id)
    clock.advance(minutes=15, seconds=1)

    with pytest.raises(TooLateToUndo):
        undo(door, scan_id)
    assert admitted(door) == 1


def test_only_this_doors_people_may_undo(door):
    scan_id = new_id()
    door.scan(door.code(door.ticket()), scan_id=scan_id)
    person = door.write(make_person)
    rival = actor_of(person, {door.write(make_organizer).id: TeamRole.DOOR})

    for actor in (actor_of(person), rival):
        with pytest.raises(NotFound):
            undo(door, scan_id, actor)
    with pytest.raises(NotFound):
        undo(door, new_id())
    assert admitted(door) == 1
