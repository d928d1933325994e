"""The provider's own account of what it keeps for us: its movements, and the payouts they went into."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.integrations.provider_facts import BalanceMovement, PayoutFact, ProviderFacts
from ticketapp.integrations.sets import dialect_of
from ticketapp.integrations.transactions import Transactions
from ticketapp.models import Event, OrderLine, Payment, Refund, StripeMovement, StripePayout
from ticketapp.models.base import table_of
from ticketapp.services.ledger import after_sale as ledger
from ticketapp.services.messaging.changes import announce

T = TypeVar("T")
# Movements appear a little after they happened, and a payout is changed for days.
OVERLAP = timedelta(hours=1)
PAYOUTS_CHANGE_FOR = timedelta(days=14)
AT_ONCE = 200
CHARGES = ("charge", "payment")
REFUNDS = ("refund", "payment_refund", "refund_failure")
DISPUTE = "adjustment"
PAYOUTS = ("payout", "payout_cancel", "payout_failure")
_MOVEMENTS, _PAYOUTS = table_of(StripeMovement), table_of(StripePayout)
_PAYMENTS, _REFUNDS = table_of(Payment), table_of(Refund)
_EVENTS, _LINES = table_of(Event), table_of(OrderLine)


@dataclass(frozen=True, slots=True)
class PayoutReader:
    """Read on where the last reading stopped; read twice, everything is kept and booked once."""

    transactions: Transactions
    provider: str
    facts: ProviderFacts

    async def read(self) -> None:
        """Keep what moved since the last time, and what was in the payouts that are new.

        Raises:
            PaymentUnknown: the provider did not answer.
        """
        moved_until, begun_until = await asyncio.to_thread(self.transactions.read, _read_until)
        await self._keep(await self.facts.movements_since(moved_until))
        payouts = await self.facts.payouts_since(begun_until)
        unread = await self._write(lambda session, now: keep_payouts(session, payouts))
        for payout_id in unread:
            await self._keep(await self.facts.movements_in(payout_id), payout_id)

    async def _keep(self, movements: Sequence[BalanceMovement], payout_id: str | None = None) -> None:
        for first in range(0, len(movements), AT_ONCE):
            some = movements[first : first + AT_ONCE]
            await self._write(
                lambda session, now, some=some: keep_movements(
                    session, some, provider=self.provider, payout_id=payout_id, now=now
                )
            )
        if payout_id is not None:
            await self._write(lambda session, now: mark_read(session, payout_id, now))

    async def _write(self, operation: Callable[[Session, datetime], T]) -> T:
        return await asyncio.to_thread(self.transactions.write, operation)


def _read_until(session: Session, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Tell from when on to read movements and payouts; None for the first time."""
    moved = session.execute(sa.select(sa.func.max(_MOVEMENTS.c.created_at))).scalar()
    begun = session.execute(sa.select(sa.func.max(_PAYOUTS.c.created_at))).scalar()
    return moved and moved - OVERLAP, begun and min(begun, now) - PAYOUTS_CHANGE_FOR


def keep_payouts(session: Session, payouts: Sequence[PayoutFact]) -> list[str]:
    """Keep payouts as they stand now; give the itemised ones whose movements were not read yet."""
    if payouts:
        insert = sqlite.insert(_PAYOUTS) if dialect_of(session) == "sqlite" else postgresql.insert(_PAYOUTS)
        changing = ("status", "is_itemised", "arrives_at")
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["id"], set_={name: insert.excluded[name] for name in changing}
            ),
            [
                {
                    "id": payout.id,
                    "amount_minor": payout.amount_minor,
                    "currency": payout.currency,
                    "status": payout.status,
                    "is_itemised": payout.is_itemised,
                    "arrives_at": payout.arrives_at,
                    "created_at": payout.created_at,
                }
                for payout in payouts
            ],
        )
    unread = sa.and_(_PAYOUTS.c.is_itemised, _PAYOUTS.c.read_at.is_(None))
    return list(session.scalars(sa.select(_PAYOUTS.c.id).where(unread).order_by(_PAYOUTS.c.created_at)))


