"""Read the books of one's own events: balances of their accounts, every transfer behind them, and the payouts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency, Money
from ticketapp.core.times import moment_text
from ticketapp.models import Event, LedgerEntry, Order
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ledger.rules import fees, revenue, taxes
from ticketapp.services.reporting.ledger_payouts import list_payouts, sum_payouts
from ticketapp.services.reporting.ledger_shares import (
    Parts,
    order_ids_of,
    orders_of_events,
    parts_of,
    refund_of,
)
from ticketapp.services.reporting.ledger_sums import (
    Balances,
    balances,
    by_currency,
    event_of,
    signed_text,
    texts,
)
from ticketapp.services.reporting.ledger_views import EventAccount, LedgerPage, LedgerSums, TransferView
from ticketapp.services.reporting.ledger_words import KINDS, OF_EVENT, OF_ORDER
from ticketapp.services.reporting.order_desk_views import EventOption
from ticketapp.services.reporting.order_search import own

PAGE_SIZE = 50
EVENTS_MAX = 1_000
EXPORT_MAX = 100_000
EXPORT_AT_ONCE = 2_000
_LEDGER, _EVENTS, _ORDERS = table_of(LedgerEntry), table_of(Event), table_of(Order)
Events = Mapping[UUID, Any]


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """Which part of the books is wanted: an event's slug or "", and days in UTC, both included."""

    event: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer of the books, and how much of it concerns the events that are asked for."""

    row: Any
    events: tuple[Any, ...]
    share_minor: int

    @property
    def signed_minor(self) -> int:
        return KINDS[self.row.kind].sign * self.share_minor

    @property
    def event_names(self) -> str:
        return ", ".join(event.name for event in self.events)


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
    events, chosen, lacks_events = _chosen(session, actor, asked.event)
    wanted = _wanted(chosen, asked)
    total = session.execute(sa.select(sa.func.count()).select_from(_LEDGER).where(wanted)).scalar_one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE_SIZE
    newest = _rows(wanted).order_by(_LEDGER.c.id.desc()).offset(first).limit(PAGE_SIZE)
    transfers = _transfers(session, session.execute(newest).all(), chosen)
    sums = balances(session, wanted, chosen)
    sees_all = actor.is_admin and not asked.event
    return LedgerPage(
        events=[EventOption(event.slug, event.name) for event in events],
        sums=[LedgerSums(currency=name, **texts(kinds, name)) for name, kinds in by_currency(sums).items()],
        accounts=_accounts(sums, chosen),
        payouts=list_payouts(session, events=chosen, sees_all=sees_all, period=_period(asked)),
        payout_sums=sum_payouts(session, events=chosen),
        transfers=[_view(transfer) for transfer in transfers],
        page=page,
        pages=pages,
        total=total,
        count_text=f"{first + 1} to {first + len(transfers)} of {total}" if transfers else "",
        limits_text=_limits(total, lacks_events=lacks_events),
    )


def export_ledger(session: Session, *, actor: Actor, asked: LedgerQuestion) -> list[list[str]]:
    """Give the transfers that are asked for as rows of a table, the oldest first, below the headings.

    Of more than `EXPORT_MAX` it gives so many, and says in the last row that there are more.

    Raises:
        NotFound: the event is not theirs.
    """
    _, chosen, lacks_events = _chosen(session, actor, asked.event)
    query = _rows(_wanted(chosen, asked)).order_by(_LEDGER.c.id).limit(EXPORT_MAX + 1)
    rows = [["When (UTC)", "Event", "Order", "Account", "What", "Amount", "Currency"]]
    for some in session.execute(query).partitions(EXPORT_AT_ONCE):
        rows += [_line(transfer) for transfer in _transfers(session, some, chosen)]
    limits = _limits(len(rows) - 1, lacks_events=lacks_events)
    return [*rows[: EXPORT_MAX + 1], *([[limits]] if limits else [])]


def _line(transfer: Transfer) -> list[str]:
    row, kind = transfer.row, KINDS[transfer.row.kind]
    amount = Money(transfer.signed_minor, Currency(row.currency)).decimal
    return [
        row.at.astimezone(UTC).isoformat(timespec="seconds"),
        transfer.event_names,
        row.reference or "",
        kind.account,
        kind.what,
        f"{amount:f}",
        row.currency,
    ]


def _chosen(session: Session, actor: Actor, slug: str) -> tuple[list[Any], dict[UUID, Any], bool]:
    """Give the latest of their events, those that are asked for (one, or all of the latest), and whether some are missing."""
    query = sa.select(_EVENTS.c.id, _EVENTS.c.slug, _EVENTS.c.name, _EVENTS.c.timezone).where(own(actor))
    latest = query.order_by(_EVENTS.c.starts_at.desc(), _EVENTS.c.id).limit(EVENTS_MAX + 1)
    found = list(session.execute(latest))
    events = found[:EVENTS_MAX]
    chosen = list(session.execute(query.where(_EVENTS.c.slug == slug))) if slug else events
    if slug and not chosen:
        raise NotFound("We could not find this event.")
    return events, {event.id: event for event in chosen}, not slug and len(found) > EVENTS_MAX


def _limits(transfers: int, *, lacks_events: bool) -> str:
    """Say what is left out."""
    said: list[str] = []
    if lacks_events:
        said.append(f"Only the latest {EVENTS_MAX:,} events are added up here.")
    if transfers > EXPORT_MAX:
        said.append(
            f"A file holds the oldest {EXPORT_MAX:,} transfers, and there are more. Choose fewer days for the rest."
        )
    return " ".join(said)


def _wanted(chosen: Events, asked: LedgerQuestion) -> sa.ColumnElement[bool]:
    accounts = [name(event_id) for event_id in chosen for name in (revenue, fees, taxes)]
    is_of_event = sa.and_(
        _LEDGER.c.kind.in_(OF_EVENT),
        sa.or_(_LEDGER.c.credit.in_(accounts), _LEDGER.c.debit.in_(accounts)),
    )
    first, last = _period(asked)
    wanted = [
        # The orders of an event are found by an index; the accounts have none, which a sale would pay for.
        _LEDGER.c.order_id.in_(orders_of_events(list(chosen))),
        sa.or_(_LEDGER.c.kind.in_(OF_ORDER), is_of_event),
    ]
    if first is not None:
        wanted.append(_LEDGER.c.at >= first)
    if last is not None:
        wanted.append(_LEDGER.c.at <= last)
    return sa.and_(*wanted)


def _period(asked: LedgerQuestion) -> tuple[datetime | None, datetime | None]:
    first, last = asked.first_day, asked.last_day
    return first and datetime.combine(first, time(), UTC), last and datetime.combine(last, time.max, UTC)


def _rows(wanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(_LEDGER, _ORDERS.c.reference)
        .outerjoin(_ORDERS, _ORDERS.c.id == _LEDGER.c.order_id)
        .where(wanted)
    )


def _transfers(session: Session, rows: Sequence[Any], chosen: Events) -> list[Transfer]:
    parts = parts_of(session, order_ids_of(row for row in rows if row.kind in OF_ORDER))
    return [_transfer(row, chosen, parts) for row in rows]


def _transfer(row: Any, chosen: Events, parts: Parts) -> Transfer:
    if row.kind in OF_EVENT:
        return Transfer(row, (chosen[event_of(row)],), row.amount_minor)
    shares = parts.share(
        row.amount_minor, row.currency, order_id=row.order_id, refund_id=refund_of(row.kind, row.ref)
    )
    ours = {event_id: share for event_id, share in shares.items() if event_id in chosen}
    return Transfer(row, tuple(chosen[event_id] for event_id in ours), sum(ours.values()))


def _accounts(sums: Balances, chosen: Events) -> list[EventAccount]:
    in_order = list(chosen)
    ranked = sorted(sums.items(), key=lambda item: (in_order.index(item[0][1]), item[0][0]))
    return [
        EventAccount(
            event_slug=chosen[event_id].slug, event_name=chosen[event_id].name, **texts(kinds, currency)
        )
        for (currency, event_id), kinds in ranked
    ]


def _view(transfer: Transfer) -> TransferView:
    row, kind = transfer.row, KINDS[transfer.row.kind]
    timezone = transfer.events[0].timezone if transfer.events else "UTC"
    return TransferView(
        id=str(row.id),
        at_text=moment_text(row.at, timezone),
        what=kind.what,
        account=kind.account,
        event_name=transfer.event_names,
        reference=row.reference or "",
        amount_text=signed_text(transfer.signed_minor, row.currency),
        tone=kind.tone,
    )
