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
    orders_of_several_events,
    parts_of,
)
from ticketapp.services.reporting.ledger_sums import balances, by_currency, cash_minor, signed_text
from ticketapp.services.reporting.ledger_views import PayoutSums, PayoutView

SHOWN_MAX = 24
STRANGE_MAX = 10
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

    def add(self, part: str, amount_minor: int, fee_minor: int) -> None:
        self.parts[part] += amount_minor
        self.parts["other" if part == "other" else "fees"] -= fee_minor


_IS_RETURN = sa.and_(_MOVEMENTS.c.order_id.is_not(None), _MOVEMENTS.c.kind.in_(REFUNDS))
_PART = sa.case(
    (sa.and_(_MOVEMENTS.c.order_id.is_not(None), _MOVEMENTS.c.kind.in_(CHARGES)), "sales"),
    (_MOVEMENTS.c.refund_id.is_not(None), "refunds"),
    (sa.and_(_MOVEMENTS.c.order_id.is_not(None), _MOVEMENTS.c.kind == DISPUTE), "disputes"),
    else_="other",
).label("part")


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
    """Tell what payouts are made of: the share of some events, or all of it. They may be of any number of movements."""
    made: dict[str, _Made] = defaultdict(_Made)
    inside = sa.and_(_MOVEMENTS.c.payout_id.in_(payout_ids), _MOVEMENTS.c.kind.not_in(PAYOUTS))
    for payout_id, part, amount_minor, fee_minor in session.execute(_summed(inside, whose)):
        made[payout_id].add(part, amount_minor, fee_minor)
    if whose is not None:
        for row, amount_minor, fee_minor in _shared(session, inside, whose):
            made[row.payout_id].add(row.part, amount_minor, fee_minor)
    for row in session.execute(_strange(inside, whose)):
        made[row.payout_id].strange += _strange_texts(row)
    returned = session.execute(
        sa.select(_MOVEMENTS.c.payout_id, _MOVEMENTS.c.source_id).where(
            _MOVEMENTS.c.payout_id.in_(payout_ids), _MOVEMENTS.c.kind.in_(PAYOUTS[1:])
        )
    ).all()
    # What came back from the bank goes out again as what it was made of.
    again = sorted({row.source_id for row in returned if row.source_id})
    earlier = _made_of(session, again, whose) if again else {}
    for row in returned:
        made[row.payout_id].parts["other"] += earlier[row.source_id].total_minor
    return made


def _summed(inside: sa.ColumnElement[bool], whose: Collection[UUID] | None) -> sa.Select[*tuple[Any, ...]]:
    """Select what is not shared by several, added up by payout and part."""
    amount, fee = _sum(_MOVEMENTS.c.amount_minor), _sum(_MOVEMENTS.c.fee_minor)
    query = sa.select(_MOVEMENTS.c.payout_id, _PART, amount, fee).where(inside)
    if whose is not None:
        single = orders_of_one_event(list(whose))
        query = query.join(single, single.c.order_id == _MOVEMENTS.c.order_id)
    return query.group_by(_MOVEMENTS.c.payout_id, _PART)


def _sum(amount: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.sum(amount), sa.BigInteger)


def _shared(
    session: Session, condition: sa.ColumnElement[bool], whose: Collection[UUID]
) -> Iterator[tuple[Any, int, int]]:
    """Give the movements of orders of several events, and these events' share of amount and fee."""
    of_several = sa.select(_MOVEMENTS, _PART).where(
        condition, _MOVEMENTS.c.order_id.in_(orders_of_several_events(list(whose)))
    )
    rows = session.execute(of_several).all()
    parts = parts_of(session, order_ids_of(rows))
    for row in rows:
        yield row, _share(row, row.amount_minor, parts, whose), _share(row, row.fee_minor, parts, whose)


def _share(row: Any, amount_minor: int, parts: Parts, whose: Collection[UUID]) -> int:
    shares = parts.share(amount_minor, row.currency, order_id=row.order_id, refund_id=row.refund_id)
    return sum(share for event_id, share in shares.items() if event_id in whose)


def _strange(inside: sa.ColumnElement[bool], whose: Collection[UUID] | None) -> sa.Select[Any]:
    """Select the first movements of each payout that are none of our doing, and how many there are."""
    is_strange = sa.and_(_IS_RETURN, _MOVEMENTS.c.refund_id.is_(None))
    if whose is None:
        is_strange = sa.or_(is_strange, _MOVEMENTS.c.order_id.is_(None))
    else:
        is_strange = sa.and_(is_strange, _MOVEMENTS.c.order_id.in_(orders_of_events(list(whose))))
    payout = _MOVEMENTS.c.payout_id
    numbered = (
        sa.select(
            _MOVEMENTS,
            sa.func.row_number().over(partition_by=payout, order_by=_MOVEMENTS.c.id).label("place"),
            sa.func.count().over(partition_by=payout).label("count"),
        )
        .where(inside, is_strange)
        .subquery()
    )
    return sa.select(numbered).where(numbered.c.place <= STRANGE_MAX).order_by(numbered.c.id)


def _strange_texts(row: Any) -> Iterator[str]:
    text = f"{row.source_id or row.id} {signed_text(row.amount_minor - row.fee_minor, row.currency)}"
    yield f"{'not of this shop' if row.order_id is None else 'given back at Stripe itself'}: {text}"
    if row.place == STRANGE_MAX < row.count:
        yield f"and {row.count - STRANGE_MAX} more"


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
        sa.select(_MOVEMENTS.c.currency, _sum(_MOVEMENTS.c.amount_minor - _MOVEMENTS.c.fee_minor))
        .join(single, single.c.order_id == _MOVEMENTS.c.order_id)
        .where(condition)
        .group_by(_MOVEMENTS.c.currency)
    )
    for currency, amount_minor in session.execute(whole):
        sums[currency] += amount_minor
    for row, amount_minor, fee_minor in _shared(session, condition, events):
        sums[row.currency] += amount_minor - fee_minor
    return sums
