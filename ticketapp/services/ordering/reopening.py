"""Take an unpaid order apart again: its tickets go back into the cart, held as before."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.models import OrderStatus
from ticketapp.services.inventory import orders as stock
from ticketapp.services.messaging.changes import announce
from ticketapp.services.ordering.errors import NotCancellable, PaymentUnderWay
from ticketapp.services.ordering.operations import end_orders, lock_orders, log_orders


def reopen_order(session: Session, *, person_id: UUID, order_id: UUID, now: datetime) -> None:
    """End a person's unpaid order and put its tickets back into their cart, to be changed; the clock runs on.

    Raises:
        NotFound: it is not this person's.
        NotCancellable: it was paid or has ended.
        PaymentUnderWay: money may be moving for it.
    """
    row = lock_orders(session, [order_id]).get(order_id)
    if row is None or row.person_id != person_id:
        raise NotFound("We could not find this order.")
    if row.status is not OrderStatus.AWAITING_PAYMENT:
        raise NotCancellable(f"This order is already {row.status.replace('_', ' ')}.")
    if row.paying_at is not None:
        raise PaymentUnderWay(row.reference)
    stock.return_to_cart(session, order_id, now)
    end_orders(session, [order_id], OrderStatus.CANCELLED, "reopened", now)
    log_orders(session, "order.reopened", [(order_id, person_id, {})], now)
    announce(session, "user", person_id)
