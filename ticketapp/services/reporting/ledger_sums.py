"""Add up the books event by event, whole and to the cent."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.models import LedgerEntry
from ticketapp.models.base import table_of
from ticketapp.services.reporting.ledger_shares import (
    order_ids_of,
    orders_of_one_event,
    orders_of_several_events,
    parts_of,
    refund_of,
)
from ticketapp.services.reporting.ledger_words import GIVEN_BACK, KINDS, OF_EVENT, OF_ORDER, SOLD

_LEDGER = table_of(LedgerEntry)
# By currency and event, and in it by kind of transfer.
Balances = dict[tuple[str, UUID], dict[str, int]]


def balances(session: Session, wanted: sa.ColumnElement[bool], events: Mapping[UUID, Any]) -> Balances:
    """Add up by currency and event how much was moved by each kind of transfer."""
    sums: Balances = defaultdict(lambda: defaultdict(int))
    amount = sa.cast(sa.func.sum(_LEDGER.c.amount_minor), sa.BigInteger).label("amount_minor")
    by_account = (
        sa.select(_LEDGER.c.kind, _LEDGER.c.credit, _LEDGER.c.debit, _LEDGER.c.currency, amount)
        .where(wanted, _LEDGER.c.kind.in_(OF_EVENT))
        .group_by(_LEDGER.c.kind, _LEDGER.c.credit, _LEDGER.c.debit, _LEDGER.c.currency)
    )
    for row in session.execute(by_account):
        event_id = event_of(row)
        if event_id in events:
            sums[row.currency, event_id][row.kind] += row.amount_minor
    single = orders_of_one_event(list(events))
    by_order = (
        sa.select(single.c.event, _LEDGER.c.kind, _LEDGER.c.currency, amount)
        .join(single, single.c.order_id == _LEDGER.c.order_id)
        .where(wanted, _LEDGER.c.kind.in_(OF_ORDER))
        .group_by(single.c.event, _LEDGER.c.kind, _LEDGER.c.currency)
    )
    for row in session.execute(by_order):
        sums[row.currency, UUID(row.event)][row.kind] += row.amount_minor
    of_several = sa.select(_LEDGER).where(
        wanted,
        _LEDGER.c.kind.in_(OF_ORDER),
        _LEDGER.c.order_id.in_(orders_of_several_events(list(events))),
    )
    rows = session.execute(of_several).all()
    parts = parts_of(session, order_ids_of(rows))
    for row in rows:
        shares = parts.share(
            row.amount_minor, row.currency, order_id=row.order_id, refund_id=refund_of(row.kind, row.ref)
        )
        for event_id, share in shares.items():
            if event_id in events:
                sums[row.currency, event_id][row.kind] += share
    return sums


def event_of(row: Any) -> UUID:
    """Tell the event of a transfer in or out of an event's own account."""
    account = row.credit if row.kind in SOLD else row.debit
    return UUID(account.partition(":")[2])


def by_currency(sums: Balances) -> dict[str, dict[str, int]]:
    """Add up over the events."""
    added: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (currency, _), kinds in sums.items():
        for kind, amount_minor in kinds.items():
            added[currency][kind] += amount_minor
    return dict(sorted(added.items()))


def texts(kinds: Mapping[str, int], currency: str) -> dict[str, str]:
    """Write down the sums of one account or of several: what is left is all of them together."""
    parts: dict[str, int] = defaultdict(int)
    for name, amount_minor in kinds.items():
        parts[KINDS[name].part] += KINDS[name].sign * amount_minor
    given_back = sum(kinds.get(name, 0) for name in GIVEN_BACK)
    minor = {
        "sales": sum(kinds.get(name, 0) for name in SOLD),
        "refunds": -given_back,
        "disputes": parts["disputes"],
        "costs": parts["costs"],
        "kept": sum(parts[part] for part in ("revenue", "fees", "tax", "disputes", "costs")),
        "fees": -parts["fees"],
        "taxes": -parts["tax"],
        "due": parts["revenue"] + parts["disputes"] + parts["costs"],
        "deducted": -parts["fees"] - parts["tax"],
    }
    owed_minor = given_back + parts["owed"]
    written = {f"{name}_text": signed_text(amount_minor, currency) for name, amount_minor in minor.items()}
    return {**written, "owed_text": signed_text(owed_minor, currency) if owed_minor else ""}


def cash_minor(kinds: Mapping[str, int]) -> int:
    """Tell what transfers that touch the provider's account leave there."""
    return sum(KINDS[name].sign * amount_minor for name, amount_minor in kinds.items())


def signed_text(amount_minor: int, currency: str) -> str:
    """Write an amount with a minus before it when it is below zero."""
    text = money_text(Money(abs(amount_minor), Currency(currency)))
    return f"\N{MINUS SIGN}{text}" if amount_minor < 0 else text
