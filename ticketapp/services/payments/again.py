"""Refunds that did not reach their buyer: refused or returned, tried again, or settled another way by who runs an event."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import Conflict, InvalidInput, NotFound
from ticketapp.models import Event, OrderLine, Refund, RefundStatus
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ledger import after_sale as ledger
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.jobs import NewJob, enqueue_many
from ticketapp.services.messaging.operations import record
from ticketapp.services.payments.aftermath import announce_to_organizers, buyer_of
from ticketapp.services.payments.refunds import REFUND_JOB

NOTE_MAX = 200
_REFUNDS, _EVENTS, _LINES = table_of(Refund), table_of(Event), table_of(OrderLine)


class NotFailed(Conflict):
    """The refund is on its way or arrived, so there is nothing to do about it."""

    code = "refund_not_failed"

    def __init__(self) -> None:
        super().__init__("This refund is on its way or has arrived meanwhile.")


def record_refund_refused(session: Session, *, key: str, attempt: int, reason: str, now: datetime) -> None:
    """Write down that the provider will not give this back; the buyer is still owed it."""
    refused = session.execute(
        sa.update(_REFUNDS)
        .where(_REFUNDS.c.key == key, _REFUNDS.c.attempt == attempt, _REFUNDS.c.status == RefundStatus.ASKED)
        .values(status=RefundStatus.FAILED)
        .returning(*_REFUNDS.c)
    ).first()
    if refused is not None:
        _tell(session, refused, "refund.failed", {"reason": reason}, now)


def try_refund_again(session: Session, *, actor: Actor, refund_id: UUID, now: datetime) -> None:
    """Have the provider asked once more, under a new attempt of the same refund.

    Raises:
        NotFound: there is no such refund, or nothing of its order is theirs.
        NotFailed: it did not fail, or somebody else was quicker.
    """
    again = _change_failed(
        session, actor, refund_id, status=RefundStatus.ASKED, attempt=_REFUNDS.c.attempt + 1, done_at=None
    )
    dedupe_key = f"{REFUND_JOB}:{again.key}:{again.attempt}"
    enqueue_many(session, [NewJob(REFUND_JOB, dedupe_key, {"key": again.key}, now)])
    _tell(session, again, "refund.tried_again", {"attempt": again.attempt}, now, actor)


def settle_refund(session: Session, *, actor: Actor, refund_id: UUID, note: str, now: datetime) -> None:
    """Write down that the buyer was paid from elsewhere, and how.

    Raises:
        InvalidInput: it is not said how.
        NotFound: there is no such refund, or nothing of its order is theirs.
        NotFailed: it did not fail, or somebody else was quicker.
    """
    words = " ".join(note.split()) if isinstance(note, str) else ""
    if not 1 <= len(words) <= NOTE_MAX or not words.isprintable():
        raise InvalidInput(note=f"Say how it was paid, in at most {NOTE_MAX} characters.")
    settled = _change_failed(
        session,
        actor,
        refund_id,
        status=RefundStatus.DONE,
        settled_by=actor.person_id,
        settled_note=words,
        done_at=now,
    )
    ledger.post_refund_settled(
        session,
        ledger.RefundSettled(settled.id, settled.order_id, settled.amount_minor, settled.currency),
        now,
    )
    _tell(session, settled, "refund.settled", {"note": words}, now, actor)


def _change_failed(session: Session, actor: Actor, refund_id: UUID, **values: Any) -> Any:
    row = session.execute(sa.select(_REFUNDS.c.order_id).where(_REFUNDS.c.id == refund_id)).first()
    if row is None or not _runs(session, actor, row.order_id):
        raise NotFound("We could not find this refund.")
    changed = session.execute(
        sa.update(_REFUNDS)
        .where(_REFUNDS.c.id == refund_id, _REFUNDS.c.status == RefundStatus.FAILED)
        .values(**values)
        .returning(*_REFUNDS.c)
    ).first()
    if changed is None:
        raise NotFailed
    return changed


def _runs(session: Session, actor: Actor, order_id: UUID) -> bool:
    organizers = (
        sa.select(_EVENTS.c.organizer_id)
        .join(_LINES, _LINES.c.event_id == _EVENTS.c.id)
        .where(_LINES.c.order_id == order_id)
        .distinct()
    )
    return all(may_manage(actor, organizer_id) for organizer_id in session.scalars(organizers))


def _tell(
    session: Session, refund: Any, kind: str, more: dict[str, Any], now: datetime, actor: Actor | None = None
) -> None:
    told = {"refund": str(refund.id), "amount_minor": refund.amount_minor, **more}
    by = actor.person_id if actor else None
    record(session, kind=kind, subject=refund.order_id, data=told, now=now, actor=by)
    announce(session, "user", buyer_of(session, refund.payment_id))
    announce_to_organizers(session, refund.order_id)
