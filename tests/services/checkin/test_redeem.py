"""D1: what the door says to a code."""

import pytest
import sqlalchemy as sa

from tests.factories import make_event, make_order, make_organizer, make_person, make_ticket, make_tier
from tests.harness.doors import Door, actor_of
from ticketapp.core.errors import NotFound
from ticketapp.core.ids import new_id
from ticketapp.core.signing import new_signing_seed, ticket_code
from ticketapp.models import (
    DoorStock,
    Event,
    EventStatus,
    LogEntry,
    OrderStatus,
    Scan,
    TeamRole,
    TicketStatus,
)
from ticketapp.services.checkin.errors import ScanIdTaken
from ticketapp.services.checkin.operations import redeem_many


def scans(door: Door) -> list[tuple[str, str | None]]:
    query = sa.select(Scan.result, Scan.ticket_id).order_by(Scan.received_at, Scan.id)
    rows = door.runtime.read(lambda session, now: session.execute(query).all())
    return [(result.value, ticket_id) for result, ticket_id in rows]


def admitted(door: Door) -> int:
    return door.runtime.read(lambda session, now: session.get_one(DoorStock, door.event.id).admitted)


def test_a_valid_code_admits_once_and_says_where_it_came_in(any_door, clock):
    ticket = any_door.ticket(seat_label="Block A, row 3, seat 9")
    code = any_door.code(ticket)

    first = any_door.scan(code, gate="Gate A", device="tablet one")
    clock.advance(minutes=4)
    second = any_door.scan(code, gate="Gate B")

    assert (first.result, first.tier, first.seat) == ("admitted", "Regular", "Block A, row 3, seat 9")
    assert (first.serial, first.attendee_name, first.first_at) == (ticket.serial, "Ada Fan", "")
    assert second.result == "already_admitted"
    assert (second.first_at, second.first_gate) == ("2026-11-21T12:00:00+00:00", "Gate A")
    assert second.text == "Came in at 13:00 CET, Gate A, tablet one."
    assert admitted(any_door) == 1
    assert scans(any_door) == [("admitted", ticket.id), ("already_admitted", ticket.id)]


def test_the_same_scan_gets_the_same_answer(any_door, clock):
    ticket = any_door.ticket()
    scan_id, later_id = new_id(), new_id()

    answer = any_door.scan(any_door.code(ticket), scan_id=scan_id)
    clock.advance(minutes=1)
    late_answer = any_door.scan(any_door.code(ticket), scan_id=later_id)
    clock.advance(minutes=1)

    assert any_door.scan(any_door.code(ticket), scan_id=scan_id) == answer
    assert any_door.scan(any_door.code(ticket), scan_id=later_id) == late_answer
    assert (answer.result, late_answer.result) == ("admitted", "already_admitted")
    assert len(scans(any_door)) == 2
    assert admitted(any_door) == 1


def test_a_batch_is_decided_in_the_order_it_came(any_door):
    ticket, other = any_door.ticket(), any_door.ticket()
    code, scan_id = any_door.code(ticket), new_id()
    batch = [
        any_door.request(code, scan_id=scan_id),
        any_door.request(code),
        any_door.request(any_door.code(other)),
        any_door.request(code, scan_id=scan_id),
    ]

    answers = any_door.runtime.write(lambda session, now: redeem_many(session, batch, now))

    assert [answer.result for answer in answers] == ["admitted", "already_admitted", "admitted", "admitted"]
    assert answers[3] == answers[0]
    assert admitted(any_door) == 2


def test_an_entry_is_in_the_event_log(door):
    ticket = door.ticket()
    scan_id = new_id()

    door.scan(door.code(ticket), scan_id=scan_id)
    door.scan(door.code(ticket))

    log = door.runtime.read(lambda session, now: session.scalars(sa.select(LogEntry)).all())
    assert [(entry.kind, entry.subject, entry.actor) for entry in log] == [
        ("ticket.admitted", ticket.id, door.actor.person_id)
    ]
    assert log[0].data == {"scan": str(scan_id), "gate": "Gate A", "device": "tablet"}


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"status": TicketStatus.REFUNDED}, "refunded"),
        ({"status": TicketStatus.CANCELLED}, "cancelled"),
        ({"status": TicketStatus.TRANSFERRED}, "transferred"),
    ],
)
def test_a_ticket_that_ended_is_refused(any_door, facts, result):
    ticket = any_door.ticket(**facts)

    answer = any_door.scan(any_door.code(ticket))

    assert (answer.result, answer.ticket_id) == (result, str(ticket.id))
    assert admitted(any_door) == 0


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (OrderStatus.AWAITING_PAYMENT, "not_paid"),
        (OrderStatus.EXPIRED, "not_paid"),
        (OrderStatus.CANCELLED, "cancelled"),
        (OrderStatus.REFUNDED, "refunded"),
        (OrderStatus.PARTLY_REFUNDED, "admitted"),
    ],
)
def test_the_order_decides_too(door, status, result):
    order = door.write(lambda s: make_order(s, person_id=make_person(s).id, status=status))

    assert door.scan(door.code(door.ticket(order=order))).result == result


