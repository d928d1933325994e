"""D1: exactly one admission per ticket, whoever scans at the same moment; with the control that gives it meaning."""

import threading
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.harness.doors import Door, open_door
from tests.racing import race
from ticketapp.core.ids import new_id
from ticketapp.models import DoorStock, Scan, ScanResult
from ticketapp.runtime import Runtime
from ticketapp.services.checkin.operations import redeem_many, undo_scan
from ticketapp.services.checkin.requests import RedeemRequest

SCANNERS = 32

pytestmark = pytest.mark.concurrency


@pytest.fixture
def door(any_runtime: Runtime) -> Door:
    return open_door(any_runtime)


def redeem_alone(door: Door, request: RedeemRequest) -> str:
    """Scan in a transaction of its own, as when every scan reaches another server process."""
    return door.runtime.write(lambda session, now: redeem_many(session, [request], now))[0].result


def undo(door: Door, scan_id) -> str:
    door.runtime.write(lambda session, now: undo_scan(session, actor=door.actor, scan_id=scan_id, now=now))
    return "undone"


def entries(door: Door, ticket_id) -> int:
    query = sa.select(sa.func.count()).where(
        Scan.ticket_id == ticket_id, Scan.result == ScanResult.ADMITTED, Scan.undone_at.is_(None)
    )
    return door.runtime.read(lambda session, now: session.scalar(query))


def admitted(door: Door) -> int:
    return door.runtime.read(lambda session, now: session.get_one(DoorStock, door.event.id).admitted)


def test_one_of_many_scans_in_one_batch_admits(door):
    ticket = door.ticket()
    requests = [door.request(door.code(ticket)) for _ in range(SCANNERS)]

    got = race(lambda: door.runtime.grouped_blocking(redeem_many, requests.pop()).result, times=SCANNERS)

    assert Counter(got) == {"admitted": 1, "already_admitted": SCANNERS - 1}
    assert (entries(door, ticket.id), admitted(door)) == (1, 1)


def test_one_of_many_scans_in_transactions_of_their_own_admits(door):
    ticket = door.ticket()
    requests = [door.request(door.code(ticket)) for _ in range(SCANNERS)]

    assert Counter(race(lambda: redeem_alone(door, requests.pop()), times=SCANNERS)) == {
        "admitted": 1,
        "already_admitted": SCANNERS - 1,
    }
    assert (entries(door, ticket.id), admitted(door)) == (1, 1)


def test_one_scan_sent_many_times_at_once_gets_one_answer(door):
    ticket = door.ticket()
    scan_id = new_id()
    requests = [door.request(door.code(ticket), scan_id=scan_id) for _ in range(SCANNERS)]

    assert Counter(race(lambda: redeem_alone(door, requests.pop()), times=SCANNERS)) == {"admitted": SCANNERS}
    assert (entries(door, ticket.id), admitted(door)) == (1, 1)


def test_undo_and_scan_at_once_leave_the_count_right(door):
    ticket = door.ticket()
    first_id = new_id()
    door.scan(door.code(ticket), scan_id=first_id)
    requests = [door.request(door.code(ticket)) if number % 2 else None for number in range(SCANNERS)]

    def undo_or_scan() -> str:
        request = requests.pop()
        return undo(door, first_id) if request is None else redeem_alone(door, request)

    got = Counter(race(undo_or_scan, times=SCANNERS))

    assert got["undone"] == SCANNERS // 2
    assert got["admitted"] == entries(door, ticket.id) == admitted(door)
    assert got["admitted"] + got["already_admitted"] == SCANNERS // 2


def test_control_a_door_without_the_lock_admits_twice_and_the_database_refuses_it(door):
    """If this stops failing the naive way, the tests above prove nothing."""
    ticket = door.ticket()
    all_have_looked = threading.Barrier(SCANNERS)

    def look_then_admit() -> str:
        free = entries(door, ticket.id) == 0
        all_have_looked.wait()
        assert free  # Every scanner believes that nobody is in on this ticket.
        try:
            door.runtime.write(lambda session, now: session.add(naive_entry(door, ticket.id, now)))
        except IntegrityError:
            return "refused by the database"
        return "admitted"

    assert Counter(race(look_then_admit, times=SCANNERS)) == {
        "admitted": 1,
        "refused by the database": SCANNERS - 1,
    }


def naive_entry(door: Door, ticket_id, now) -> Scan:
    return Scan(
        id=new_id(),
        event_id=door.event.id,
        ticket_id=ticket_id,
        person_id=door.actor.person_id,
        result=ScanResult.ADMITTED,
        scanned_at=now,
        received_at=now,
    )
