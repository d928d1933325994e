"""What happened and what is still to do: the event log, durable jobs, and answered API requests."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.core.ids import new_id
from ticketapp.models.base import UtcDateTime, big_key


class LogEntry(SQLModel, table=True):
    """A fact of the business, written in the transaction that made it true; never changed."""

    __tablename__ = "event_log"
    __table_args__ = (sa.Index("ix_event_log_subject", "subject"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=big_key())
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(max_length=40)
    version: int = 1
    subject: UUID
    actor: UUID | None = None
    data: dict[str, Any] = Field(sa_type=sa.JSON)


class Tally(SQLModel, table=True):
    """How often something happened, counted up to the mark; whoever asks counts on from there."""

    __tablename__ = "tallies"

    kind: str = Field(primary_key=True, max_length=90)
    count: int = Field(sa_type=sa.BigInteger)


class TallyMark(SQLModel, table=True):
    """How far the event log and the ends of payments are counted; one row, which the migration makes."""

    __tablename__ = "tally_marks"

    id: int = Field(primary_key=True)
    log_id: int = Field(sa_type=sa.BigInteger)
    settled_at: datetime = Field(sa_type=UtcDateTime)


class Job(SQLModel, table=True):
    """Work that must happen after a commit. Claimed with a lease, finished only with the lease's token."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index(
            "ix_jobs_due",
            "kind",
            "run_at",
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        ),
        sa.Index(
            "ix_jobs_parked",
            "parked_at",
            postgresql_where=sa.text("parked_at IS NOT NULL"),
            sqlite_where=sa.text("parked_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=40)
    dedupe_key: str = Field(max_length=120, unique=True)
    payload: dict[str, Any] = Field(sa_type=sa.JSON)
    run_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    lease_token: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = Field(default=None, max_length=400)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    parked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiAnswer(SQLModel, table=True):
    """The answer given for an idempotency key; without a status the first call is still under way."""

    __tablename__ = "api_answers"

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    key: str = Field(max_length=80, primary_key=True)
    body_hash: bytes = Field(max_length=32)
    status: int | None = None
    answer: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
