"""Read payments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.integrations.payments import ChargeOrder
from ticketapp.integrations.sets import among
from ticketapp.models import OPEN_PAYMENTS, Order, OrderStatus, Payment, PaymentStatus, Refund
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ordering.settling import PAID_BUT_NO_HOLD
from ticketapp.services.payments import views
from ticketapp.services.payments.requests import OpenPayment, Settlement

LIST_MAX = 200
_PAYMENTS, _ORDERS, _REFUNDS = table_of(Payment), table_of(Order), table_of(Refund)
# Written out, so that the database knows the index of the few by it.
IS_OPEN = _PAYMENTS.c.status.in_([sa.literal_column(f"'{status}'") for status in OPEN_PAYMENTS])
_SETTLEMENTS = (
    sa.select(
        _PAYMENTS.c.key,
        _PAYMENTS.c.id.label("payment_id"),
        _PAYMENTS.c.provider_ref,
        _PAYMENTS.c.status.label("payment_status"),
        _PAYMENTS.c.error_code,
        _ORDERS.c.id.label("order_id"),
        _ORDERS.c.reference,
        _ORDERS.c.status.label("order_status"),
        _ORDERS.c.paid_at,
        _REFUNDS.c.id.label("returned_id"),
    )
    .join(_ORDERS, _ORDERS.c.id == _PAYMENTS.c.order_id)
    .outerjoin(
        _REFUNDS, sa.and_(_REFUNDS.c.payment_id == _PAYMENTS.c.id, _REFUNDS.c.reason == PAID_BUT_NO_HOLD)
    )
    .where(among(_PAYMENTS.c.key, "keys"))
)


def settlements(session: Session, keys: list[str]) -> dict[str, Settlement]:
    """Tell how payments and their orders stand, by key; unknown keys are left out."""
    return {row.key: _settlement(row) for row in session.execute(_SETTLEMENTS, {"keys": keys})}


def get_settlement(session: Session, key: str) -> Settlement:
    """Tell how one payment and its order stand.

    Raises:
        NotFound: there is no such payment.
    """
    found = settlements(session, [key])
    if not found:
        raise NotFound("We could not find this payment.")
    return found[key]


def _settlement(row: Any) -> Settlement:
    return Settlement(
        payment_id=row.payment_id,
        payment_ref=row.provider_ref or "",
        status=row.payment_status,
        error_code=row.error_code,
        order_id=row.order_id,
        reference=row.reference,
        order_status=row.order_status,
        is_returned=row.returned_id is not None,
        paid_at=row.paid_at,
    )


def list_open_keys(session: Session, *, order_id: UUID) -> list[str]:
    """List the payments of an order that have no last word."""
    query = sa.select(_PAYMENTS.c.key).where(_PAYMENTS.c.order_id == order_id, IS_OPEN)
    return list(session.execute(query).scalars())


def list_open_payments(
    session: Session, *, until: datetime, limit: int, after: Any = None
) -> Sequence[sa.Row[tuple[str, datetime, UUID]]]:
    """List so many payments without a last word that were begun until then, the oldest first, after one of such a list."""
    begun = _PAYMENTS.c.created_at
    query = sa.select(_PAYMENTS.c.key, begun, _PAYMENTS.c.id).where(IS_OPEN, begun <= until)
    if after is not None:
        is_later = sa.or_(begun > after.created_at, _PAYMENTS.c.id > after.id)
        query = query.where(begun >= after.created_at, is_later)
    return session.execute(query.order_by(begun, _PAYMENTS.c.id).limit(limit)).all()


def get_key(session: Session, payment_id: UUID) -> str:
    """Give the key of a payment.

    Raises:
        NotFound: there is none.
    """
    key = session.execute(sa.select(_PAYMENTS.c.key).where(_PAYMENTS.c.id == payment_id)).scalar()
    if key is None:
        raise NotFound("We could not find this payment.")
    return key


def get_reference(session: Session, payment_id: UUID) -> str:
    """Give the reference of the order that a payment is for.

    Raises:
        NotFound: there is none.
    """
    reference = session.execute(
        sa.select(_ORDERS.c.reference)
        .join(_PAYMENTS, _PAYMENTS.c.order_id == _ORDERS.c.id)
        .where(_PAYMENTS.c.id == payment_id)
    ).scalar()
    if reference is None:
        raise NotFound("We could not find this payment.")
    return reference


def latest_key(session: Session, *, order_id: UUID) -> str | None:
    """Give the key of an order's payment that counts: the one that succeeded, else the last attempt."""
    return session.execute(
        sa.select(_PAYMENTS.c.key)
        .where(_PAYMENTS.c.order_id == order_id)
        .order_by(
            sa.case((_PAYMENTS.c.status == PaymentStatus.SUCCEEDED, 0), else_=1), _PAYMENTS.c.attempt.desc()
        )
        .limit(1)
    ).scalar()


def find_open_payment(session: Session, key: str, now: datetime) -> OpenPayment | None:
    """Look up a payment without a last word."""
    row = session.execute(
        sa.select(_PAYMENTS, _ORDERS.c.reference, _ORDERS.c.status.label("order_status"))
        .join(_ORDERS, _ORDERS.c.id == _PAYMENTS.c.order_id)
        .where(_PAYMENTS.c.key == key, IS_OPEN)
    ).first()
    if row is None:
        return None
    is_over = row.order_status not in (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRING)
    return OpenPayment(charge_order(row), age=now - row.created_at, is_order_over=is_over)


def charge_order(row: Any) -> ChargeOrder:
    """Say what the provider has to do for a payment's row with its order's reference."""
    return ChargeOrder(
        row.key,
        row.amount_minor,
        row.currency,
        row.reference,
        row.person_id,
        authorises_first=row.authorises_first,
    )


def list_my_payments(session: Session, *, actor: Actor) -> list[views.PaymentView]:
    """List the person's payments, newest first."""
    query = _payments().where(_PAYMENTS.c.person_id == actor.person_id)
    rows = session.execute(
        query.order_by(_PAYMENTS.c.created_at.desc(), _PAYMENTS.c.id.desc()).limit(LIST_MAX)
    )
    return [views.payment_view(row) for row in rows]


def get_payment(session: Session, *, actor: Actor, payment_id: UUID) -> views.PaymentView:
    """Give one of the person's payments.

    Raises:
        NotFound: there is none, or it is another person's.
    """
    query = _payments().where(_PAYMENTS.c.id == payment_id, _PAYMENTS.c.person_id == actor.person_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("We could not find this payment.")
    return views.payment_view(row)


def list_order_payments(session: Session, *, order_id: UUID) -> list[views.PaymentView]:
    """List the attempts to pay an order, newest first; who may see the order is for the caller to know."""
    query = _payments().where(_PAYMENTS.c.order_id == order_id).order_by(_PAYMENTS.c.attempt.desc())
    return [views.payment_view(row) for row in session.execute(query)]


def _payments() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(_PAYMENTS, _ORDERS.c.reference).join(_ORDERS, _ORDERS.c.id == _PAYMENTS.c.order_id)
