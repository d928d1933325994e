"""Work that must happen after a commit: written with the change, claimed with a lease, finished only with its token."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.core.ids import new_id
from ticketapp.models import Job
from ticketapp.models.base import table_of
from ticketapp.services.messaging.changes import announce

TOPIC = "job"
ATTEMPTS_MAX = 8
BACKOFF_FIRST = timedelta(seconds=2)
BACKOFF_LONGEST = timedelta(minutes=30)
_JOBS = table_of(Job)
_OPEN = sa.and_(_JOBS.c.done_at.is_(None), _JOBS.c.parked_at.is_(None))


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to write; a second one with the same `dedupe_key` is not written."""

    kind: str
    dedupe_key: str
    payload: dict[str, Any]
    run_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that is ours until `lease_until`."""

    id: UUID
    kind: str
    dedupe_key: str
    payload: dict[str, Any]
    attempts: int
    token: UUID


def enqueue(
    session: Session, *, kind: str, dedupe_key: str, payload: dict[str, Any], run_at: datetime
) -> None:
    """Write a job in the transaction that makes it necessary."""
    enqueue_many(session, [NewJob(kind, dedupe_key, payload, run_at)])


def enqueue_many(session: Session, jobs: Iterable[NewJob]) -> None:
    """Write many jobs in one statement."""
    rows = [
        {
            "id": new_id(),
            "kind": job.kind,
            "dedupe_key": job.dedupe_key,
            "payload": job.payload,
            "run_at": job.run_at,
            "attempts": 0,
        }
        for job in jobs
    ]
    if rows:
        is_sqlite = session.connection().dialect.name == "sqlite"
        insert = sqlite.insert(_JOBS) if is_sqlite else postgresql.insert(_JOBS)
        # With RETURNING the rows travel as one statement.
        session.execute(
            insert.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(_JOBS.c.id), rows
        )
        announce(session, TOPIC, rows[0]["id"])


def claim(
    session: Session, *, kinds: Sequence[str], limit: int, lease: timedelta, now: datetime
) -> list[ClaimedJob]:
    """Take due jobs that nobody holds, the longest due first; each is ours until the lease ends."""
    due = session.execute(
        sa.select(_JOBS)
        .where(
            _OPEN,
            _JOBS.c.kind.in_(kinds),
            _JOBS.c.run_at <= now,
            sa.or_(_JOBS.c.lease_until.is_(None), _JOBS.c.lease_until <= now),
        )
        .order_by(_JOBS.c.run_at, _JOBS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    token = new_id()
    if due:
        session.execute(
            sa.update(_JOBS)
            .where(_JOBS.c.id.in_([row.id for row in due]))
            .values(lease_token=token, lease_until=now + lease, attempts=_JOBS.c.attempts + 1)
        )
    return [ClaimedJob(row.id, row.kind, row.dedupe_key, row.payload, row.attempts + 1, token) for row in due]


def finish_many(session: Session, jobs: Sequence[ClaimedJob], now: datetime) -> list[bool]:
    """Mark jobs as done, except those whose lease has passed to somebody else; tell which were still ours."""
    held = [(job.id, job.token) for job in jobs]
    done = session.execute(
        sa.update(_JOBS)
        .where(sa.tuple_(_JOBS.c.id, _JOBS.c.lease_token).in_(held), _OPEN)
        .values(done_at=now, lease_until=None, last_error=None)
        .returning(_JOBS.c.id)
    )
    ours = set(done.scalars())
    return [job.id in ours for job in jobs]


def fail(session: Session, job: ClaimedJob, *, error: str, jitter: float, now: datetime) -> bool:
    """Put a job back to be tried later, or park it for a person after `ATTEMPTS_MAX`; tell whether it was still ours.

    `jitter` is between 0 and 1 and spreads workers that failed together.
    """
    values: dict[str, Any] = {"last_error": error[:400], "lease_token": None, "lease_until": None}
    if job.attempts >= ATTEMPTS_MAX:
        return _update_held(session, job, parked_at=now, **values)
    return _update_held(session, job, run_at=now + backoff(job.attempts, jitter), **values)


def postpone(session: Session, job: ClaimedJob, *, until: datetime) -> bool:
    """Put a job back without counting the attempt: its time has not come."""
    return _update_held(
        session, job, run_at=until, attempts=job.attempts - 1, lease_token=None, lease_until=None
    )


def backoff(attempts: int, jitter: float) -> timedelta:
    """Tell how long to wait after so many attempts: doubling, at most `BACKOFF_LONGEST`, half of it by chance."""
    longest = min(BACKOFF_FIRST * 2 ** (attempts - 1), BACKOFF_LONGEST)
    return longest * (0.5 + jitter / 2)


def _update_held(session: Session, job: ClaimedJob, **values: Any) -> bool:
    result = session.execute(
        sa.update(_JOBS)
        .where(_JOBS.c.id == job.id, _JOBS.c.lease_token == job.token, _OPEN)
        .values(**values)
        .returning(_JOBS.c.id)
    )
    return result.first() is not None


@dataclass(frozen=True, slots=True)
class JobState:
    """How far a job has come: done, given up for a person to look at, or neither yet."""

    done_at: datetime | None
    is_parked: bool


def find_job(session: Session, dedupe_key: str) -> JobState | None:
    """Look a job up by the key it was promised under."""
    row = session.execute(sa.select(_JOBS).where(_JOBS.c.dedupe_key == dedupe_key)).first()
    return None if row is None else JobState(row.done_at, row.parked_at is not None)


@dataclass(frozen=True, slots=True)
class QueueNumbers:
    """How much work waits, how long the oldest has waited, and how much needs a person."""

    waiting: int
    oldest_run_at: datetime | None
    parked: int


def queue_numbers(session: Session, now: datetime) -> QueueNumbers:
    """Count the work that is due and the work that was given up."""
    due = sa.and_(_OPEN, _JOBS.c.run_at <= now)
    # Two questions, because each has an index of its own, and most jobs are done.
    waiting = session.execute(sa.select(sa.func.count(), sa.func.min(_JOBS.c.run_at)).where(due)).one()
    parked = sa.select(sa.func.count()).select_from(_JOBS).where(_JOBS.c.parked_at.is_not(None))
    return QueueNumbers(waiting[0], waiting[1], session.execute(parked).scalar_one())
