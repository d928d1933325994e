"""The whole system in numbers, for whoever watches over it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import Hold, Order, Payment, PaymentStatus, Refund, TierStock
from ticketapp.models.base import table_of
from ticketapp.services.messaging.jobs import queue_numbers
from ticketapp.services.reporting.alarms import list_alarms

RECENTLY = timedelta(minutes=5)
_ORDERS, _PAYMENTS, _REFUNDS = table_of(Order), table_of(Payment), table_of(Refund)
_HOLDS, _TIERS = table_of(Hold), table_of(TierStock)


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """Counts by status since the beginning, and what is the case now."""

    orders: dict[str, int]
    payments: dict[str, int]
    holds: dict[str, int]
    refunds: dict[str, int]
    recent_payments: int
    recent_successes: int
    capacity: int
    held: int
    sold: int
    jobs_waiting: int
    jobs_parked: int
    oldest_job_seconds: float
    alarms: dict[str, int]


def system_figures(session: Session, *, now: datetime) -> SystemFigures:
    """Count everything once; the caller asks rarely."""
    settled = sa.and_(
        _PAYMENTS.c.settled_at > now - RECENTLY,
        _PAYMENTS.c.status.in_([PaymentStatus.SUCCEEDED, PaymentStatus.FAILED]),
    )
    recent = session.execute(
        sa.select(
            sa.func.count().filter(settled),
            sa.func.count().filter(settled, _PAYMENTS.c.status == PaymentStatus.SUCCEEDED),
        )
    ).one()
    stock = session.execute(
        sa.select(
            *(sa.func.coalesce(sa.func.sum(_TIERS.c[name]), 0) for name in ("capacity", "held", "sold"))
        )
    ).one()
    queue = queue_numbers(session, now)
    return SystemFigures(
        orders=_by(session, _ORDERS, _ORDERS.c.status),
        payments=_by(session, _PAYMENTS, _PAYMENTS.c.status),
        holds=_by(session, _HOLDS, _HOLDS.c.status),
        refunds=_by(session, _REFUNDS, _REFUNDS.c.reason),
        recent_payments=recent[0],
        recent_successes=recent[1],
        capacity=int(stock[0]),
        held=int(stock[1]),
        sold=int(stock[2]),
        jobs_waiting=queue.waiting,
        jobs_parked=queue.parked,
        oldest_job_seconds=(now - queue.oldest_run_at).total_seconds() if queue.oldest_run_at else 0,
        alarms={alarm.kind: alarm.count for alarm in list_alarms(session, now=now)},
    )


def _by(session: Session, table: sa.Table, column: sa.Column[str]) -> dict[str, int]:
    counted = sa.select(column, sa.func.count()).select_from(table).group_by(column)
    return {str(status): count for status, count in session.execute(counted)}
