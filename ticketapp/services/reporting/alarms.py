"""What needs a person: each alarm is a number that should be zero, a sentence, and what to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import (
    Job,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    StripeDispute,
    StripeEvent,
)
from ticketapp.models.base import table_of
from ticketapp.services.payments.queries import IS_OPEN
from ticketapp.services.reporting.views import Alarm

# So long after a payment at least one event about it should have come.
WEBHOOKS_SILENT = timedelta(hours=1)
UNHEARD_MAX = 1_000
EVENT_WAITS = timedelta(minutes=15)
AUTHORISED_FOR_LONG = timedelta(hours=1)
ANSWER_OVERDUE = timedelta(minutes=10)
_STEPS = {
    "webhooks_silent": "At Stripe, look at the endpoint's last deliveries. Meanwhile nothing is lost: payments are asked about, "
    "and Stripe's own list of events is read every two minutes.",
    "events_waiting": "Each is tried again, then given up. One about a payment that this shop does not know is looked up at "
    "Stripe by its id, which the log names.",
    "authorised_for_long": "The places wait for it, and the provider is asked every ten seconds. The log says what it answers.",
    "answers_overdue": "Their places stay theirs for an hour at most. Look whether the provider is in trouble; it is asked every "
    "ten seconds, and the log says what it answers.",
    "refunds_failed": "Each stands on its order: try it again there, or pay the buyer another way and say so.",
    "disputes_open": "Gather what shows that the tickets were sent or used, and answer at Stripe before its deadline.",
    "jobs_parked": "The log says why. Mend the cause, then take the work up again.",
}
_PAYMENTS, _REFUNDS, _JOBS = table_of(Payment), table_of(Refund), table_of(Job)
_ORDERS = table_of(Order)
_EVENTS, _DISPUTES = table_of(StripeEvent), table_of(StripeDispute)


def list_alarms(session: Session, *, now: datetime) -> list[Alarm]:
    """List what needs a person now; nothing while all is well."""
    return [alarm for alarm in _alarms(session, now) if alarm.count]


def _alarms(session: Session, now: datetime) -> Iterator[Alarm]:
    unheard = _unheard_payments(session, now)
    yield _alarm(
        "webhooks_silent",
        unheard,
        f"No webhook of Stripe came since payments were made more than an hour ago: {unheard}. "
        "Check the endpoint and STRIPE_WEBHOOK_SECRET.",
    )
    for kind, text, table, condition in (
        (
            "events_waiting",
            "Events of Stripe that could not be acted on: {}.",
            _EVENTS,
            sa.and_(_EVENTS.c.handled_at.is_(None), _EVENTS.c.received_at <= now - EVENT_WAITS),
        ),
        (
            "authorised_for_long",
            "Payments that were neither taken nor let go of for an hour: {}.",
            _PAYMENTS,
            sa.and_(
                IS_OPEN,
                _PAYMENTS.c.status == PaymentStatus.AUTHORISED,
                _PAYMENTS.c.authorised_at <= now - AUTHORISED_FOR_LONG,
            ),
        ),
        (
            "answers_overdue",
            "Orders whose time is up while the provider does not say whether they are paid: {}.",
            _ORDERS,
            sa.and_(
                # As the index of the orders that are due says it.
                sa.literal_column("orders.status IN ('awaiting_payment', 'expiring')"),
                _ORDERS.c.status == OrderStatus.EXPIRING,
                _ORDERS.c.expires_at <= now - ANSWER_OVERDUE,
            ),
        ),
        (
            "refunds_failed",
            "Refunds that did not reach their buyers: {}.",
            _REFUNDS,
            _REFUNDS.c.status == sa.literal_column("'failed'"),
        ),
        (
            "disputes_open",
            "Payments that are disputed: {}.",
            _DISPUTES,
            _DISPUTES.c.closed_at.is_(None),
        ),
        ("jobs_parked", "Jobs that were given up: {}.", _JOBS, _JOBS.c.parked_at.is_not(None)),
    ):
        count = session.execute(sa.select(sa.func.count()).select_from(table).where(condition)).scalar_one()
        yield _alarm(kind, count, text.format(count))


def _alarm(kind: str, count: int, text: str) -> Alarm:
    return Alarm(kind, count, text, _STEPS[kind])


def _unheard_payments(session: Session, now: datetime) -> int:
    last = session.execute(sa.select(sa.func.max(_EVENTS.c.received_at)).where(_EVENTS.c.is_sent)).scalar()
    paid = sa.and_(
        _PAYMENTS.c.provider == "stripe",
        _PAYMENTS.c.status == PaymentStatus.SUCCEEDED,
        _PAYMENTS.c.settled_at <= now - WEBHOOKS_SILENT,
    )
    if last is not None:
        paid = sa.and_(paid, _PAYMENTS.c.settled_at > last)
    # However many there are, a thousand are alarming enough, and quickly counted.
    first = sa.select(_PAYMENTS.c.id).where(paid).order_by(_PAYMENTS.c.settled_at).limit(UNHEARD_MAX)
    return session.execute(sa.select(sa.func.count()).select_from(first.subquery())).scalar_one()
