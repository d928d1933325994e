"""Money that a bank has set aside: whether it is to be taken, or let go of."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.models import Order, Payment, PaymentStatus
from ticketapp.models.base import table_of
from ticketapp.services.ordering.settling import is_still_wanted
from ticketapp.services.payments.queries import charge_order
from ticketapp.services.payments.requests import Authorised

_PAYMENTS, _ORDERS = table_of(Payment), table_of(Order)


def weigh_authorised(session: Session, *, key: str, now: datetime) -> Authorised | None:
    """Decide what becomes of money that the provider says is set aside; None when it was taken meanwhile.

    It is taken for an order that has its places. Whatever else it is set aside for, an order that ended, an event that
    was cancelled, a payment that we believe over, it is let go of: nobody is charged first and paid back then.

    Raises:
        NotFound: there is no such payment.
    """
    row = session.execute(
        sa.select(_PAYMENTS, _ORDERS.c.reference)
        .join(_ORDERS, _ORDERS.c.id == _PAYMENTS.c.order_id)
        .where(_PAYMENTS.c.key == key)
    ).first()
    if row is None:
        raise NotFound("We could not find this payment.")
    if row.status is PaymentStatus.SUCCEEDED:
        return None
    is_wanted = row.status is PaymentStatus.AUTHORISED and is_still_wanted(
        session, order_id=row.order_id, now=now
    )
    return Authorised(charge_order(row), is_wanted)
