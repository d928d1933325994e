"""Answers given for idempotency keys: the same key gets the same answer for a day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.core.errors import AppError, Conflict, UserError
from ticketapp.integrations.sets import Keys, dialect_of
from ticketapp.models import ApiAnswer
from ticketapp.models.base import table_of

KEPT_FOR = timedelta(hours=24)
# After this long a call that never answered has died with its process, and a new one may take its place.
UNDER_WAY_FOR = timedelta(seconds=90)
_ANSWERS = table_of(ApiAnswer)
_ASKED = Keys("asked", {"person_id": sa.Uuid(), "key": sa.String()})
_KEPT = Keys(
    "kept", {"person_id": sa.Uuid(), "key": sa.String(), "status": sa.Integer(), "answer": sa.String()}
)


class InProgress(Conflict):
    code = "in_progress"

    def __init__(self) -> None:
        super().__init__("The same request is being worked on. Ask again in a moment.")


class OtherBody(UserError):
    code = "idempotency_mismatch"
    status = 422

    def __init__(self) -> None:
        super().__init__("This idempotency key was used for another request. Use a new key.")


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that wants to be the one that is worked on for its key."""

    person_id: UUID
    key: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """The answer the key got before; None means: go on, the key is yours."""

    status: int
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to keep for a key; without a status the key is given up."""

    person_id: UUID
    key: str
    status: int | None
    answer: dict[str, Any] | None


def claim_many(session: Session, claims: Sequence[Claim], now: datetime) -> list[Earlier | AppError | None]:
    """Decide for each request whether to go on (None), to repeat the earlier answer, or to refuse."""
    rows = _rows(session, claims)
    taken: dict[tuple[UUID, str], bytes] = {}
    outcomes: list[Earlier | AppError | None] = []
    for claim in claims:
        at = (claim.person_id, claim.key)
        if at in taken:
            outcomes.append(InProgress() if taken[at] == claim.body_hash else OtherBody())
            continue
        outcome = _decide(rows.get(at), claim, now)
        if outcome is None:
            taken[at] = claim.body_hash
        outcomes.append(outcome)
    _drop_dead(session, [at for at in taken if at in rows], now)
    if len(written := _write(session, taken, now)) < len(taken):
        # Another process was faster by less than our look.
        for place, claim in enumerate(claims):
            if outcomes[place] is None and (claim.person_id, claim.key) not in written:
                outcomes[place] = InProgress()
    return outcomes


def _rows(session: Session, claims: Sequence[Claim]) -> dict[tuple[UUID, str], Any]:
    dialect = dialect_of(session)
    asked = _ASKED.given(dialect, [(claim.person_id, claim.key) for claim in claims])
    return {(row.person_id, row.key): row for row in session.execute(_find(dialect), asked)}


@cache
def _find(dialect: str) -> Any:
    asked = _ASKED.table(dialect)
    is_asked = sa.and_(_ANSWERS.c.person_id == asked.c.person_id, _ANSWERS.c.key == asked.c.key)
    return sa.select(_ASKED.each(dialect, asked, sa.select(_ANSWERS).where(is_asked)))


def _drop_dead(session: Session, keys: Sequence[tuple[UUID, str]], now: datetime) -> None:
    """Make room for new claims; a row that was answered or claimed since we looked stays and wins."""
    if not keys:
        return
    has_died = sa.and_(_ANSWERS.c.status.is_(None), _ANSWERS.c.created_at <= now - UNDER_WAY_FOR)
    session.execute(
        sa.delete(_ANSWERS).where(
            sa.tuple_(_ANSWERS.c.person_id, _ANSWERS.c.key).in_(keys),
            sa.or_(has_died, _ANSWERS.c.created_at <= now - KEPT_FOR),
        )
    )


def _write(session: Session, taken: dict[tuple[UUID, str], bytes], now: datetime) -> set[tuple[UUID, str]]:
    if not taken:
        return set()
    insert = (sqlite if dialect_of(session) == "sqlite" else postgresql).insert(_ANSWERS)
    rows = [
        {"person_id": person_id, "key": key, "body_hash": body_hash, "created_at": now}
        # In order, so that two processes with the same keys cannot wait for each other.
        for (person_id, key), body_hash in sorted(taken.items())
    ]
    written = session.execute(
        insert.on_conflict_do_nothing().returning(_ANSWERS.c.person_id, _ANSWERS.c.key), rows
    )
    return {(row.person_id, row.key) for row in written}


def _decide(row: Any, claim: Claim, now: datetime) -> Earlier | AppError | None:
    if row is None or row.created_at <= now - KEPT_FOR:
        return None
    if row.body_hash != claim.body_hash:
        return OtherBody()
    if row.status is not None:
        return Earlier(row.status, row.answer)
    return None if row.created_at <= now - UNDER_WAY_FOR else InProgress()


def keep_many(session: Session, given: Sequence[Given], now: datetime) -> list[None]:  # noqa: ARG001
    """Keep answers, or give keys up so that the same request may be tried again."""
    kept = [
        (answer.person_id, answer.key, answer.status, json.dumps(answer.answer))
        for answer in sorted(given, key=lambda answer: (answer.person_id, answer.key))
        if answer.status is not None
    ]
    if kept:
        dialect = dialect_of(session)
        session.execute(_keep(dialect), _KEPT.given(dialect, kept))
    dropped = [(answer.person_id, answer.key) for answer in given if answer.status is None]
    if dropped:
        session.execute(
            sa.delete(_ANSWERS).where(
                sa.tuple_(_ANSWERS.c.person_id, _ANSWERS.c.key).in_(dropped), _ANSWERS.c.status.is_(None)
            )
        )
    return [None] * len(given)


@cache
def _keep(dialect: str) -> Any:
    kept = _KEPT.table(dialect).c
    # SQLite keeps JSON as the text that it is.
    answer = (
        sa.type_coerce(kept.answer, sa.JSON()) if dialect == "sqlite" else sa.cast(kept.answer, sa.JSON())
    )
    return (
        sa.update(_ANSWERS)
        .where(_ANSWERS.c.person_id == kept.person_id, _ANSWERS.c.key == kept.key)
        .values(status=kept.status, answer=answer)
    )


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop answers whose day is over."""
    session.execute(sa.delete(_ANSWERS).where(_ANSWERS.c.created_at <= now - KEPT_FOR))
