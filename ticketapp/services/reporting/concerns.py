"""What of an organizer's money needs a person: refunds that did not arrive, payments that are disputed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import Order, OrderLine, Payment, Refund, RefundStatus, StripeDispute
from ticketapp.models.base import table_of

SHOWN_MAX = 10
# The alarms that say the same as a sum, which is needed only where not all orders are shown.
BY_ORDER = ("refunds_failed", "disputes_open")
_ORDERS, _LINES, _REFUNDS = table_of(Order), table_of(OrderLine), table_of(Refund)
_PAYMENTS, _DISPUTES = table_of(Payment), table_of(StripeDispute)
# Written out, so that the database knows the index of the few by it.
_HAS_FAILED = _REFUNDS.c.status == sa.literal_column(f"'{RefundStatus.FAILED}'")


@dataclass(frozen=True)
class Concern:
    """One order that somebody has to look at, and what to do there."""

    key: str = ""
    title: str = ""
    step: str = ""
    href: str = ""


def list_concerns(session: Session, event_ids: Collection[UUID] | None) -> list[Concern]:
    """List what needs a person about orders of these events, or of all; nothing while all is well."""
    ours = sa.true()
    if event_ids is not None:
        ours = _ORDERS.c.id.in_(sa.select(_LINES.c.order_id).where(_LINES.c.event_id.in_(event_ids)))
    failed = (
        sa.select(_REFUNDS.c.id, _ORDERS.c.reference)
        .join(_ORDERS, _ORDERS.c.id == _REFUNDS.c.order_id)
        .where(_HAS_FAILED, ours)
        .order_by(_REFUNDS.c.created_at, _REFUNDS.c.id)
        .limit(SHOWN_MAX)
    )
    disputed = (
        sa.select(_DISPUTES.c.id, _ORDERS.c.reference)
        .join(_PAYMENTS, _PAYMENTS.c.id == _DISPUTES.c.payment_id)
        .join(_ORDERS, _ORDERS.c.id == _PAYMENTS.c.order_id)
        .where(_DISPUTES.c.closed_at.is_(None), ours)
        .order_by(_DISPUTES.c.opened_at, _DISPUTES.c.id)
        .limit(SHOWN_MAX)
    )
    return [
        *(_concern(row, "A refund did not reach its buyer", _TRY_AGAIN) for row in session.execute(failed)),
        *(_concern(row, "The buyer's bank disputes a payment", _ANSWER) for row in session.execute(disputed)),
    ]


_TRY_AGAIN = "Open the order: try the refund again, or pay the buyer another way and say so there."
_ANSWER = (
    "The bank holds the money until it is decided. Open the order and give what shows that the tickets were used "
    "or sent to the administrator, who answers at Stripe."
)


def _concern(row: Any, title: str, step: str) -> Concern:
    return Concern(str(row.id), f"{title}: order {row.reference}", step, f"/organizer/orders/{row.reference}")
