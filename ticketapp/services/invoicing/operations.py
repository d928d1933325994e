"""Write invoices for what was paid, and credit notes for what was given back; numbers have no gaps.

A number is taken by the transaction that writes its paper: if that fails, the number was never given. Settling a
payment does not wait for it. A paid order carries no mark until it is invoiced, and a background step looks for such
orders; so a lock on the organizer's counter is never held while places are, and no sale waits for another's invoice.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.core.ids import new_id
from ticketapp.integrations.sets import dialect_of, insert_rows
from ticketapp.models import (
    Event,
    Invoice,
    InvoiceCounter,
    InvoiceKind,
    InvoiceLine,
    Order,
    OrderLine,
    Organizer,
)
from ticketapp.models.base import table_of
from ticketapp.services.invoicing.drafts import Draft, SoldPart, by_organizer, whole_line
from ticketapp.services.ledger.rules import PartsOfSale
from ticketapp.services.messaging.changes import announce

_ORDERS, _LINES, _EVENTS, _ORGANIZERS = (
    table_of(Order),
    table_of(OrderLine),
    table_of(Event),
    table_of(Organizer),
)
_INVOICES, _INVOICE_LINES, _COUNTERS = table_of(Invoice), table_of(InvoiceLine), table_of(InvoiceCounter)
_INVOICE_COLUMNS = (
    "id", "kind", "organizer_id", "number", "order_id", "corrects_id", "refund_id", "issued_at", "supplied_at",
    "timezone", "currency", "total_minor", "net_minor", "fee_minor", "tax_minor", "seller_name", "seller_email",
    "buyer_name", "buyer_address", "buyer_email", "note",
)  # fmt: skip
_LINE_COLUMNS = (
    "invoice_id", "position", "order_line_id", "event_name", "tier_name", "seat_label", "quantity", "unit_minor",
    "total_minor", "net_minor", "fee_minor", "tax_minor", "tax_basis_points",
)  # fmt: skip

# An order that was given back before there were invoices has neither mark nor papers.
_IS_DUE = sa.and_(
    _ORDERS.c.paid_at.is_not(None),
    _ORDERS.c.invoiced_at.is_(None),
    _ORDERS.c.refunded_minor == sa.literal_column("0"),
)


def issue_due(session: Session, *, limit: int, now: datetime) -> int:
    """Invoice so many paid orders that have no invoice yet, the first paid first, and tell how many there were."""
    orders = session.execute(
        sa.select(_ORDERS)
        .where(_IS_DUE)
        .order_by(_ORDERS.c.paid_at, _ORDERS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    _issue(session, orders, now)
    return len(orders)


def write_credit_notes(
    session: Session,
    *,
    order: Any,
    refund_id: UUID,
    given_back: Sequence[tuple[UUID, int, PartsOfSale]],
    note: str,
    now: datetime,
) -> None:
    """Write down for each organizer what was given back of an order: line, places and what they consisted of.

    The order is locked by the caller, as it was before, and gets its invoice first should that not be written yet.
    """
    if order.invoiced_at is None and order.refunded_minor:
        return
    if order.invoiced_at is None:
        _issue(session, [order], now)
    rows = {row.id: row for row in _lines_of(session, [order.id])[order.id]}
    issued = sa.select(_INVOICES.c.organizer_id, _INVOICES.c.id).where(
        _INVOICES.c.order_id == order.id, _INVOICES.c.kind == InvoiceKind.INVOICE
    )
    corrects = dict(map(tuple, session.execute(issued)))
    sold = [SoldPart(rows[line_id], quantity, parts) for line_id, quantity, parts in given_back]
    _write(
        session,
        [
            Draft(
                InvoiceKind.CREDIT_NOTE, order, of_one, corrects[of_one[0].row.organizer_id], refund_id, note
            )
            for of_one in by_organizer(sold)
        ],
        now,
    )


def _issue(session: Session, orders: Sequence[Any], now: datetime) -> None:
    if not orders:
        return
    order_ids = [order.id for order in orders]
    lines = _lines_of(session, order_ids)
    drafts = [
        Draft(InvoiceKind.INVOICE, order, of_one)
        for order in orders
        for of_one in by_organizer([whole_line(row) for row in lines[order.id]])
    ]
    _write(session, drafts, now)
    session.execute(sa.update(_ORDERS).where(_ORDERS.c.id.in_(order_ids)).values(invoiced_at=now))
    for order in orders:
        announce(session, "user", order.person_id)


def _lines_of(session: Session, order_ids: list[UUID]) -> dict[UUID, list[Any]]:
    query = (
        sa.select(
            _LINES,
            *(_EVENTS.c[name] for name in ("organizer_id", "starts_at", "timezone", "tax_basis_points")),
            _EVENTS.c.name.label("event_name"),
            _ORGANIZERS.c.name.label("seller_name"),
            _ORGANIZERS.c.contact_email.label("seller_email"),
        )
        .join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id)
        .join(_ORGANIZERS, _ORGANIZERS.c.id == _EVENTS.c.organizer_id)
        .where(_LINES.c.order_id.in_(order_ids))
        .order_by(_LINES.c.id)
    )
    lines: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        lines[row.order_id].append(row)
    return lines


def _write(session: Session, drafts: Sequence[Draft], now: datetime) -> None:
    """Number the drafts in their order and write them."""
    counts = Counter((draft.organizer_id, draft.kind) for draft in drafts)
    next_numbers = {key: last - counts[key] + 1 for key, last in _advance(session, counts).items()}
    invoices, lines = [], []
    for draft in drafts:
        key = (draft.organizer_id, draft.kind)
        invoice_id, number = new_id(), next_numbers[key]
        next_numbers[key] += 1
        invoices.append(_invoice_row(invoice_id, number, draft, now))
        lines += [_line_row(invoice_id, position, part) for position, part in enumerate(draft.sold, start=1)]
    insert_rows(session, _INVOICES, _INVOICE_COLUMNS, invoices)
    insert_rows(session, _INVOICE_LINES, _LINE_COLUMNS, lines)


def _advance(
    session: Session, counts: Counter[tuple[UUID, InvoiceKind]]
) -> dict[tuple[UUID, InvoiceKind], int]:
    """Take so many numbers of each counter, in one order for everybody, and give the last taken of each."""
    insert = sqlite.insert if dialect_of(session) == "sqlite" else postgresql.insert
    taken = {}
    for organizer_id, kind in sorted(counts):
        new = insert(_COUNTERS).values(organizer_id=organizer_id, kind=kind, last=counts[organizer_id, kind])
        advanced = new.on_conflict_do_update(
            index_elements=["organizer_id", "kind"], set_={"last": _COUNTERS.c.last + new.excluded.last}
        )
        taken[organizer_id, kind] = session.execute(advanced.returning(_COUNTERS.c.last)).scalar_one()
    return taken


def _invoice_row(invoice_id: UUID, number: int, draft: Draft, now: datetime) -> tuple[Any, ...]:
    order, first = draft.order, draft.sold[0].row
    return (
        invoice_id, draft.kind, draft.organizer_id, number, order.id, draft.corrects_id, draft.refund_id, now,
        max(part.row.starts_at for part in draft.sold), first.timezone, order.currency, draft.total_minor,
        sum(part.parts.net_minor for part in draft.sold), sum(part.parts.fee_minor for part in draft.sold),
        sum(part.parts.tax_minor for part in draft.sold), first.seller_name, first.seller_email,
        order.billing_name or order.contact_name, order.billing_address, order.contact_email, draft.note,
    )  # fmt: skip


def _line_row(invoice_id: UUID, position: int, part: SoldPart) -> tuple[Any, ...]:
    row, parts = part.row, part.parts
    return (
        invoice_id, position, row.id, row.event_name, row.tier_name, row.seat_label, part.quantity, row.price_minor,
        parts.total_minor, parts.net_minor, parts.fee_minor, parts.tax_minor, row.tax_basis_points,
    )  # fmt: skip
