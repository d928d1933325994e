"""A pool whose server went away and came back."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from ticketapp.integrations import database
from ticketapp.integrations.database import DatabaseUnavailable, open_database

PID = sa.text("SELECT pg_backend_pid()")
END_OTHERS = sa.text(
    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def left_alone(postgres_url):
    """A pool with two connections, both of which the server has closed meanwhile."""
    opened, other = open_database(postgres_url), open_database(postgres_url)
    with opened.engine.connect() as first, opened.engine.connect() as second:
        assert first.scalar(PID) != second.scalar(PID)
    with other.engine.connect() as connection:
        assert connection.scalar(END_OTHERS) == 2
    other.close()
    yield opened.engine
    opened.close()


def test_connections_that_died_while_they_rested_are_opened_anew(left_alone, monkeypatch):
    monkeypatch.setattr(database, "REST_SECONDS", 0)

    with left_alone.connect() as first, left_alone.connect() as second:
        assert first.scalar(PID) != second.scalar(PID)


def test_one_used_a_moment_ago_is_not_asked_and_fails_once_for_all(left_alone, monkeypatch):
    monkeypatch.setattr(database, "REST_SECONDS", 3_600)

    with left_alone.connect() as connection, pytest.raises(OperationalError):
        connection.scalar(PID)

    with left_alone.connect() as first, left_alone.connect() as second:
        assert first.scalar(PID) != second.scalar(PID)


@pytest.mark.anyio
async def test_nobody_is_decided_twice_when_the_answer_to_a_batch_was_lost(postgres_runtime):
    decided = []

    def decide(session, requests, _now):
        decided.extend(requests)
        session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    outcomes = await asyncio.gather(
        *(postgres_runtime.grouped(decide, number) for number in range(3)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 3
    assert sorted(decided) == [0, 1, 2]
    assert postgres_runtime.read(lambda session, _now: session.scalar(PID))


def test_a_read_over_a_dead_connection_says_when_to_come_again(postgres_runtime):
    with pytest.raises(DatabaseUnavailable) as refused:
        postgres_runtime.read(
            lambda session, _now: session.scalar(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
        )

    assert (refused.value.status, refused.value.details) == (503, {"retry_after": 1})
