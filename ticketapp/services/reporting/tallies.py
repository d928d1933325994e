"""How often things happened since the beginning: counted on from a mark, so that nobody reads it all again."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.integrations.sets import dialect_of
from ticketapp.models import LogEntry, Payment, PaymentStatus, Tally, TallyMark
from ticketapp.models.base import table_of

# Whatever was written so long ago is committed, in whichever order that happened.
SURE_AFTER = timedelta(minutes=1)
AT_ONCE = 100_000
PAYMENT = "payment."
_TALLIES, _MARKS = table_of(Tally), table_of(TallyMark)
_LOG, _PAYMENTS = table_of(LogEntry), table_of(Payment)
_WITH_REASON = ("order.cancelled", "order.refunded")
_ENDS = (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.CANCELLED)
_LOGGED = sa.case(
    (
        _LOG.c.kind.in_(_WITH_REASON),
        _LOG.c.kind + ":" + sa.func.coalesce(_LOG.c.data["reason"].as_string(), ""),
    ),
    else_=_LOG.c.kind,
)
_SETTLED = sa.literal(PAYMENT) + sa.type_coerce(_PAYMENTS.c.status, sa.String())


def get_tallies(session: Session) -> dict[str, int]:
    """Tell how often each kind of thing happened; in one statement, so that none is missed or counted twice."""
    mark = sa.select(_MARKS).subquery()
    happened = sa.union_all(
        sa.select(_TALLIES.c.kind, _TALLIES.c.count.label("count")),
        _logged(_LOG.c.id > sa.select(mark.c.log_id).scalar_subquery()),
        _settled(_PAYMENTS.c.settled_at > sa.select(mark.c.settled_at).scalar_subquery()),
    ).subquery()
    counted = sa.select(happened.c.kind, sa.func.sum(happened.c.count)).group_by(happened.c.kind)
    return {kind: int(count) for kind, count in session.execute(counted)}


def count_on(session: Session, *, now: datetime) -> bool:
    """Move the mark on to what is sure by now; tell whether there is more."""
    mark = session.execute(sa.select(_MARKS).with_for_update()).one()
    sure = now - SURE_AFTER
    next_ones = (
        sa.select(_LOG.c.id, _LOG.c.at)
        .where(_LOG.c.id > mark.log_id)
        .order_by(_LOG.c.id)
        .limit(AT_ONCE)
        .subquery()
    )
    until = session.execute(sa.select(sa.func.max(next_ones.c.id)).where(next_ones.c.at <= sure)).scalar()
    counted: dict[str, int] = {}
    if until is not None:
        counted |= _counts(session, _logged(sa.and_(_LOG.c.id > mark.log_id, _LOG.c.id <= until)))
    if mark.settled_at < sure:
        ended = sa.and_(_PAYMENTS.c.settled_at > mark.settled_at, _PAYMENTS.c.settled_at <= sure)
        counted |= _counts(session, _settled(ended))
    if counted:
        _add(session, counted)
        session.execute(
            sa.update(_MARKS).values(
                log_id=mark.log_id if until is None else until, settled_at=max(mark.settled_at, sure)
            )
        )
    return until is not None and until - mark.log_id >= AT_ONCE


def _logged(condition: sa.ColumnElement[bool]) -> Any:
    return sa.select(_LOGGED.label("kind"), sa.func.count().label("count")).where(condition).group_by(_LOGGED)


def _settled(condition: sa.ColumnElement[bool]) -> Any:
    return (
        sa.select(_SETTLED.label("kind"), sa.func.count().label("count"))
        .where(condition, _PAYMENTS.c.status.in_(_ENDS))
        .group_by(_PAYMENTS.c.status)
    )


def _counts(session: Session, query: Any) -> dict[str, int]:
    return {row.kind: row[1] for row in session.execute(query)}


def _add(session: Session, counted: dict[str, int]) -> None:
    insert = (sqlite if dialect_of(session) == "sqlite" else postgresql).insert(_TALLIES)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["kind"], set_={"count": _TALLIES.c.count + insert.excluded.count}
        ),
        [{"kind": kind, "count": count} for kind, count in sorted(counted.items())],
    )
