"""Give money back from the desk of those who run an event."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ticketapp.core.errors import InvalidInput
from ticketapp.services.accounts.views import Actor
from ticketapp.services.payments.errors import AmountChanged
from ticketapp.services.payments.refunds import RefundAsked, refund_tickets

NOTE_MAX = 200


def refund_from_desk(
    session: Session,
    *,
    actor: Actor,
    order_id: UUID,
    ticket_ids: Collection[UUID],
    note: str,
    confirmed_minor: int,
    now: datetime,
) -> RefundAsked:
    """Give named tickets back for exactly the amount that was confirmed on the screen, with a reason in words.

    Raises:
        InvalidInput: the reason is missing or too long.
        AmountChanged: they are worth something else than was confirmed.
        NotFound, RefundNotAllowed, NothingToRefund, TicketsChanged: as `refund_tickets` says.
    """
    asked = refund_tickets(
        session, actor=actor, order_id=order_id, ticket_ids=ticket_ids, note=_checked_note(note), now=now
    )
    if asked.amount_minor != confirmed_minor:
        raise AmountChanged(asked.amount_text)
    return asked


def _checked_note(text: object) -> str:
    note = " ".join(text.split()) if isinstance(text, str) else ""
    if not 1 <= len(note) <= NOTE_MAX or not note.isprintable():
        raise InvalidInput(note=f"Say why, in at most {NOTE_MAX} characters.")
    return note
