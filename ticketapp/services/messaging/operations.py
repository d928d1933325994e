"""Write down what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from ticketapp.integrations.sets import insert_rows
from ticketapp.models import LogEntry
from ticketapp.models.base import table_of


def record(
    session: Session,
    *,
    kind: str,
    subject: UUID,
    data: dict[str, Any],
    now: datetime,
    actor: UUID | None = None,
) -> None:
    """Add one fact to the event log, in the transaction that makes it true."""
    session.add(LogEntry(at=now, kind=kind, subject=subject, actor=actor, data=data))


def record_many(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Add many facts in one statement; each has at, kind, subject, actor and data."""
    columns = ("version", "at", "kind", "subject", "actor", "data")
    rows = [(1, *(entry[name] for name in columns[1:])) for entry in entries]
    insert_rows(session, table_of(LogEntry), columns, rows)
