"""Write down what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from ticketapp.models import LogEntry


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
    if entries:
        session.execute(LogEntry.__table__.insert(), [{"version": 1} | entry for entry in entries])  # pyright: ignore[reportAttributeAccessIssue]
