"""Read the books of one's own events: balances of their accounts, and every transfer behind them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import moment_text
from ticketapp.models import Event, LedgerEntry, Order, OrderLine
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ledger.rules import fees, revenue, taxes
from ticketapp.services.reporting.ledger_views import EventAccount, LedgerPage, LedgerSums, TransferView
from ticketapp.services.reporting.order_desk_views import EventOption
from ticketapp.services.reporting.order_search import own

PAGE_SIZE = 50
EVENTS_MAX = 1_000
EXPORT_MAX = 100_000
_LEDGER, _EVENTS = table_of(LedgerEntry), table_of(Event)
_ORDERS, _LINES = table_of(Order), table_of(OrderLine)
_ACCOUNTS = {"revenue": revenue, "fees": fees, "tax": taxes}
_WORDS = {
    "revenue": "Tickets",
    "fees": "Service fee",
    "tax": "Tax",
}


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """Which part of the books is wanted: an event's slug or "", and days in UTC, both included."""

    event: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer in or out of an account of an event; back is what was given back."""

    row: Any
    event: Any
    part: str

    @property
    def is_back(self) -> bool:
        return self.row.debit.startswith(f"{self.part}:")

    @property
    def signed_minor(self) -> int:
        return -self.row.amount_minor if self.is_back else self.row.amount_minor


def read_day(text: str) -> date | None:
    """Read a day as the form sends it; None when it is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-21") else None
    except ValueError:
        return None


def read_ledger(session: Session, *, actor: Actor, asked: LedgerQuestion, page: int) -> LedgerPage:
    """Add up the accounts of the events that are asked for, and give a page of their transfers, newest first.

    Raises:
        NotFound: the event is not theirs.
    """
    events, chosen = _chosen(session, actor, asked.event)
    wanted = _wanted(chosen, asked)
    total = session.execute(sa.select(sa.func.count()).select_from(_LEDGER).where(wanted)).scalar_one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE_SIZE
    newest = _rows(wanted).order_by(_LEDGER.c.id.desc()).offset(first).limit(PAGE_SIZE)
    transfers = list(_transfers(session.execute(newest), chosen))
    balances = _balances(session, wanted, chosen)
    return LedgerPage(
        events=[EventOption(event.slug, event.name) for event in events],
        sums=_sums(balances),
        accounts=_accounts(balances, chosen),
        transfers=[_view(transfer) for transfer in transfers],
        page=page,
        pages=pages,
        total=total,
        count_text=f"{first + 1} to {first + len(transfers)} of {total}" if transfers else "",
    )


def export_ledger(session: Session, *, actor: Actor, asked: LedgerQuestion) -> list[list[str]]:
    """Give every transfer that is asked for as rows of a table, the oldest first, below the headings.

    Raises:
        NotFound: the event is not theirs.
    """
    _, chosen = _chosen(session, actor, asked.event)
    query = _rows(_wanted(chosen, asked)).order_by(_LEDGER.c.id).limit(EXPORT_MAX)
    rows = [["When (UTC)", "Event", "Order", "Account", "What", "Amount", "Currency"]]
    for transfer in _transfers(session.execute(query), chosen):
        row = transfer.row
        amount = Money(transfer.signed_minor, Currency(row.currency)).decimal
        rows.append(
            [
                row.at.astimezone(UTC).isoformat(timespec="seconds"),
                transfer.event.name,
                row.reference or "",
                _WORDS[transfer.part],
                "Given back" if transfer.is_back else "Sold",
                f"{amount:f}",
                row.currency,
            ]
        )
    return rows


def _chosen(session: Session, actor: Actor, slug: str) -> tuple[list[Any], dict[str, Any]]:
    query = (
        sa.select(_EVENTS.c.id, _EVENTS.c.slug, _EVENTS.c.name, _EVENTS.c.timezone)
        .where(own(actor))
        .order_by(_EVENTS.c.starts_at.desc(), _EVENTS.c.id)
        .limit(EVENTS_MAX)
    )
    events = list(session.execute(query))
    chosen = {str(event.id): event for event in events if slug in ("", event.slug)}
    if slug and not chosen:
        raise NotFound("We could not find this event.")
    return events, chosen


