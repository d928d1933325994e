"""Tickets of the demo season that were given back: one of an order of several, by who runs the event."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.cli.seed_sales import carry_out_refunds
from ticketapp.models import Event, Order, OrderStatus, TeamMember, TeamRole, Ticket
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.queries import get_actor
from ticketapp.services.payments.refunds import refund_tickets

# By event, why somebody came back.
RETURNED = {"last-week": "The view was blocked by a pillar", "elbe-open-air": "Bought one too many"}


@dataclass(frozen=True, slots=True)
class Return:
    """One ticket that goes back, and who takes it."""

    order_id: UUID
    ticket_id: UUID
    owner_id: UUID
    note: str


def give_some_back(runtime: Runtime) -> None:
    """Give one ticket of each event in `RETURNED` back, unless one was; the demo then has credit notes and refunds."""
    for slug, note in RETURNED.items():
        found = runtime.read(lambda session, now, slug=slug, note=note: _find(session, slug, note))
        if found is not None:
            runtime.write(lambda session, now, one=found: _give_back(session, one, now))
    asyncio.run(carry_out_refunds(runtime))


def _find(session: Session, slug: str, note: str) -> Return | None:
    of_event = (
        select(Ticket.id, Ticket.order_id, Event.organizer_id)
        .join(Event, col(Event.id) == col(Ticket.event_id))
        .join(Order, col(Order.id) == col(Ticket.order_id))
        .where(col(Event.slug) == slug)
    )
    was_returned = of_event.where(col(Order.status) == OrderStatus.PARTLY_REFUNDED)
    several = sa.select(col(Ticket.order_id)).group_by(col(Ticket.order_id)).having(sa.func.count() > 1)
    returnable = of_event.where(col(Order.status) == OrderStatus.PAID, col(Ticket.order_id).in_(several))
    row = session.exec(returnable.order_by(col(Ticket.serial))).first()
    if row is None or session.exec(was_returned).first() is not None:
        return None
    ticket_id, order_id, organizer_id = row
    owner = select(TeamMember.person_id).where(
        col(TeamMember.organizer_id) == organizer_id, col(TeamMember.role) == TeamRole.OWNER
    )
    return Return(order_id, ticket_id, session.exec(owner).one(), note)


def _give_back(session: Session, one: Return, now: datetime) -> None:
    actor = get_actor(session, person_id=one.owner_id)
    refund_tickets(
        session, actor=actor, order_id=one.order_id, ticket_ids=[one.ticket_id], note=one.note, now=now
    )
