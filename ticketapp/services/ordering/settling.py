"""What the result of a payment does to an order: the only way an order becomes paid."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError, NotFound
from ticketapp.integrations.sets import among
from ticketapp.integrations.transactions import takes_turns
from ticketapp.models import Event, EventStatus, HoldStatus, OpenOrder, Order, OrderLine, OrderStatus
from ticketapp.models.base import table_of
from ticketapp.models.order import ORDER_MOVES
from ticketapp.services.contract import PaymentResult, ResultStatus
from ticketapp.services.inventory import orders as stock
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.jobs import NewJob, enqueue_many
from ticketapp.services.ordering.errors import OrderNotPayable, PaymentUnderWay
from ticketapp.services.ordering.facts import ordered_line
from ticketapp.services.ordering.operations import end_orders, lock_orders, log_orders
from ticketapp.services.ordering.requests import OrderedLine
from ticketapp.services.ticketing.issuing import issue_tickets

_ORDERS, _LINES, _OPEN, _EVENTS = table_of(Order), table_of(OrderLine), table_of(OpenOrder), table_of(Event)
PAID_BUT_NO_HOLD = "paid_but_no_hold"
NOT_CONFIRMED = "not_confirmed"
ORDER_MAIL = "order-mail"
_SOLD_LINES = (
    sa.select(_LINES, _EVENTS.c.organizer_id, _EVENTS.c.status.label("event_status"))
    .join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id)
    .where(among(_LINES.c.order_id, "orders"))
    .order_by(_LINES.c.id)
)
_PAY = (
    sa.update(_ORDERS)
    .where(among(_ORDERS.c.id, "orders"))
    .values(
        status=OrderStatus.PAID,
        paid_at=sa.bindparam("now"),
        paying_at=None,
        confirmed_at=None,
        ended_at=None,
        end_reason=None,
    )
)
_CLOSE = sa.delete(_OPEN).where(among(_OPEN.c.order_id, "orders"))


@dataclass(frozen=True, slots=True)
class Settled:
    """How an order stands after a result was told; `is_placed` says that this very result paid for it."""

    order_id: UUID
    reference: str
    person_id: UUID
    status: OrderStatus
    is_placed: bool
    paid_at: datetime | None
    lines: tuple[OrderedLine, ...] = ()


def apply_results(session: Session, results: Sequence[PaymentResult], now: datetime) -> dict[UUID, Settled]:
    """Tell orders how paying for them ended, each order at most once in a call.

    Paid: holds are confirmed (ended ones taken again if they are free), tickets issued, mail promised. An order that
    cannot have its places is not placed and ends; the caller returns the money. Failed or expired: the order may be
    paid again while its time lasts. Asked: its time lasts longer, up to a limit. Authorised: its places become its own;
    one that cannot have them ends, and the caller lets go of the money (`is_still_wanted`).
    """
    rows = lock_orders(session, [result.ref for result in results])
    paid = [rows[result.ref] for result in results if result.status is ResultStatus.PAID]
    free_again = [
        result.ref for result in results if result.status in (ResultStatus.FAILED, ResultStatus.EXPIRED)
    ]
    asked = [rows[result.ref] for result in results if result.status is ResultStatus.ASKED]
    if free_again:
        session.execute(
            sa.update(_ORDERS).where(_ORDERS.c.id.in_(free_again)).values(paying_at=None, confirmed_at=None)
        )
        enqueue_many(
            session,
            [mail_job(key, "refused", now) for key in free_again if rows[key].confirmed_at is not None],
        )
    _keep_while_bank_asks(
        session, [row.id for row in asked if row.status is OrderStatus.AWAITING_PAYMENT], now
    )
    _confirm(
        session, [rows[result.ref] for result in results if result.status is ResultStatus.AUTHORISED], now
    )
    settled = {row.id: _as_it_stands(row) for row in rows.values()}
    settled |= _place(session, [row for row in paid if OrderStatus.PAID in ORDER_MOVES[row.status]], now)
    for row in rows.values():
        announce(session, "user", row.person_id)
    return settled


def _as_it_stands(row: Any) -> Settled:
    return Settled(row.id, row.reference, row.person_id, row.status, is_placed=False, paid_at=row.paid_at)


def _keep_while_bank_asks(session: Session, order_ids: list[UUID], now: datetime) -> None:
    if not order_ids:
        return
    for order_id, end in stock.keep_for_bank(session, order_ids, now).items():
        session.execute(sa.update(_ORDERS).where(_ORDERS.c.id == order_id).values(expires_at=end))


def _confirm(session: Session, rows: Sequence[Any], now: datetime) -> None:
    """Make the places of orders their own before the money that is set aside for them is taken.

    They stay held, and nothing but the payment ends such an order any more.
    """
    if not rows:
        return
    unpaid = [row for row in rows if row.status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRING)]
    lines = _lines_of(session, [row.id for row in unpaid])
    held = stock.still_held(session, [line.hold_id for row in unpaid for line in lines[row.id]])
    confirmed = {
        row.id for row in unpaid if all(_is_on(line) and line.hold_id in held for line in lines[row.id])
    }
    session.execute(sa.update(_ORDERS).where(_ORDERS.c.id.in_(confirmed)).values(confirmed_at=now))
    log_orders(
        session,
        "order.confirmed",
        ((row.id, row.person_id, {}) for row in unpaid if row.id in confirmed),
        now,
    )
    _end_unconfirmed(session, [row for row in unpaid if row.id not in confirmed], now)
    ended = [row for row in rows if row.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED)]
    enqueue_many(session, [mail_job(row.id, "let_go", now) for row in ended])


def is_still_wanted(session: Session, *, order_id: UUID, now: datetime) -> bool:
    """Tell whether money that is set aside for an order is to be taken; one whose event was cancelled meanwhile ends."""
    row = lock_orders(session, [order_id]).get(order_id)
    if row is None or row.confirmed_at is None:
        return False
    if all(_is_on(line) for line in _lines_of(session, [order_id])[order_id]):
        return True
    _end_unconfirmed(session, [row], now)
    announce(session, "user", row.person_id)
    return False


def _is_on(line: Any) -> bool:
    return line.event_status is not EventStatus.CANCELLED


def _end_unconfirmed(session: Session, rows: Sequence[Any], now: datetime) -> None:
    """End orders that cannot have their places before any money was taken for them."""
    if not rows:
        return
    stock.release_for_orders(session, [row.id for row in rows], now, status=HoldStatus.RELEASED)
    for before, after in (
        (OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLED),
        (OrderStatus.EXPIRING, OrderStatus.EXPIRED),
    ):
        end_orders(session, [row.id for row in rows if row.status is before], after, NOT_CONFIRMED, now)
    log_orders(session, "order.not_confirmed", ((row.id, row.person_id, {}) for row in rows), now)
    enqueue_many(session, [mail_job(row.id, "let_go", now) for row in rows])


def _place(session: Session, rows: Sequence[Any], now: datetime) -> dict[UUID, Settled]:
    if not rows:
        return {}
    lines = _lines_of(session, [row.id for row in rows])
    possible = [row.id for row in rows if all(_is_on(line) for line in lines[row.id])]
    confirmed = stock.confirm_for_orders(session, possible, now)
    placed = [row for row in rows if row.id in confirmed]
    _write_paid(session, placed, lines, now)
    _end_unplaced(session, [row for row in rows if row.id not in confirmed], now)
    return {
        row.id: Settled(
            row.id,
            row.reference,
            row.person_id,
            OrderStatus.PAID if row.id in confirmed else OrderStatus.REFUNDED,
            is_placed=row.id in confirmed,
            paid_at=now if row.id in confirmed else None,
            lines=tuple(ordered_line(line) for line in lines[row.id]),
        )
        for row in rows
    }


def _lines_of(session: Session, order_ids: list[UUID]) -> dict[UUID, list[Any]]:
    lines: dict[UUID, list[Any]] = defaultdict(list)
    for line in session.execute(_SOLD_LINES, {"orders": order_ids}):
        lines[line.order_id].append(line)
    return lines


def _write_paid(session: Session, rows: Sequence[Any], lines: dict[UUID, list[Any]], now: datetime) -> None:
    if not rows:
        return
    order_ids = [row.id for row in rows]
    session.execute(_PAY, {"orders": order_ids, "now": now})
    session.execute(_CLOSE, {"orders": order_ids})
    issue_tickets(session, [(row, lines[row.id]) for row in rows], now)
    log_orders(
        session,
        "order.paid",
        ((row.id, row.person_id, {"total_minor": row.total_minor}) for row in rows),
        now,
    )
    enqueue_many(session, (mail_job(row.id, "paid", now) for row in rows))
    for row in rows:
        for organizer_id in {line.organizer_id for line in lines[row.id]}:
            announce(session, "org", organizer_id)


def _end_unplaced(session: Session, rows: Sequence[Any], now: datetime) -> None:
    """End orders that were paid but cannot have their places: what they still hold is freed, the money goes back."""
    if not rows:
        return
    order_ids = [row.id for row in rows]
    stock.release_for_orders(session, order_ids, now, status=HoldStatus.RELEASED)
    session.execute(
        sa.update(_ORDERS)
        .where(_ORDERS.c.id.in_(order_ids))
        .values(
            status=OrderStatus.REFUNDED,
            ended_at=now,
            end_reason=PAID_BUT_NO_HOLD,
            paying_at=None,
            confirmed_at=None,
            refunded_minor=_ORDERS.c.total_minor,
        )
    )
    session.execute(_CLOSE, {"orders": order_ids})
    log_orders(session, "order.paid_but_no_hold", ((row.id, row.person_id, {}) for row in rows), now)
    enqueue_many(session, (mail_job(row.id, "refunded", now) for row in rows))


def mail_job(order_id: UUID, about: str, now: datetime, **facts: int) -> NewJob:
    """Promise an order's buyer a mail about one thing, once; `facts` are what it needs to say and the order does not tell."""
    payload = {"order": str(order_id), "about": about, **facts}
    return NewJob(ORDER_MAIL, f"{ORDER_MAIL}:{order_id}:{about}", payload, run_at=now)


