"""What a holder sees of a ticket: whether it still opens the door, or when and where it did."""

from tests.harness.doors import Door, open_door
from ticketapp.core.ids import new_id
from ticketapp.services.accounts.views import Actor
from ticketapp.services.checkin.operations import undo_scan
from ticketapp.services.ticketing.queries import get_shelves


def shown(door: Door, ticket):
    holder = Actor(ticket.person_id, "Ada Fan", None, is_guest=True, is_admin=False)
    shelves = door.runtime.read(lambda session, now: get_shelves(session, actor=holder, now=now))
    [view] = [*shelves.today, *shelves.upcoming, *shelves.past]
    return view


def test_a_scanned_ticket_says_when_and_where_and_an_undone_scan_is_forgotten(any_runtime, clock):
    door = open_door(any_runtime)
    ticket, scan_id = door.ticket(), new_id()
    code = door.code(ticket)
    assert (shown(door, ticket).status_text, shown(door, ticket).is_used) == ("Valid", False)

    door.scan(code, scan_id=scan_id, gate="Gate B")
    clock.advance(seconds=5)
    door.scan(code, gate="Gate A")

    assert (shown(door, ticket).status_text, shown(door, ticket).is_used) == (
        "Scanned 13:00 CET · Gate B",
        True,
    )
    door.write(
        lambda session: undo_scan(session, actor=door.actor, scan_id=scan_id, now=any_runtime.clock.now())
    )
    assert shown(door, ticket).status_text == "Valid"
