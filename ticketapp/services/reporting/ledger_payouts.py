"""What the provider paid out: whose it was, made of what, and what is still there. Everybody sees their own share."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.times import day_text
from ticketapp.models import LedgerEntry, StripeMovement, StripePayout
from ticketapp.models.base import table_of
from ticketapp.services.ledger.rules import receivable
from ticketapp.services.payments.payouts import CHARGES, DISPUTE, PAYOUTS, REFUNDS
from ticketapp.services.reporting.ledger_shares import (
    Parts,
    order_ids_of,
    orders_of_events,
    orders_of_one_event,
    parts_of,
)
from ticketapp.services.reporting.ledger_sums import balances, by_currency, cash_minor, signed_text
from ticketapp.services.reporting.ledger_views import PayoutSums, PayoutView

SHOWN_MAX = 24
PROVIDER = "stripe"
_MOVEMENTS, _PAYOUTS, _LEDGER = table_of(StripeMovement), table_of(StripePayout), table_of(LedgerEntry)
_STATUSES = {
    "pending": ("Under way", "wait"),
    "in_transit": ("Under way", "wait"),
    "paid": ("Arrived", "go"),
    "failed": ("Came back", "stop"),
    "canceled": ("Called off", "quiet"),
}
_BY_HAND = "Made by hand at Stripe, which does not tell what was in it."
_BEING_READ = "What was in it is being read."
Period = tuple[datetime | None, datetime | None]


@dataclass
class _Made:
    """What a payout is made of; `strange` names what is none of our doing."""

    parts: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)

    @property
    def total_minor(self) -> int:
        return self.parts.total()


def list_payouts(
    session: Session, *, events: Mapping[UUID, Any], sees_all: bool, period: Period
) -> list[PayoutView]:
    """List the latest payouts in which money of these events was, or all; the latest to arrive first."""
    wanted = sa.true() if sees_all else _PAYOUTS.c.id.in_(_payouts_of(events))
    first, last = period
    if first is not None:
        wanted = sa.and_(wanted, _PAYOUTS.c.arrives_at >= first)
    if last is not None:
        wanted = sa.and_(wanted, _PAYOUTS.c.arrives_at <= last)
    latest = sa.select(_PAYOUTS).where(wanted).order_by(_PAYOUTS.c.arrives_at.desc(), _PAYOUTS.c.id)
    payouts = session.execute(latest.limit(SHOWN_MAX)).all()
    whose = None if sees_all else events
    made = _made_of(session, [payout.id for payout in payouts], whose)
    return [_view(payout, made[payout.id], sees_all=sees_all) for payout in payouts]


def sum_payouts(session: Session, *, events: Mapping[UUID, Any]) -> list[PayoutSums]:
    """Tell by currency what of the money of these events was paid out, is at the provider, or was not told of yet."""
    came_back = sa.select(_MOVEMENTS.c.source_id).where(
        _MOVEMENTS.c.kind.in_(PAYOUTS[1:]), _MOVEMENTS.c.payout_id.is_(None)
    )
    is_waiting = sa.or_(_MOVEMENTS.c.payout_id.is_(None), _MOVEMENTS.c.payout_id.in_(came_back))
    waiting = _sums(session, is_waiting, events)
    paid_out = _sums(session, sa.not_(is_waiting), events)
    account = receivable(PROVIDER)
    touched = sa.and_(
        _LEDGER.c.order_id.in_(orders_of_events(list(events))),
        sa.or_(_LEDGER.c.debit == account, _LEDGER.c.credit == account),
    )
    cash = {
        currency: cash_minor(kinds)
        for currency, kinds in by_currency(balances(session, touched, events)).items()
    }
    return [
        PayoutSums(
            currency,
            signed_text(paid_out[currency], currency),
            signed_text(waiting[currency], currency),
            signed_text(cash.get(currency, 0) - paid_out[currency] - waiting[currency], currency),
        )
        for currency in sorted({*waiting, *paid_out, *cash})
    ]


def _payouts_of(events: Collection[UUID]) -> sa.Select[Any]:
    return sa.select(_MOVEMENTS.c.payout_id).where(
        _MOVEMENTS.c.payout_id.is_not(None), _MOVEMENTS.c.order_id.in_(orders_of_events(list(events)))
    )


def _made_of(
    session: Session, payout_ids: Sequence[str], whose: Collection[UUID] | None
) -> Mapping[str, _Made]:
    """Tell what payouts are made of: the share of some events, or all of it."""
    made: dict[str, _Made] = defaultdict(_Made)
    rows = session.execute(
        sa.select(_MOVEMENTS).where(_MOVEMENTS.c.payout_id.in_(payout_ids)).order_by(_MOVEMENTS.c.id)
    ).all()
    again = {row.source_id for row in rows if row.kind in PAYOUTS[1:] and row.source_id}
    # What came back from the bank goes out again as what it was made of.
    earlier = _made_of(session, sorted(again), whose) if again else {}
    parts = parts_of(session, order_ids_of(rows))
    for row in rows:
        one = made[row.payout_id]
        if row.kind in PAYOUTS[1:]:
            one.parts["other"] += earlier[row.source_id].total_minor
        elif row.kind not in PAYOUTS:
            for name, amount_minor in _amounts(row):
                one.parts[name] += _share(row, amount_minor, parts, whose)
            _tell_strange(one, row, whose)
    return made


def _amounts(row: Any) -> Iterator[tuple[str, int]]:
    name = "other"
    if row.order_id is not None and row.kind in CHARGES:
        name = "sales"
    elif row.refund_id is not None:
        name = "refunds"
    elif row.order_id is not None and row.kind == DISPUTE:
        name = "disputes"
    yield name, row.amount_minor
    yield ("other" if name == "other" else "fees"), -row.fee_minor


def _share(row: Any, amount_minor: int, parts: Parts, whose: Collection[UUID] | None) -> int:
    if whose is None:
        return amount_minor
    if row.order_id is None:
        return 0
    shares = parts.share(amount_minor, row.currency, order_id=row.order_id, refund_id=row.refund_id)
    return sum(share for event_id, share in shares.items() if event_id in whose)


def _tell_strange(one: _Made, row: Any, whose: Collection[UUID] | None) -> None:
    text = f"{row.source_id or row.id} {signed_text(row.amount_minor - row.fee_minor, row.currency)}"
    if row.order_id is not None and row.kind in REFUNDS and row.refund_id is None:
        one.strange.append(f"given back at Stripe itself: {text}")
    elif row.order_id is None and whose is None:
        one.strange.append(f"not of this shop: {text}")


def _view(payout: Any, made: _Made, *, sees_all: bool) -> PayoutView:
    status_text, tone = _STATUSES.get(payout.status, (payout.status, "quiet"))
    is_known = payout.read_at is not None
    total_minor = payout.amount_minor if sees_all else made.total_minor
    missing = payout.amount_minor - made.total_minor if sees_all and is_known else 0
    return PayoutView(
        id=payout.id,
        arrives_text=day_text(payout.arrives_at, "UTC"),
        status_text=status_text,
        tone=tone,
        amount_text=signed_text(total_minor, payout.currency),
        note=_note(payout, made.strange, missing),
        **{
            f"{name}_text": signed_text(made.parts[name], payout.currency) if is_known else ""
            for name in ("sales", "fees", "refunds", "disputes", "other")
        },
    )


def _note(payout: Any, strange: Iterable[str], missing: int) -> str:
    if payout.read_at is None:
        return _BEING_READ if payout.is_itemised else _BY_HAND
    told = list(strange)
    if missing:
        told.append(f"Stripe did not list {signed_text(missing, payout.currency)} of it")
    return "; ".join(told)


def _sums(session: Session, condition: sa.ColumnElement[bool], events: Mapping[UUID, Any]) -> Counter[str]:
    sums: Counter[str] = Counter()
    single = orders_of_one_event(list(events))
    whole = (
        sa.select(
            _MOVEMENTS.c.currency,
            sa.cast(sa.func.sum(_MOVEMENTS.c.amount_minor - _MOVEMENTS.c.fee_minor), sa.BigInteger),
        )
        .join(single, single.c.order_id == _MOVEMENTS.c.order_id)
        .where(condition)
        .group_by(_MOVEMENTS.c.currency)
    )
    for currency, amount_minor in session.execute(whole):
        sums[currency] += amount_minor
    of_several = sa.select(_MOVEMENTS).where(
        condition,
        _MOVEMENTS.c.order_id.in_(orders_of_events(list(events))),
        _MOVEMENTS.c.order_id.not_in(sa.select(single.c.order_id)),
    )
    rows = session.execute(of_several).all()
    parts = parts_of(session, order_ids_of(rows))
    for row in rows:
        for _, amount_minor in _amounts(row):
            sums[row.currency] += _share(row, amount_minor, parts, events)
    return sums
