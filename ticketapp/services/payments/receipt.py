"""Read an order as its buyer sees it: the order, its tickets, what became of the money."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.models import Event, OrderLine, Refund, Ticket
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.messaging.jobs import find_job
from ticketapp.services.ordering.queries import get_order
from ticketapp.services.payments.queries import list_order_payments
from ticketapp.services.payments.receipt_views import Papers, ReceiptView, receipt_view
from ticketapp.services.payments.rules import why_kept
from ticketapp.services.ticketing.queries import list_order_tickets

_REFUNDS, _TICKETS, _LINES, _EVENTS = (
    table_of(Refund),
    table_of(Ticket),
    table_of(OrderLine),
    table_of(Event),
)
_WORTH = (
    sa.select(
        _TICKETS.c.id,
        _LINES.c.price_minor,
        _EVENTS.c.refund_until_hours,
        _EVENTS.c.starts_at,
        _EVENTS.c.timezone,
    )
    .join(_LINES, _LINES.c.id == _TICKETS.c.order_line_id)
    .join(_EVENTS, _EVENTS.c.id == _TICKETS.c.event_id)
    .where(_TICKETS.c.order_id == sa.bindparam("order"))
)


def get_receipt(session: Session, *, actor: Actor | None, reference: str, now: datetime) -> ReceiptView:
    """Give an order with everything that belongs to it, to its buyer alone.

    Raises:
        NotFound: there is none, or it is another person's.
    """
    if actor is None:
        raise NotFound("We could not find this order.")
    order = get_order(session, actor=actor, key=reference)
    if order.person_id != str(actor.person_id):
        raise NotFound("We could not find this order.")
    order_id = UUID(order.id)
    tickets = list_order_tickets(session, order_id=order_id)
    worth = {str(row.id): row for row in session.execute(_WORTH, {"order": order_id})}
    papers = Papers(
        order=order,
        tickets=tickets,
        attempts=list_order_payments(session, order_id=order_id),
        refunds=_refunds(session, order_id),
        mail=find_job(session, f"order-mail:{order_id}:paid"),
        worth_minor={key: row.price_minor for key, row in worth.items()},
        kept={
            shown.id: why_kept(
                until_hours=worth[shown.id].refund_until_hours,
                starts_at=worth[shown.id].starts_at,
                is_used=shown.is_used,
                now=now,
            )
            for shown in tickets
        },
        timezone=_timezone(session, order_id),
    )
    return receipt_view(papers)


def _refunds(session: Session, order_id: UUID) -> list[Any]:
    query = sa.select(_REFUNDS).where(_REFUNDS.c.order_id == order_id)
    return list(session.execute(query.order_by(_REFUNDS.c.created_at, _REFUNDS.c.id)))


def _timezone(session: Session, order_id: UUID) -> str:
    first = (
        sa.select(_EVENTS.c.timezone)
        .join(_LINES, _LINES.c.event_id == _EVENTS.c.id)
        .where(_LINES.c.order_id == order_id)
    )
    return session.execute(first.order_by(_LINES.c.id).limit(1)).scalar_one()
