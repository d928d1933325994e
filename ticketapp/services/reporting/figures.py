"""The whole system in numbers, for whoever watches over it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import OpenOrder, Payment, PaymentStatus, Refund, TierStock
from ticketapp.models.base import table_of
from ticketapp.services.messaging.jobs import queue_numbers
from ticketapp.services.reporting.alarms import list_alarms
from ticketapp.services.reporting.tallies import PAYMENT, get_tallies

RECENTLY = timedelta(minutes=5)
ROLLED_BACK = "order.cancelled:payment_failed"
_PAYMENTS, _REFUNDS = table_of(Payment), table_of(Refund)
_OPEN, _TIERS = table_of(OpenOrder), table_of(TierStock)


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """What happened how often since the beginning, and what is the case now."""

    orders: dict[str, int]
    payments: dict[str, int]
    holds: dict[str, int]
    refunds: dict[str, int]
    compensations: dict[str, int]
    recent_payments: int
    recent_successes: int
    orders_open: int
    capacity: int
    held: int
    sold: int
    jobs_waiting: int
    jobs_parked: int
    oldest_job_seconds: float
    alarms: dict[str, int]


def system_figures(session: Session, *, now: datetime) -> SystemFigures:
    """Count what is new and what is open; no table of orders, payments or holds is read as a whole."""
    recent = _recent_ends(session, now)
    stock = session.execute(
        sa.select(
            *(sa.func.coalesce(sa.func.sum(_TIERS.c[name]), 0) for name in ("capacity", "held", "sold"))
        )
    ).one()
    queue = queue_numbers(session, now)
    happened = get_tallies(session)
    return SystemFigures(
        orders=_named(happened, "order."),
        payments=_named(happened, PAYMENT),
        holds=_named(happened, "hold."),
        refunds=_reasons(happened, "order.refunded:"),
        compensations={
            "places_released": happened.get(ROLLED_BACK, 0),
            "money_returned": _returned(session),
        },
        recent_payments=sum(recent.values()),
        recent_successes=recent.get(PaymentStatus.SUCCEEDED, 0),
        orders_open=session.execute(sa.select(sa.func.count(_OPEN.c.order_id.distinct()))).scalar_one(),
        capacity=int(stock[0]),
        held=int(stock[1]),
        sold=int(stock[2]),
        jobs_waiting=queue.waiting,
        jobs_parked=queue.parked,
        oldest_job_seconds=(now - queue.oldest_run_at).total_seconds() if queue.oldest_run_at else 0,
        alarms={alarm.kind: alarm.count for alarm in list_alarms(session, now=now)},
    )


def _recent_ends(session: Session, now: datetime) -> dict[str, int]:
    ends = (
        sa.select(_PAYMENTS.c.status, sa.func.count())
        .where(
            _PAYMENTS.c.settled_at > now - RECENTLY,
            _PAYMENTS.c.status.in_([PaymentStatus.SUCCEEDED, PaymentStatus.FAILED]),
        )
        .group_by(_PAYMENTS.c.status)
    )
    return {row.status: row[1] for row in session.execute(ends)}


def _returned(session: Session) -> int:
    # Written out, so that the database knows the index by it.
    is_compensating = _REFUNDS.c.reason == sa.literal_column("'paid_but_no_hold'")
    return session.execute(
        sa.select(sa.func.count()).select_from(_REFUNDS).where(is_compensating)
    ).scalar_one()


def _named(happened: dict[str, int], start: str) -> dict[str, int]:
    """Give what happened to one kind of thing, whatever the reason."""
    counts: Counter[str] = Counter()
    for kind, count in happened.items():
        if kind.startswith(start):
            counts[kind.removeprefix(start).partition(":")[0]] += count
    return dict(counts)


def _reasons(happened: dict[str, int], start: str) -> dict[str, int]:
    return {kind.removeprefix(start): count for kind, count in happened.items() if kind.startswith(start)}
