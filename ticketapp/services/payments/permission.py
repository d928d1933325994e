"""Who may give which tickets of an order back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import Scan, ScanResult
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.payments.errors import RefundNotAllowed
from ticketapp.services.payments.rules import why_kept

_SCANS = table_of(Scan)


def in_reach(actor: Actor, order: Any, tickets: Sequence[Any]) -> list[Any]:
    """Choose the tickets this person may speak of: a buyer's own are all, a team's are those of its events."""
    return [
        ticket
        for ticket in tickets
        if order.person_id == actor.person_id or may_manage(actor, ticket.organizer_id)
    ]


def check_permission(session: Session, actor: Actor, tickets: Sequence[Any], now: datetime) -> None:
    """Hold a buyer to the events' rules; who runs an event may always give its tickets back.

    Raises:
        RefundNotAllowed: an event's rule keeps one of them.
    """
    others = [ticket for ticket in tickets if not may_manage(actor, ticket.organizer_id)]
    used = _used(session, [ticket.id for ticket in others]) if others else set()
    for ticket in others:
        refusal = why_kept(
            until_hours=ticket.refund_until_hours,
            starts_at=ticket.starts_at,
            is_used=ticket.id in used,
            now=now,
        )
        if refusal:
            raise RefundNotAllowed(refusal)


def _used(session: Session, ticket_ids: Collection[UUID]) -> set[UUID]:
    admitted = sa.select(_SCANS.c.ticket_id).where(
        _SCANS.c.ticket_id.in_(list(ticket_ids)),
        _SCANS.c.result == ScanResult.ADMITTED,
        _SCANS.c.undone_at.is_(None),
    )
    return set(session.execute(admitted).scalars())
