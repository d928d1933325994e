"""D3: what devices decided alone is merged the same way whatever the order; nothing is lost."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies

from tests.factories import NOON, make_event, make_person
from tests.harness.doors import Door, actor_of
from ticketapp.core.errors import NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import DoorStock, LogEntry, Scan, ScanResult, TicketStatus
from ticketapp.services.checkin.operations import undo_scan
from ticketapp.services.checkin.queries import list_conflicts
from ticketapp.services.checkin.requests import OfflineScan
from ticketapp.services.checkin.syncing import sync_scans


def offline(door: Door, code: str, *, minute: int, device: str = "north", was_let_in: bool = True, **facts):
    request = door.request(
        code, scanned_at=NOON + timedelta(minutes=minute), gate=device.title(), device=device, **facts
    )
    return OfflineScan(request, was_let_in=was_let_in)


def sync(door: Door, *scans: OfflineScan):
    return door.runtime.write(lambda session, now: sync_scans(session, scans=scans, now=now))


def admitted(door: Door) -> int:
    return door.runtime.read(lambda session, now: session.get_one(DoorStock, door.event.id).admitted)


def results(door: Door) -> dict:
    query = sa.select(Scan.id, Scan.result)
    return dict(door.runtime.read(lambda session, now: session.execute(query).all()))


def test_entries_made_alone_count_as_entries(any_door):
    code = any_door.code(any_door.ticket())

    answer = sync(any_door, offline(any_door, code, minute=1))

    assert (answer.accepted, answer.duplicates, answer.refused) == (1, [], [])
    assert admitted(any_door) == 1
    assert any_door.scan(code).result == "already_admitted"


def test_one_ticket_at_two_gates_is_a_conflict_and_both_scans_are_kept(any_door):
    ticket = any_door.ticket()
    code = any_door.code(ticket)
    late = offline(any_door, code, minute=9, device="south")
    early = offline(any_door, code, minute=2, device="north")

    first = sync(any_door, late)
    second = sync(any_door, early)
    again = sync(any_door, late)

    assert (first.accepted, second.accepted) == (1, 1)
    (conflict,) = again.duplicates
    assert (again.accepted, conflict.scan_id, conflict.ticket_id) == (
        0, str(late.request.scan_id), str(ticket.id),
    )  # fmt: skip
    assert (conflict.was_let_in, conflict.first_gate, conflict.first_device) == (True, "North", "north")
    assert conflict.first_at == "2026-11-21T12:02:00+00:00"
    assert admitted(any_door) == 1
    kinds = any_door.runtime.read(
        lambda session, now: session.scalars(sa.select(LogEntry.kind).order_by(LogEntry.id)).all()
    )
    assert kinds == ["ticket.admitted", "ticket.entry_moved"]


def test_the_same_upload_again_changes_nothing_and_answers_the_same(any_door):
    codes = [any_door.code(any_door.ticket()) for _ in range(2)]
    batch = [
        offline(any_door, codes[0], minute=1),
        offline(any_door, codes[0], minute=2, device="south"),
        offline(any_door, codes[1], minute=3),
        offline(any_door, "no ticket", minute=4),
    ]

    answers = [sync(any_door, *batch) for _ in range(3)]
    before = results(any_door)
    parts = [sync(any_door, scan) for scan in reversed(batch)]

    assert answers[0] == answers[1] == answers[2]
    assert (answers[0].accepted, len(answers[0].duplicates)) == (2, 1)
    assert [refused.result for refused in answers[0].refused] == ["unknown"]
    assert [part.accepted for part in parts] == [0, 1, 0, 1]
    assert (results(any_door), admitted(any_door)) == (before, 2)


def test_what_the_server_decided_stands(door):
    code, scan_id = door.code(door.ticket()), new_id()
    door.scan(code, scan_id=scan_id, gate="Main")

    answer = sync(door, offline(door, code, minute=-30))

    assert (answer.accepted, answer.duplicates[0].first_gate) == (0, "Main")
    assert results(door)[scan_id] is ScanResult.ADMITTED
    assert admitted(door) == 1


def test_a_refusal_made_alone_is_no_entry(door):
    code = door.code(door.ticket())

    answer = sync(door, offline(door, code, minute=1, was_let_in=False))

    assert (answer.accepted, answer.duplicates[0].was_let_in) == (0, False)
    assert admitted(door) == 0
    assert door.scan(code).result == "admitted"


@pytest.mark.parametrize(
    ("facts", "result"), [({"status": TicketStatus.REFUNDED}, "refunded"), ({"revision": 2}, "transferred")]
)
def test_an_entry_that_should_not_have_been_is_kept_and_named(door, facts, result):
    code = door.code(door.ticket(**facts), revision=1)
    scan = offline(door, code, minute=1)

    answer = sync(door, scan)

    assert [(refused.scan_id, refused.result) for refused in answer.refused] == [
        (str(scan.request.scan_id), result)
    ]
    assert door.runtime.read(
        lambda session, now: session.get_one(Scan, scan.request.scan_id)
    ).is_offline_entry
    assert admitted(door) == 0


def test_an_entry_made_alone_can_be_undone(door):
    code = door.code(door.ticket())
    scan = offline(door, code, minute=1)
    sync(door, scan)

    door.write(lambda session: undo_scan(session, actor=door.actor, scan_id=scan.request.scan_id, now=NOON))

    assert admitted(door) == 0
    assert door.scan(code).result == "admitted"


def test_one_scan_of_a_door_that_is_not_mine_refuses_the_whole_upload(door):
    code = door.code(door.ticket())
    fan = actor_of(door.write(make_person))
    other = door.write(make_event)

    for scan in (
        offline(door, code, minute=2, actor=fan),
        offline(door, code, minute=2, event_id=other.id),
    ):
        with pytest.raises(NotFound):
            sync(door, offline(door, code, minute=1), scan)
    assert results(door) == {}


def test_conflicts_are_listed_for_the_door(any_door):
    twice, refunded = any_door.ticket(), any_door.ticket(status=TicketStatus.REFUNDED)
    code = any_door.code(twice)
    sync(any_door, offline(any_door, code, minute=2), offline(any_door, code, minute=9, device="south"))
    sync(any_door, offline(any_door, code, minute=10, was_let_in=False))
    any_door.runtime.clock.advance(minutes=20)
    sync(any_door, offline(any_door, any_door.code(refunded), minute=5))

    lines = any_door.runtime.read(
        lambda session, now: list_conflicts(session, actor=any_door.actor, event_id=any_door.event.id)
    )

    assert [(line.serial, line.word, line.text) for line in lines] == [
        (refunded.serial, "Refunded", "Let in at 13:05 CET North."),
        (twice.serial, "Two entries", "Let in at 13:09 CET South and at 13:02 CET North."),
    ]
    fan = actor_of(any_door.write(make_person))
    with pytest.raises(NotFound):
        any_door.runtime.read(
            lambda session, now: list_conflicts(session, actor=fan, event_id=any_door.event.id)
        )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=strategies.data())
def test_any_order_and_any_cutting_end_in_the_same_state(door, data):
    """RELIABILITY.md, row 30: replays in any order give the same final state."""
    codes = [door.code(door.ticket()) for _ in range(2)]
    claims = data.draw(
        strategies.lists(
            strategies.tuples(
                strategies.integers(0, 1), strategies.integers(0, 3), strategies.sampled_from(["n", "s"])
            ),
            min_size=1,
            max_size=5,
        )
    )
    scans = [offline(door, codes[which], minute=minute, device=device) for which, minute, device in claims]
    order = data.draw(strategies.permutations([*scans, *scans]))
    cuts = sorted(data.draw(strategies.sets(strategies.integers(1, len(order) - 1), max_size=3)))
    before = admitted(door)

    for start, end in itertools.pairwise([0, *cuts, len(order)]):
        sync(door, *order[start:end])

    ours = {scan.request.scan_id: scan.request for scan in scans}
    found = {scan_id: result for scan_id, result in results(door).items() if scan_id in ours}
    assert found == expected_results(ours)
    assert admitted(door) - before == len({request.presented.ticket_id for request in ours.values()})


def expected_results(requests) -> dict:
    """Say what the rule says, without a database: the earliest claim of each ticket is its entry."""
    first = {}
    for request in sorted(requests.values(), key=lambda r: (r.scanned_at, r.device, r.scan_id)):
        first.setdefault(request.presented.ticket_id, request.scan_id)
    entries = set(first.values())
    return {
        scan_id: ScanResult.ADMITTED if scan_id in entries else ScanResult.ALREADY_ADMITTED
        for scan_id in requests
    }
