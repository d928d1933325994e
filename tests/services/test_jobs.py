"""Durable jobs: written once, done by whoever holds the lease, tried again later, parked in the end."""

import asyncio
from datetime import timedelta

import pytest

from tests.buying import Shop
from ticketapp.core.errors import UpstreamUnavailable
from ticketapp.core.ids import new_id
from ticketapp.jobs.runner import Runner
from ticketapp.services.messaging import jobs
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.jobs import ATTEMPTS_MAX, NewJob, backoff
from ticketapp.services.ordering.settling import ORDER_MAIL

pytestmark = pytest.mark.anyio
LEASE = timedelta(minutes=2)


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


def enqueue(shop, key="one", kind="test", **payload):
    shop.runtime.write(
        lambda session, now: jobs.enqueue(session, kind=kind, dedupe_key=key, payload=payload, run_at=now)
    )


def claim(shop):
    return shop.runtime.write(
        lambda session, now: jobs.claim(session, kinds=["test"], limit=10, lease=LEASE, now=now)
    )


def finish(shop, job):
    return shop.runtime.write(lambda session, now: jobs.finish_many(session, [job], now))[0]


async def test_a_key_is_written_once(shop):
    enqueue(shop, number=1)
    enqueue(shop, number=2)

    assert [job.payload for job in claim(shop)] == [{"number": 1}]


async def test_many_jobs_are_written_together(shop):
    rows = [NewJob("test", f"key-{n % 3}", {"n": n}, shop.now) for n in range(6)]

    shop.runtime.write(lambda session, now: jobs.enqueue_many(session, rows))

    assert {job.payload["n"] for job in claim(shop)} == {0, 1, 2}


async def test_a_claimed_job_is_nobody_elses_until_the_lease_ends(shop):
    enqueue(shop)
    [ours] = claim(shop)
    assert claim(shop) == []

    shop.clock.advance(minutes=2)
    [theirs] = claim(shop)

    assert (ours.id, ours.attempts, theirs.attempts) == (theirs.id, 1, 2)
    assert (finish(shop, ours), finish(shop, theirs), finish(shop, theirs)) == (False, True, False)
    assert claim(shop) == []


async def test_who_lost_the_lease_cannot_put_the_job_of_another_back(shop):
    enqueue(shop)
    [late] = claim(shop)
    shop.clock.advance(minutes=2)
    [theirs] = claim(shop)

    held = shop.runtime.write(
        lambda session, now: (
            jobs.fail(session, late, error="Too slow.", jitter=0.0, now=now),
            jobs.postpone(session, late, until=now),
        )
    )

    shop.clock.advance(minutes=1)
    assert (held, claim(shop), finish(shop, theirs)) == ((False, False), [], True)


async def test_a_failing_job_is_tried_again_later_and_parked_in_the_end(shop):
    calls = []

    async def refuse(_runtime, payload):
        calls.append(payload["n"])
        raise UpstreamUnavailable("The mail server is busy.")

    enqueue(shop, n=1)
    runner = Runner(shop.runtime, {"test": refuse})
    for _ in range(ATTEMPTS_MAX + 2):
        await runner.run_jobs()
        await runner.run_jobs()
        shop.clock.advance(minutes=31)

    numbers = shop.runtime.read(jobs.queue_numbers)
    assert calls == [1] * ATTEMPTS_MAX
    assert (numbers.waiting, numbers.parked) == (0, 1)


async def test_a_job_that_waits_is_asked_again_without_counting(shop):
    asked = []

    async def wait(_runtime, _payload):
        asked.append(shop.now)
        return timedelta(seconds=10) if len(asked) < 20 else None

    enqueue(shop)
    runner = Runner(shop.runtime, {"test": wait})
    for _ in range(25):
        await runner.run_jobs()
        shop.clock.advance(seconds=10)

    assert len(asked) == 20
    assert shop.runtime.read(jobs.queue_numbers).parked == 0


@pytest.mark.parametrize(("topic", "letters"), [("ev", 1), ("user", 2)])
async def test_letters_wait_while_people_buy_and_nothing_else_does(shop, monkeypatch, topic, letters):
    monkeypatch.setattr("ticketapp.jobs.runner.REST", 1_000_000)
    told = []

    async def mail(runtime, _payload):
        told.append("mail")
        runtime.write(lambda session, now: announce(session, topic, new_id()))

    async def test(_runtime, _payload):
        told.append("test")

    runner = Runner(shop.runtime, {ORDER_MAIL: mail, "test": test})
    for key in ("one", "two"):
        enqueue(shop, key)
        enqueue(shop, f"{key}-mail", kind=ORDER_MAIL)
        await runner.run_jobs()

    assert (told.count("mail"), told.count("test")) == (letters, 2)


async def test_only_a_new_job_wakes_the_runner(shop):
    runner = Runner(shop.runtime, {})

    # The loop hears of a commit before it hears that the thread is done.
    await asyncio.to_thread(shop.runtime.write, lambda session, _now: announce(session, "user", new_id()))
    was_woken = runner._news.is_set()
    await asyncio.to_thread(enqueue, shop)

    assert (was_woken, runner._news.is_set()) == (False, True)


def test_waiting_doubles_up_to_half_an_hour():
    assert [backoff(attempt, 1.0).total_seconds() for attempt in (1, 2, 3, 20)] == [2, 4, 8, 1800]
    assert backoff(1, 0.0).total_seconds() == 1
