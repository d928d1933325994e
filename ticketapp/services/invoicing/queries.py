"""Read invoices and credit notes: the buyer's own, and those of the organizers somebody manages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.models import Invoice, InvoiceLine, Order
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.invoicing.views import InvoiceView, invoice_view

LIST_MAX = 200
_INVOICES, _LINES, _ORDERS = table_of(Invoice), table_of(InvoiceLine), table_of(Order)
_CORRECTED = _INVOICES.alias("corrected")


@dataclass(frozen=True)
class OrderInvoices:
    """The papers of an order; `is_due` says that the first is still being written."""

    reference: str = ""
    invoices: list[InvoiceView] = field(default_factory=list)
    is_due: bool = False


def get_order_invoices(session: Session, *, actor: Actor | None, reference: str) -> OrderInvoices:
    """Give an order's papers to its buyer, or to an organizer those of its own.

    Raises:
        NotFound: there is no such order, or nothing of it is theirs.
    """
    order = session.execute(sa.select(_ORDERS).where(_ORDERS.c.reference == reference.upper())).first()
    if actor is None or order is None:
        raise NotFound("We could not find this order.")
    rows = session.execute(_papers().where(_INVOICES.c.order_id == order.id)).all()
    seen = [row for row in rows if _may_see(actor, row)]
    is_buyer = order.person_id == actor.person_id
    if not seen and not is_buyer:
        raise NotFound("We could not find this order.")
    is_due = order.paid_at is not None and order.total_minor > 0 and order.invoiced_at is None
    return OrderInvoices(order.reference, _views(session, seen), is_due and not order.refunded_minor)


def list_my_invoices(session: Session, *, actor: Actor) -> list[InvoiceView]:
    """List the papers of what the person bought, newest first."""
    query = _papers().where(_ORDERS.c.person_id == actor.person_id)
    newest = query.order_by(None).order_by(_INVOICES.c.issued_at.desc(), _INVOICES.c.id.desc())
    return _views(session, session.execute(newest.limit(LIST_MAX)).all())


def get_invoice(session: Session, *, actor: Actor | None, invoice_id: UUID) -> InvoiceView:
    """Give one paper to its buyer or to its organizer.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    row = session.execute(_papers().where(_INVOICES.c.id == invoice_id)).first()
    if actor is None or row is None or not _may_see(actor, row):
        raise NotFound("We could not find this invoice.")
    return _views(session, [row])[0]


def _may_see(actor: Actor, row: Any) -> bool:
    return row.person_id == actor.person_id or may_manage(actor, row.organizer_id)


def _papers() -> sa.Select[Any]:
    return (
        sa.select(
            _INVOICES,
            _ORDERS.c.reference,
            _ORDERS.c.person_id,
            _CORRECTED.c.number.label("corrects_number"),
        )
        .join(_ORDERS, _ORDERS.c.id == _INVOICES.c.order_id)
        .outerjoin(_CORRECTED, _CORRECTED.c.id == _INVOICES.c.corrects_id)
        .order_by(
            _INVOICES.c.issued_at, _INVOICES.c.kind.desc(), _INVOICES.c.organizer_id, _INVOICES.c.number
        )
    )


def _views(session: Session, rows: Sequence[Any]) -> list[InvoiceView]:
    lines: dict[UUID, list[Any]] = defaultdict(list)
    query = (
        sa.select(_LINES)
        .where(_LINES.c.invoice_id.in_([row.id for row in rows]))
        .order_by(_LINES.c.invoice_id, _LINES.c.position)
    )
    for line in session.execute(query):
        lines[line.invoice_id].append(line)
    return [invoice_view(row, lines[row.id]) for row in rows]