def _wanted(chosen: dict[str, Any], asked: LedgerQuestion) -> sa.ColumnElement[bool]:
    accounts = [account(event.id) for event in chosen.values() for account in _ACCOUNTS.values()]
    # The orders of an event are found by an index; the accounts have none, which a sale would pay for.
    orders = sa.select(_LINES.c.order_id).where(
        _LINES.c.event_id.in_([event.id for event in chosen.values()])
    )
    wanted = [
        _LEDGER.c.order_id.in_(orders),
        sa.or_(_LEDGER.c.credit.in_(accounts), _LEDGER.c.debit.in_(accounts)),
    ]
    if asked.first_day is not None:
        wanted.append(_LEDGER.c.at >= datetime.combine(asked.first_day, time(), UTC))
    if asked.last_day is not None:
        wanted.append(_LEDGER.c.at <= datetime.combine(asked.last_day, time.max, UTC))
    return sa.and_(*wanted)


def _rows(wanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(_LEDGER, _ORDERS.c.reference)
        .outerjoin(_ORDERS, _ORDERS.c.id == _LEDGER.c.order_id)
        .where(wanted)
    )


def _transfers(rows: Iterable[Any], chosen: dict[str, Any]) -> Iterator[Transfer]:
    for row in rows:
        for account in (row.credit, row.debit):
            part, _, event_id = account.partition(":")
            if part in _ACCOUNTS and event_id in chosen:
                yield Transfer(row, chosen[event_id], part)


Balances = dict[tuple[str, str], dict[str, int]]


def _balances(session: Session, wanted: sa.ColumnElement[bool], chosen: dict[str, Any]) -> Balances:
    """Add up by (currency, event): what each account took in, and what of it went back."""
    query = (
        sa.select(
            _LEDGER.c.credit,
            _LEDGER.c.debit,
            _LEDGER.c.currency,
            # PostgreSQL adds 64-bit numbers up to a decimal.
            sa.cast(sa.func.sum(_LEDGER.c.amount_minor), sa.BigInteger).label("amount_minor"),
        )
        .where(wanted)
        .group_by(_LEDGER.c.credit, _LEDGER.c.debit, _LEDGER.c.currency)
    )
    balances: Balances = defaultdict(lambda: defaultdict(int))
    for transfer in _transfers(session.execute(query), chosen):
        way = "back" if transfer.is_back else "in"
        sums = balances[transfer.row.currency, str(transfer.event.id)]
        sums[f"{transfer.part}-{way}"] += transfer.row.amount_minor
    return balances


def _sums(balances: Balances) -> list[LedgerSums]:
    by_currency: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (currency, _), parts in balances.items():
        for name, amount_minor in parts.items():
            by_currency[currency][name] += amount_minor
    return [
        LedgerSums(currency=currency, kept_text=_text(_kept(parts), currency), **_texts(parts, currency))
        for currency, parts in sorted(by_currency.items())
    ]


def _accounts(balances: Balances, chosen: dict[str, Any]) -> list[EventAccount]:
    in_order = list(chosen)
    ranked = sorted(balances.items(), key=lambda item: (in_order.index(item[0][1]), item[0][0]))
    return [
        EventAccount(
            event_slug=chosen[event_id].slug, event_name=chosen[event_id].name, **_texts(parts, currency)
        )
        for (currency, event_id), parts in ranked
    ]


def _kept(parts: dict[str, int]) -> int:
    return sum(amount if name.endswith("-in") else -amount for name, amount in parts.items())


def _texts(parts: dict[str, int], currency: str) -> dict[str, str]:
    def left(part: str) -> int:
        return parts[f"{part}-in"] - parts[f"{part}-back"]

    sold = sum(parts[f"{part}-in"] for part in _ACCOUNTS)
    back = sum(parts[f"{part}-back"] for part in _ACCOUNTS)
    return {
        "sales_text": _text(sold, currency),
        "refunds_text": _text(-back, currency),
        "fees_text": _text(left("fees"), currency),
        "taxes_text": _text(left("tax"), currency),
        "due_text": _text(left("revenue"), currency),
    }


def _view(transfer: Transfer) -> TransferView:
    row = transfer.row
    return TransferView(
        id=str(row.id),
        at_text=moment_text(row.at, transfer.event.timezone),
        what="Given back" if transfer.is_back else "Sold",
        account=_WORDS[transfer.part],
        event_name=transfer.event.name,
        reference=row.reference or "",
        amount_text=_text(transfer.signed_minor, row.currency),
        is_back=transfer.is_back,
    )


def _text(amount_minor: int, currency: str) -> str:
    text = money_text(Money(abs(amount_minor), Currency(currency)))
    return f"\N{MINUS SIGN}{text}" if amount_minor < 0 else text
