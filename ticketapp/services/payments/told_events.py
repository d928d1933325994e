"""Events that the provider told, or that were found in its list: each is kept once, with the job that acts on it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.integrations.provider_facts import ToldEvent
from ticketapp.models import StripeEvent, StripeReading
from ticketapp.models.base import table_of
from ticketapp.services.messaging.jobs import NewJob, enqueue_many

EVENT_JOB = "stripe-event"
ACTED_ON = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.amount_capturable_updated",
    "charge.refunded",
    "charge.captured",
    "charge.updated",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.closed",
    "charge.dispute.funds_reinstated",
    "payout.created",
    "payout.updated",
    "payout.reconciliation_completed",
    "payout.paid",
    "payout.failed",
    "payout.canceled",
)
_EVENTS, _READINGS = table_of(StripeEvent), table_of(StripeReading)


def keep_events(session: Session, events: Sequence[ToldEvent], *, is_sent: bool, now: datetime) -> int:
    """Keep the events that are new and promise to act on each; tell how many that were.

    Events of a kind that nothing follows from are kept as handled.
    """
    if not events:
        return 0
    if is_sent:
        # One that was found in the list before it came has come after all.
        session.execute(
            sa.update(_EVENTS)
            .where(_EVENTS.c.id.in_([event.id for event in events]), _EVENTS.c.is_sent.is_(False))
            .values(is_sent=True, received_at=now)
        )
    rows = [
        {
            "id": event.id,
            "type": event.type,
            "object_id": event.object_id,
            "intent_id": event.intent_id,
            "is_sent": is_sent,
            "body": event.body,
            "created_at": event.created_at,
            "received_at": now,
            "handled_at": None if event.type in ACTED_ON else now,
        }
        for event in {event.id: event for event in events}.values()
    ]
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = sqlite.insert(_EVENTS) if is_sqlite else postgresql.insert(_EVENTS)
    added = session.execute(
        insert.on_conflict_do_nothing(index_elements=["id"]).returning(_EVENTS.c.id, _EVENTS.c.type), rows
    ).all()
    enqueue_many(
        session,
        [
            NewJob(EVENT_JOB, f"{EVENT_JOB}:{row.id}", {"event": row.id}, now)
            for row in added
            if row.type in ACTED_ON
        ],
    )
    return len(added)


def get_event(session: Session, event_id: str) -> ToldEvent:
    """Give a kept event.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(sa.select(_EVENTS).where(_EVENTS.c.id == event_id)).first()
    if row is None:
        raise NotFound("We could not find this event.")
    return ToldEvent(row.id, row.type, row.object_id, row.intent_id, row.created_at, row.body)


def mark_handled(session: Session, event_id: str, now: datetime) -> None:
    """Write down that nothing more follows from an event."""
    session.execute(
        sa.update(_EVENTS)
        .where(_EVENTS.c.id == event_id, _EVENTS.c.handled_at.is_(None))
        .values(handled_at=now)
    )


def read_until(session: Session) -> datetime | None:
    """Tell up to which moment the provider's list of events was read."""
    return session.execute(sa.select(_READINGS.c.read_until)).scalar()


def keep_read(session: Session, events: Sequence[ToldEvent], *, until: datetime, now: datetime) -> int:
    """Keep what the provider's list had, and how far it was read; tell how many events had never come."""
    missed = keep_events(session, events, is_sent=False, now=now)
    session.merge(StripeReading(id=1, read_until=until))
    return missed
