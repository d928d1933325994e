"""What happens to a guest's orders when the guest signs in."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import OpenOrder, Order, Payment, Ticket
from ticketapp.models.base import table_of
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record_many
from ticketapp.services.ordering.facts import lock_people

_ORDERS, _OPEN, _PAYMENTS, _TICKETS = (table_of(model) for model in (Order, OpenOrder, Payment, Ticket))


def take_over_orders(session: Session, *, from_person: UUID, to_person: UUID, now: datetime) -> None:
    """Move a guest's orders, with payments and tickets, to the account they signed in with.

    An order that awaits payment stays the guest's where the account has one for the same event: a person has at most
    one, so it ends by itself when its time is over.
    """
    # As for placing an order: one that is being placed comes along, or finds its cart gone.
    lock_people(session, [from_person, to_person])
    owned = session.scalars(
        sa.select(_ORDERS.c.id)
        .where(_ORDERS.c.person_id == from_person)
        .order_by(_ORDERS.c.id)
        .with_for_update()
    ).all()
    if not owned:
        return
    mine = sa.select(_OPEN.c.event_id).where(_OPEN.c.person_id == to_person)
    staying = set(
        session.scalars(
            sa.select(_OPEN.c.order_id).where(_OPEN.c.person_id == from_person, _OPEN.c.event_id.in_(mine))
        )
    )
    moving = [order_id for order_id in owned if order_id not in staying]
    for table, order_id in (
        (_ORDERS, _ORDERS.c.id),
        (_OPEN, _OPEN.c.order_id),
        (_PAYMENTS, _PAYMENTS.c.order_id),
        (_TICKETS, _TICKETS.c.order_id),
    ):
        session.execute(
            sa.update(table)
            .where(order_id.in_(moving), table.c.person_id == from_person)
            .values(person_id=to_person)
        )
    record_many(
        session,
        [
            {
                "at": now,
                "kind": "order.taken_over",
                "subject": order_id,
                "actor": to_person,
                "data": {"from": str(from_person)},
            }
            for order_id in moving
        ],
    )
    announce(session, "user", to_person)