def test_an_older_revision_is_refused_and_the_current_one_admitted(door):
    ticket = door.ticket(revision=3)

    assert door.scan(door.code(ticket, revision=2)).result == "transferred"
    assert door.scan(door.code(ticket)).result == "admitted"


def test_a_cancelled_event_admits_nobody(door):
    ticket = door.ticket()
    door.write(lambda session: session.execute(sa.update(Event).values(status=EventStatus.CANCELLED)))

    assert door.scan(door.code(ticket)).result == "cancelled"


def test_a_ticket_for_another_event_names_it_and_nothing_else(door):
    def elsewhere(session):
        event = make_event(session, name="Arena Nights", organizer_id=make_organizer(session).id)
        return make_ticket(session, tier=make_tier(session, event_id=event.id))

    answer = door.scan(door.code(door.write(elsewhere)))

    assert (answer.result, answer.event_name) == ("wrong_event", "Arena Nights")
    assert answer.text == "This ticket is for Arena Nights, Sat 21 Nov 2026."
    assert (answer.attendee_name, answer.order_reference, answer.ticket_id) == ("", "", "")
    assert admitted(door) == 0


def test_a_forged_code_is_refused(door):
    ticket = door.ticket()
    code = door.code(ticket)
    forged = ticket_code(
        new_signing_seed(), key_number=1, event_id=door.event.id, ticket_id=ticket.id, revision=1
    )
    unknown_key = ticket_code(
        new_signing_seed(), key_number=9, event_id=door.event.id, ticket_id=ticket.id, revision=1
    )

    assert door.scan(forged).result == "invalid_signature"
    assert door.scan(unknown_key).result == "invalid_signature"
    assert door.scan(code[:60] + ("A" if code[60] != "A" else "B") + code[61:]).result == "invalid_signature"
    assert scans(door) == [("invalid_signature", None)] * 3
    assert door.scan(code).result == "admitted"


@pytest.mark.parametrize(
    "text", ["", "hello", "0" * 10, "https://example.com/t/1", "é" * 10, "A" * 5000, "\x00"]
)
def test_a_code_that_is_none_is_unknown(door, text):
    answer = door.scan(text)

    assert (answer.result, answer.text) == ("unknown", "We do not know this code.")


def test_a_code_of_a_ticket_that_never_was_is_unknown(door):
    code = ticket_code(new_signing_seed(), key_number=1, event_id=new_id(), ticket_id=new_id(), revision=1)

    assert door.scan(code).result == "unknown"


def test_a_typed_serial_forgives_case_spaces_hyphens_and_misread_letters(any_door):
    ticket = any_door.ticket()
    serial = "01A2B3C4D5"
    any_door.write(
        lambda session: session.execute(sa.text("UPDATE tickets SET serial = :serial"), {"serial": serial})
    )

    assert any_door.scan(" oia2-b3c4 d5 ".replace("i", "l")).result == "admitted"
    assert any_door.scan("01A2B3C4D5").ticket_id == str(ticket.id)


def test_only_this_organizers_people_and_administrators_may_scan(door):
    code = door.code(door.ticket())
    organizer_id = door.event.organizer_id
    person = door.write(make_person)
    guest = door.write(lambda session: make_person(session, email=""))
    rival = actor_of(person, {door.write(make_organizer).id: TeamRole.OWNER})

    for refused in (actor_of(person), actor_of(guest, {organizer_id: TeamRole.DOOR}), rival):
        with pytest.raises(NotFound):
            door.scan(code, actor=refused)
    with pytest.raises(NotFound):
        door.scan(code, event_id=new_id())
    assert scans(door) == []

    assert door.scan(code, actor=actor_of(person, {organizer_id: TeamRole.MANAGER})).result == "admitted"
    admin = actor_of(door.write(lambda session: make_person(session, is_admin=True)))
    assert door.scan(code, actor=admin).result == "already_admitted"


def test_one_refused_request_does_not_touch_its_neighbours(door):
    code = door.code(door.ticket())
    stranger = actor_of(door.write(make_person))
    batch = [door.request(code, actor=stranger), door.request(code)]

    refused, answer = door.runtime.write(lambda session, now: redeem_many(session, batch, now))

    assert isinstance(refused, NotFound)
    assert answer.result == "admitted"


def test_a_scan_id_of_another_event_is_refused(door):
    scan_id = new_id()
    door.scan(door.code(door.ticket()), scan_id=scan_id)
    other = door.write(lambda session: make_event(session, organizer_id=door.event.organizer_id))

    with pytest.raises(ScanIdTaken):
        door.scan("anything", scan_id=scan_id, event_id=other.id)


def test_a_door_without_a_head_count_opens_with_the_first_scan(any_door):
    any_door.write(lambda session: session.execute(sa.delete(DoorStock)))

    assert any_door.scan(any_door.code(any_door.ticket())).result == "admitted"
    assert admitted(any_door) == 1


def test_each_entry_tells_the_open_pages(door):
    heard = []
    door.runtime.on_change(heard.append)
    ticket = door.ticket()
    code = door.code(ticket)

    door.scan(code)
    door.scan(code)

    assert heard == [
        frozenset({f"door:{door.event.id}", f"org:{door.event.organizer_id}", f"user:{ticket.person_id}"})
    ]