def mark_read(session: Session, payout_id: str, now: datetime) -> None:
    """Write down that all that was in a payout is kept, and tell whom it concerns."""
    session.execute(
        sa.update(_PAYOUTS)
        .where(_PAYOUTS.c.id == payout_id, _PAYOUTS.c.read_at.is_(None))
        .values(read_at=now)
    )
    concerned = (
        sa.select(_EVENTS.c.organizer_id)
        .join(_LINES, _LINES.c.event_id == _EVENTS.c.id)
        .join(_MOVEMENTS, _MOVEMENTS.c.order_id == _LINES.c.order_id)
        .where(_MOVEMENTS.c.payout_id == payout_id)
        .distinct()
    )
    for organizer_id in session.scalars(concerned):
        announce(session, "org", organizer_id)


@dataclass(frozen=True, slots=True)
class _Ours:
    """Our payments and refunds that movements are of, by key."""

    payments: dict[str, Any]
    refunds: dict[str, Any]

    def refund_of(self, moved: BalanceMovement) -> UUID | None:
        refund = self.refunds.get(moved.refund_key or "")
        return refund and refund.id

    def order_of(self, moved: BalanceMovement) -> UUID | None:
        # A refund knows its order also when the adapter's own book has lost the payment.
        of = self.payments.get(moved.key or "") or self.refunds.get(moved.refund_key or "")
        return of and of.order_id


def keep_movements(
    session: Session,
    movements: Sequence[BalanceMovement],
    *,
    provider: str,
    payout_id: str | None,
    now: datetime,
) -> None:
    """Keep movements, in a payout or not yet, and book those that nothing of ours has booked: fees, payouts, the unexplained."""
    if not movements:
        return
    ours = _ours(session, movements)
    insert = sqlite.insert(_MOVEMENTS) if dialect_of(session) == "sqlite" else postgresql.insert(_MOVEMENTS)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["id"],
            set_={"payout_id": sa.func.coalesce(insert.excluded.payout_id, _MOVEMENTS.c.payout_id)},
        ),
        [
            {
                "id": one.ref,
                "kind": one.kind,
                "amount_minor": one.amount_minor,
                "fee_minor": one.fee_minor,
                "currency": one.currency,
                "source_id": one.source_ref,
                "order_id": ours.order_of(one),
                "refund_id": ours.refund_of(one),
                "payout_id": payout_id,
                "created_at": one.created_at,
            }
            for one in movements
        ],
    )
    _book(session, movements, ours, provider, now)


def _book(
    session: Session, movements: Sequence[BalanceMovement], ours: _Ours, provider: str, now: datetime
) -> None:
    payouts: list[ledger.MovedAtProvider] = []
    unexplained: list[ledger.MovedAtProvider] = []
    fees: list[ledger.ProviderFee] = []
    for one in movements:
        order_id = ours.order_of(one)
        moved = ledger.MovedAtProvider(one.ref, provider, one.net_minor, one.currency, order_id)
        if one.kind in PAYOUTS:
            payouts.append(moved)
        elif order_id is None or not is_ours(one, ours.payments, ours.refunds):
            unexplained.append(moved)
        elif one.kind != DISPUTE:
            fees.append(ledger.ProviderFee(one.ref, order_id, provider, one.fee_minor, one.currency))
    ledger.post_fees(session, fees, now)
    ledger.post_payouts(session, payouts, now)
    ledger.post_unexplained(session, unexplained, now)


def is_ours(moved: BalanceMovement, payments: Collection[str], refunds: Collection[str]) -> bool:
    """Tell whether a movement follows from what we know of: a refund that somebody made at the provider does not."""
    if moved.kind in REFUNDS:
        return moved.refund_key in refunds
    return moved.kind in (*CHARGES, DISPUTE) and moved.key in payments


def _ours(session: Session, movements: Sequence[BalanceMovement]) -> _Ours:
    def by_key(table: sa.Table, keys: Collection[str | None]) -> dict[str, Any]:
        query = sa.select(table.c.key, table.c.id, table.c.order_id).where(table.c.key.in_(keys))
        return {row.key: row for row in session.execute(query)}

    return _Ours(
        by_key(_PAYMENTS, {one.key for one in movements if one.key}),
        by_key(_REFUNDS, {one.refund_key for one in movements if one.refund_key}),
    )
