"""Write money movements down: one transfer per row, from the credit to the debit account, never changed again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ticketapp.integrations.sets import insert_rows
from ticketapp.models import LedgerEntry
from ticketapp.models.base import table_of
from ticketapp.services.ledger.rules import (
    PartsOfSale,
    fees,
    receivable,
    refund_ref,
    refunds_due,
    revenue,
    taxes,
)

_ENTRIES = table_of(LedgerEntry)
_COLUMNS = ("at", "kind", "ref", "debit", "credit", "amount_minor", "currency", "order_id")


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount that moves between two accounts; (kind, ref) happens once."""

    kind: str
    ref: str
    debit: str
    credit: str
    amount_minor: int
    currency: str
    order_id: UUID | None


@dataclass(frozen=True, slots=True)
class Sale:
    """A payment that bought places: how much of it belongs to each event, and as what."""

    payment_id: UUID
    order_id: UUID
    provider: str
    currency: str
    parts: tuple[PartsOfSale, ...]


def post(session: Session, transfers: Iterable[Transfer], now: datetime) -> None:
    """Write transfers; amounts of zero move nothing and are left out."""
    insert_rows(
        session,
        _ENTRIES,
        _COLUMNS,
        [
            (now, t.kind, t.ref, t.debit, t.credit, t.amount_minor, t.currency, t.order_id)
            for t in transfers
            if t.amount_minor
        ],
    )


def post_sales(session: Session, sales: Sequence[Sale], now: datetime) -> None:
    """Book payments that bought places: revenue, fees and taxes of each event, owed to us by the provider."""
    post(session, (transfer for sale in sales for transfer in _sale_transfers(sale)), now)


def _sale_transfers(sale: Sale) -> Iterable[Transfer]:
    owed = receivable(sale.provider)
    for part in sale.parts:
        for kind, account, amount_minor in (
            ("sale", revenue(part.event_id), part.net_minor),
            ("sale-fee", fees(part.event_id), part.fee_minor),
            ("sale-tax", taxes(part.event_id), part.tax_minor),
        ):
            yield Transfer(
                kind,
                f"{sale.payment_id}:{part.event_id}",
                owed,
                account,
                amount_minor,
                sale.currency,
                sale.order_id,
            )


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A payment that bought nothing and goes back."""

    payment_id: UUID
    order_id: UUID
    provider: str
    amount_minor: int
    currency: str


def post_unplaced(session: Session, payments: Iterable[Unplaced], now: datetime) -> None:
    """Book payments that found no place: owed to us by the provider, and by us to the buyer."""
    post(
        session,
        (
            Transfer(
                "unplaced",
                str(p.payment_id),
                receivable(p.provider),
                refunds_due(),
                p.amount_minor,
                p.currency,
                p.order_id,
            )
            for p in payments
        ),
        now,
    )


@dataclass(frozen=True, slots=True)
class Reversal:
    """Places given back: what each event loses of its sale, owed to the buyer."""

    refund_id: UUID
    order_id: UUID
    currency: str
    parts: tuple[PartsOfSale, ...]


def post_reversal(session: Session, reversal: Reversal, now: datetime) -> None:
    """Book that places were given back; the money itself follows with `post_refund_paid`."""
    post(
        session,
        (
            Transfer(
                kind,
                f"{reversal.refund_id}:{part.event_id}",
                account,
                refunds_due(),
                amount_minor,
                reversal.currency,
                reversal.order_id,
            )
            for part in reversal.parts
            for kind, account, amount_minor in (
                ("refund", revenue(part.event_id), part.net_minor),
                ("refund-fee", fees(part.event_id), part.fee_minor),
                ("refund-tax", taxes(part.event_id), part.tax_minor),
            )
        ),
        now,
    )


@dataclass(frozen=True, slots=True)
class RefundPaid:
    """Money that the provider has sent back to a buyer."""

    refund_id: UUID
    order_id: UUID
    provider: str
    amount_minor: int
    currency: str
    attempt: int = 1


def post_refund_paid(session: Session, paid: RefundPaid, now: datetime) -> None:
    """Book that the provider gave the money back."""
    transfer = Transfer(
        "refund-paid",
        refund_ref(paid.refund_id, paid.attempt),
        refunds_due(),
        receivable(paid.provider),
        paid.amount_minor,
        paid.currency,
        paid.order_id,
    )
    post(session, [transfer], now)