@dataclass(frozen=True, slots=True)
class ConfirmFree:
    """Confirm a person's order that costs nothing."""

    person_id: UUID
    order_id: UUID


@takes_turns
def confirm_free(
    session: Session, requests: Sequence[ConfirmFree], now: datetime
) -> list[Settled | AppError]:
    """Confirm orders with a total of zero: there is no payment to wait for."""
    rows = lock_orders(session, [request.order_id for request in requests])
    refusals = {
        request: _why_not_free(rows.get(request.order_id), request, now)
        for request in dict.fromkeys(requests)
    }
    unpaid = [
        rows[request.order_id]
        for request, refusal in refusals.items()
        if refusal is None and rows[request.order_id].status is OrderStatus.AWAITING_PAYMENT
    ]
    settled = {row.id: _as_it_stands(row) for row in rows.values()} | _place(session, unpaid, now)
    for row in unpaid:
        announce(session, "user", row.person_id)
    return [refusals[request] or settled[request.order_id] for request in requests]


def _why_not_free(row: Any, request: ConfirmFree, now: datetime) -> AppError | None:
    if row is None or row.person_id != request.person_id:
        return NotFound("We could not find this order.")
    if row.total_minor != 0:
        return OrderNotPayable("This order is not free.")
    if row.paying_at is not None:
        return PaymentUnderWay(row.reference)
    if row.status is OrderStatus.PAID:
        return None
    if row.status is not OrderStatus.AWAITING_PAYMENT or row.expires_at <= now:
        return OrderNotPayable("This order has ended. Choose your tickets again.")
    return None
