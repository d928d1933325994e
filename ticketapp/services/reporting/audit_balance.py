"""Compare the ledger's account of a provider with the balance there: to the cent, but for what is under way."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.integrations.provider_facts import BalanceMovement, ProviderBooks
from ticketapp.models import LedgerEntry, Payment, PaymentStatus, Refund, RefundStatus
from ticketapp.models.base import table_of
from ticketapp.services.ledger.rules import receivable, unexplained
from ticketapp.services.payments.payouts import CHARGES, DISPUTE, PAYOUTS, is_ours
from ticketapp.services.reporting.audit import Disagreement

_LEDGER, _PAYMENTS, _REFUNDS = table_of(LedgerEntry), table_of(Payment), table_of(Refund)
BALANCE = "the provider's balance is what the ledger says"
EXPLAINED = "everything that moved at the provider follows from an order or a payout"
EXCHANGED = "the provider keeps money in the currency that it was paid in"
BALANCE_CHECKS = (BALANCE, EXPLAINED, EXCHANGED)
_OF_MOVEMENTS = (
    "fee", "fee-returned", "dispute", "dispute-returned", "payout", "payout-returned", "unexplained"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ours:
    """What we have written down, by the provider's names and ours."""

    payments: Mapping[str, Any]
    refunds: Mapping[str, Any]
    unplaced: Mapping[str, Any]
    booked: frozenset[tuple[str, str]]

    def has_booked(self, ref: str, *kinds: str) -> bool:
        return any((kind, ref) in self.booked for kind in kinds)

    def taken(self, payment: Any) -> Any:
        """Give what has the amount and the currency that a payment brought: its own, unless it was not as agreed."""
        return self.unplaced.get(str(payment.id), payment)

    def charged(self, moved: BalanceMovement) -> Any:
        """Give the payment that a movement is the charge of."""
        return self.payments.get(moved.key or "") if moved.kind in CHARGES else None


def compare_balance(session: Session, *, provider: str, books: ProviderBooks) -> list[Disagreement]:
    """List the currencies whose balance differs, and the movements that are none of our doing."""
    ours = _read(session, provider)
    under_way: Counter[str] = Counter()
    for moved in books.movements:
        under_way[moved.currency] += _not_booked_yet(moved, ours)
    for currency, amount_minor in _not_moved_yet(books.movements, ours):
        under_way[currency] -= amount_minor
    said = _ledger_balance(session, receivable(provider))
    differing = [
        Disagreement(
            BALANCE,
            {
                "currency": currency,
                "provider_minor": books.balance.get(currency, 0),
                "ledger_minor": said[currency],
                "under_way_minor": under_way[currency],
            },
        )
        for currency in sorted({*books.balance, *said, *under_way})
        if books.balance.get(currency, 0) != said[currency] + under_way[currency]
    ]
    return [*differing, *_unexplained(session, provider), *_exchanged(books.movements, ours)]


def _read(session: Session, provider: str) -> _Ours:
    payments = session.execute(sa.select(_PAYMENTS).where(_PAYMENTS.c.provider == provider))
    refunds = session.execute(
        sa.select(_REFUNDS)
        .join(_PAYMENTS, _PAYMENTS.c.id == _REFUNDS.c.payment_id)
        .where(_PAYMENTS.c.provider == provider)
    )
    booked = session.execute(
        sa.select(_LEDGER.c.kind, _LEDGER.c.ref).where(_LEDGER.c.kind.in_(_OF_MOVEMENTS))
    )
    unplaced = session.execute(sa.select(_LEDGER).where(_LEDGER.c.kind == "unplaced"))
    return _Ours(
        {row.key: row for row in payments},
        {row.key: row for row in refunds},
        {row.ref: row for row in unplaced},
        frozenset((kind, ref) for kind, ref in booked),
    )


def _not_booked_yet(moved: BalanceMovement, ours: _Ours) -> int:
    """Tell how much of a movement the ledger will only hear of: the answer, the letter or the reading is under way."""
    if moved.kind in PAYOUTS:
        return 0 if ours.has_booked(moved.ref, "payout", "payout-returned") else moved.net_minor
    if not is_ours(moved, ours.payments, ours.refunds):
        return 0 if ours.has_booked(moved.ref, "unexplained") else moved.net_minor
    if moved.kind == DISPUTE:
        return 0 if ours.has_booked(moved.ref, "dispute", "dispute-returned") else moved.net_minor
    fee_minor = 0 if ours.has_booked(moved.ref, "fee", "fee-returned") else moved.fee_minor
    # What of a refund's comings and goings is booked follows from how it stands now.
    payment = ours.charged(moved)
    is_booked = (
        payment is not None and payment.status is PaymentStatus.SUCCEEDED and not _is_exchanged(moved, ours)
    )
    return (0 if is_booked else moved.amount_minor) - fee_minor


def _is_exchanged(moved: BalanceMovement, ours: _Ours) -> bool:
    """Is this a charge that the provider keeps in another currency than it was paid in?"""
    payment = ours.charged(moved)
    return payment is not None and moved.currency != ours.taken(payment).currency


def _not_moved_yet(movements: Sequence[BalanceMovement], ours: _Ours) -> Iterator[tuple[str, int]]:
    """Give what the ledger has of charges that the provider tells of a little later, and of all refunds that were made."""
    charged = {moved.key for moved in movements if moved.kind in CHARGES and not _is_exchanged(moved, ours)}
    for key, payment in ours.payments.items():
        if payment.status is PaymentStatus.SUCCEEDED and key not in charged:
            taken = ours.taken(payment)
            yield taken.currency, taken.amount_minor
    for refund in ours.refunds.values():
        if refund.status is RefundStatus.DONE and refund.settled_by is None:
            yield refund.currency, -refund.amount_minor


def _ledger_balance(session: Session, account: str) -> Counter[str]:
    balance: Counter[str] = Counter()
    for side, sign in ((_LEDGER.c.debit, 1), (_LEDGER.c.credit, -1)):
        query = (
            sa.select(_LEDGER.c.currency, sa.cast(sa.func.sum(_LEDGER.c.amount_minor), sa.BigInteger))
            .where(side == account)
            .group_by(_LEDGER.c.currency)
        )
        for currency, amount_minor in session.execute(query):
            balance[currency] += sign * amount_minor
    return balance


def _unexplained(session: Session, provider: str) -> Iterator[Disagreement]:
    account = unexplained(provider)
    query = (
        sa.select(_LEDGER)
        .where(sa.or_(_LEDGER.c.debit == account, _LEDGER.c.credit == account))
        .order_by(_LEDGER.c.id)
    )
    for row in session.execute(query):
        amount_minor = row.amount_minor if row.credit == account else -row.amount_minor
        yield Disagreement(
            EXPLAINED,
            {
                "movement": row.ref,
                "amount_minor": amount_minor,
                "currency": row.currency,
                "order": row.order_id and str(row.order_id),
            },
        )


def _exchanged(movements: Sequence[BalanceMovement], ours: _Ours) -> Iterator[Disagreement]:
    """Add up what was paid in one currency and is kept in another: the ledger has it in the one that was paid."""
    kept: dict[tuple[str, str], list[int]] = defaultdict(list)
    for moved in movements:
        if _is_exchanged(moved, ours):
            paid_in = ours.taken(ours.charged(moved)).currency
            kept[paid_in, moved.currency].append(moved.amount_minor)
    for (paid_in, kept_in), amounts in sorted(kept.items()):
        facts = {"paid_in": paid_in, "kept_in": kept_in, "payments": len(amounts)}
        yield Disagreement(EXCHANGED, {**facts, "kept_minor": sum(amounts)})
