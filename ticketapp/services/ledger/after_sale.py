"""Book what happens to money at the provider after it was paid; told again, nothing is booked again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.integrations.provider_facts import Movement
from ticketapp.integrations.sets import dialect_of
from ticketapp.models import LedgerEntry
from ticketapp.models.base import table_of
from ticketapp.services.ledger.operations import Transfer
from ticketapp.services.ledger.rules import (
    bank,
    disputed,
    provider_fees,
    receivable,
    refund_ref,
    refunds_due,
    unexplained,
)

_ENTRIES = table_of(LedgerEntry)


@dataclass(frozen=True, slots=True)
class ProviderFee:
    """What a provider kept of a payment, below zero what it gave back; `ref` is its own name for that movement."""

    ref: str
    order_id: UUID
    provider: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """Money that was given back and came back to us."""

    refund_id: UUID
    order_id: UUID
    provider: str
    amount_minor: int
    currency: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class RefundSettled:
    """Money that somebody paid back from the bank, not through the provider."""

    refund_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Disputed:
    """What a provider withdrew or returned because of a dispute."""

    order_id: UUID
    provider: str
    movements: Sequence[Movement]


@dataclass(frozen=True, slots=True)
class MovedAtProvider:
    """What moved at a provider apart from any order's doing; a minus left its balance."""

    ref: str
    provider: str
    amount_minor: int
    currency: str
    order_id: UUID | None = None


def post_payouts(session: Session, moved: Sequence[MovedAtProvider], now: datetime) -> None:
    """Book what a provider sent to the bank, and what came back from there."""
    _post_moved(session, moved, ("payout-returned", "payout"), lambda _provider: bank(), now)


def post_unexplained(session: Session, moved: Sequence[MovedAtProvider], now: datetime) -> None:
    """Book what moved at a provider and is none of our doing, so that its balance is what we say it is."""
    _post_moved(session, moved, ("unexplained", "unexplained"), unexplained, now)


def _post_moved(
    session: Session,
    moved: Sequence[MovedAtProvider],
    kinds: tuple[str, str],
    account: Callable[[str], str],
    now: datetime,
) -> None:
    transfers: list[Transfer] = []
    for one in moved:
        came, went = kinds
        owed, other = receivable(one.provider), account(one.provider)
        kind, debit, credit = (came, owed, other) if one.amount_minor > 0 else (went, other, owed)
        transfers.append(
            Transfer(kind, one.ref, debit, credit, abs(one.amount_minor), one.currency, one.order_id)
        )
    _post_once(session, transfers, now)


def post_fees(session: Session, fees: Iterable[ProviderFee], now: datetime) -> None:
    """Book a provider's fees as an expense."""
    _post_once(session, [_kept("fee", fee) for fee in fees], now)


def _kept(kind: str, fee: ProviderFee) -> Transfer:
    """Say what the provider kept; below zero it gave back what it had kept before."""
    owed, expense = receivable(fee.provider), provider_fees(fee.provider)
    if fee.amount_minor < 0:
        kind, owed, expense = f"{kind}-returned", expense, owed
    return Transfer(kind, fee.ref, expense, owed, abs(fee.amount_minor), fee.currency, fee.order_id)


def post_refund_failed(session: Session, failed: RefundFailed, now: datetime) -> None:
    """Book that the provider has the money again, and that we owe it to the buyer again."""
    transfer = Transfer(
        "refund-failed",
        refund_ref(failed.refund_id, failed.attempt),
        receivable(failed.provider),
        refunds_due(),
        failed.amount_minor,
        failed.currency,
        failed.order_id,
    )
    _post_once(session, [transfer], now)


def post_refund_settled(session: Session, settled: RefundSettled, now: datetime) -> None:
    """Book that the buyer has the money from elsewhere."""
    transfer = Transfer(
        "refund-settled",
        str(settled.refund_id),
        refunds_due(),
        bank(),
        settled.amount_minor,
        settled.currency,
        settled.order_id,
    )
    _post_once(session, [transfer], now)


def post_dispute(session: Session, dispute: Disputed, now: datetime) -> None:
    """Book every movement of a dispute: withdrawn, returned, and the fee for it."""
    owed, lost = receivable(dispute.provider), disputed()
    transfers: list[Transfer] = []
    for moved in dispute.movements:
        kind, debit, credit = (
            ("dispute", lost, owed) if moved.amount_minor < 0 else ("dispute-returned", owed, lost)
        )
        amount_minor = abs(moved.amount_minor)
        transfers.append(
            Transfer(kind, moved.ref, debit, credit, amount_minor, moved.currency, dispute.order_id)
        )
        fee = ProviderFee(moved.ref, dispute.order_id, dispute.provider, moved.fee_minor, moved.currency)
        transfers.append(_kept("dispute-fee", fee))
    _post_once(session, transfers, now)


def _post_once(session: Session, transfers: Iterable[Transfer], now: datetime) -> None:
    rows = [
        {
            "at": now,
            "kind": transfer.kind,
            "ref": transfer.ref,
            "debit": transfer.debit,
            "credit": transfer.credit,
            "amount_minor": transfer.amount_minor,
            "currency": transfer.currency,
            "order_id": transfer.order_id,
        }
        for transfer in transfers
        if transfer.amount_minor
    ]
    if rows:
        insert = sqlite.insert(_ENTRIES) if dialect_of(session) == "sqlite" else postgresql.insert(_ENTRIES)
        session.execute(insert.on_conflict_do_nothing(index_elements=["kind", "ref"]), rows)
