"""A thousand buyers for one seat and for a hundred places; and a seller without the guard, who oversells."""

import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.factories import make_event, make_person, make_seated_tier, make_tier
from tests.harness.databases import environment
from ticketapp.core.errors import AppError
from ticketapp.models import Hold, TierStock
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import operations, queries
from ticketapp.services.inventory.requests import Held, HoldRequest, PlacesLine, SeatLine

pytestmark = pytest.mark.concurrency

BUYERS = 1000
THREADS = 50
PROCESSES = 4
FIFTEEN_MINUTES = timedelta(minutes=15)


def race(runtime: Runtime, requests: list[HoldRequest]) -> Counter[str]:
    """Let all requests go at once from many threads and count the answers."""
    start, outcomes, lock = threading.Barrier(THREADS), Counter[str](), threading.Lock()

    def buyers(share: list[HoldRequest]) -> None:
        start.wait()
        for request in share:
            try:
                runtime.grouped_blocking(operations.hold_many, request)
                answer = "held"
            except AppError as refusal:
                answer = refusal.code
            with lock:
                outcomes[answer] += 1

    threads = [threading.Thread(target=buyers, args=(requests[place::THREADS],)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def people(runtime: Runtime, count: int = BUYERS) -> list:
    return runtime.write(lambda session, now: [make_person(session, email="").id for _ in range(count)])


def test_one_seat_goes_to_one_of_a_thousand(any_runtime):
    event_id = any_runtime.write(lambda session, now: make_event(session).id)
    _, seats = any_runtime.write(
        lambda session, now: make_seated_tier(session, event_id=event_id, rows={"A": 1})
    )
    requests = [
        HoldRequest(person, event_id, (SeatLine(seats["A1"]),), "k", FIFTEEN_MINUTES)
        for person in people(any_runtime)
    ]

    assert race(any_runtime, requests) == {"held": 1, "seat_taken": BUYERS - 1}


def test_a_hundred_places_go_to_a_hundred_of_a_thousand(any_runtime):
    event_id = any_runtime.write(lambda session, now: make_event(session).id)
    tier_id = any_runtime.write(lambda session, now: make_tier(session, event_id=event_id, capacity=100).id)
    requests = [
        HoldRequest(person, event_id, (PlacesLine(tier_id, 1),), "k", FIFTEEN_MINUTES)
        for person in people(any_runtime)
    ]

    assert race(any_runtime, requests) == {"held": 100, "sold_out": BUYERS - 100}
    seen = any_runtime.read(lambda session, now: queries.availability(session, [event_id])[event_id])
    assert (seen.held, seen.available) == (100, 0)


def test_control_a_seller_who_looks_first_and_takes_later_is_stopped_by_the_database(any_runtime):
    """If the naive way stops failing here, the races above prove nothing."""
    event_id = any_runtime.write(lambda session, now: make_event(session).id)
    tier_id = any_runtime.write(lambda session, now: make_tier(session, event_id=event_id, capacity=1).id)
    everybody_has_looked, outcomes = threading.Barrier(8), []

    def look_then_take() -> None:
        free = any_runtime.read(lambda session, now: session.get(TierStock, tier_id)).capacity
        everybody_has_looked.wait()
        assert free == 1  # each of the eight believes that the place is theirs
        try:
            any_runtime.write(
                lambda session, now: session.execute(
                    sa.update(TierStock).where(TierStock.tier_id == tier_id).values(held=TierStock.held + 1)
                )
            )
            outcomes.append("took it")
        except sa.exc.IntegrityError:
            outcomes.append("stopped by never_oversold")

    threads = [threading.Thread(target=look_then_take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(outcomes) == {"took it": 1, "stopped by never_oversold": 7}


BUYER_PROCESS = Path(__file__).with_name("buyer_process.py")


@pytest.mark.postgres
def test_several_processes_on_postgres_sell_each_place_once(postgres_runtime, postgres_url):
    event_id = postgres_runtime.write(
        lambda session, now: make_event(session, starts_at=now + timedelta(days=900)).id
    )
    tier_id = postgres_runtime.write(
        lambda session, now: make_tier(session, event_id=event_id, capacity=100).id
    )
    buyers = people(postgres_runtime)

    processes = [
        subprocess.Popen(
            [
                sys.executable,
                str(BUYER_PROCESS),
                str(event_id),
                str(tier_id),
                *map(str, buyers[place::PROCESSES]),
            ],
            env=environment(database_url=postgres_url),
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(PROCESSES)
    ]
    answers = Counter(word for process in processes for word in process.communicate(timeout=120)[0].split())

    assert answers == {"held": 100, "sold_out": BUYERS - 100}
    held = postgres_runtime.read(lambda session, now: session.scalar(sa.select(sa.func.sum(Hold.quantity))))
    assert held == 100


def test_overlapping_requests_in_opposite_order_do_not_deadlock(any_runtime):
    first, second = (any_runtime.write(lambda session, now: make_event(session).id) for _ in range(2))
    tiers = {
        event: any_runtime.write(
            lambda session, now, event=event: make_tier(session, event_id=event, capacity=400).id
        )
        for event in (first, second)
    }
    buyers = people(any_runtime, 400)
    requests = [
        HoldRequest(person, event, (PlacesLine(tiers[event], 1),), str(event), FIFTEEN_MINUTES)
        for place, person in enumerate(buyers)
        for event in ((first, second) if place % 2 else (second, first))
    ]

    assert race(any_runtime, requests) == {"held": 800}


def test_a_broken_request_does_not_harm_its_batch(any_runtime):
    event_id = any_runtime.write(lambda session, now: make_event(session).id)
    tier_id = any_runtime.write(lambda session, now: make_tier(session, event_id=event_id, capacity=400).id)
    buyers = people(any_runtime, 20)
    requests = [
        HoldRequest(person, event_id, (PlacesLine(tier_id, 1),), "k", FIFTEEN_MINUTES) for person in buyers
    ]
    unknown = HoldRequest(
        tier_id, event_id, (PlacesLine(tier_id, 1),), "k", FIFTEEN_MINUTES
    )  # nobody has this id

    outcomes: list[object] = []

    def ask(request: HoldRequest) -> None:
        try:
            outcomes.append(any_runtime.grouped_blocking(operations.hold_many, request))
        except sa.exc.IntegrityError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=ask, args=(request,)) for request in [*requests, unknown]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(type(outcome) for outcome in outcomes) == {Held: 20, sa.exc.IntegrityError: 1}
    seen = any_runtime.read(lambda session, now: queries.availability(session, [event_id])[event_id])
    assert seen.held == 20
