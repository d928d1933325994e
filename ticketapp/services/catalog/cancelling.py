"""Cancel an event: the one change that cannot be taken back."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ticketapp.models import EventStatus
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog.errors import AlreadyCancelled
from ticketapp.services.catalog.operations import announce_event, own_event
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.messaging import jobs
from ticketapp.services.messaging.operations import record


def cancel_event(session: Session, *, actor: Actor, event_id: UUID, now: datetime) -> None:
    """Cancel an event for good: sales stop with this commit, carts let go, and a job returns what was paid.

    Raises:
        AlreadyCancelled: it was cancelled before.
        NotFound: it is not the actor's event.
    """
    event = own_event(session, actor=actor, event_id=event_id)
    if event.status is EventStatus.CANCELLED:
        raise AlreadyCancelled
    released = inventory.release_event(session, event_id=event_id, now=now)
    event.move_to(EventStatus.CANCELLED)
    event.cancelled_at = now
    record(
        session,
        kind="event.cancelled",
        subject=event_id,
        actor=actor.person_id,
        data={"holds_released": released},
        now=now,
    )
    jobs.enqueue(
        session,
        kind="event-cancelled",
        dedupe_key=f"event-cancelled:{event_id}",
        payload={"event_id": str(event_id)},
        run_at=now,
    )
    announce_event(session, event)
