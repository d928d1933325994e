"""Make orders, let money begin to move for them, and cancel unpaid ones. Settling is in `settling`, expiry in `expiring`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError, NotFound
from ticketapp.integrations.sets import among, insert_rows
from ticketapp.integrations.transactions import takes_turns
from ticketapp.models import (
    DeliveryChoice,
    Event,
    EventStatus,
    HoldStatus,
    LogEntry,
    OpenOrder,
    Order,
    OrderLine,
    OrderStatus,
)
from ticketapp.models.base import table_of
from ticketapp.services.contract import CheckoutRequest
from ticketapp.services.inventory import orders as stock
from ticketapp.services.messaging.changes import announce
from ticketapp.services.ordering.errors import (
    EventCalledOff,
    NotCancellable,
    OrderAlreadyPaid,
    OrderNotPayable,
    PaymentUnderWay,
    ReservationExpired,
)
from ticketapp.services.ordering.facts import load_facts, lock_open_orders, lock_people
from ticketapp.services.ordering.placing import Placing
from ticketapp.services.ordering.requests import Contact, PlacedOrder, PlaceOrder
from ticketapp.services.ordering.wishes import hold_wishes

_ORDERS, _LINES, _OPEN = table_of(Order), table_of(OrderLine), table_of(OpenOrder)
_LOG, _EVENTS = table_of(LogEntry), table_of(Event)
_ORDER_COLUMNS = (
    "id", "reference", "person_id", "status", "currency", "total_minor", "fees_minor", "tax_minor", "refunded_minor",
    "contact_name", "contact_email", "billing_name", "billing_address", "delivery", "delivery_address", "created_at",
    "expires_at", "paying_at",
)  # fmt: skip
_LINE_COLUMNS = (
    "id", "order_id", "event_id", "tier_id", "seat_id", "hold_id", "tier_name", "seat_label", "quantity",
    "price_minor", "fee_minor", "tax_minor",
)  # fmt: skip
_LOG_COLUMNS = ("at", "kind", "version", "subject", "actor", "data")
_LOCK_ORDERS = (
    sa.select(_ORDERS).where(among(_ORDERS.c.id, "orders")).order_by(_ORDERS.c.id).with_for_update()
)

# The events of an order that decide whether and how it is paid.
_EVENTS_TO_HEED = (
    sa.select(_LINES.c.order_id, _EVENTS.c.name, _EVENTS.c.status, _EVENTS.c.authorises_first)
    .join(_EVENTS, _EVENTS.c.id == _LINES.c.event_id)
    .where(
        among(_LINES.c.order_id, "orders"),
        sa.or_(_EVENTS.c.status == EventStatus.CANCELLED, _EVENTS.c.authorises_first),
    )
)


@takes_turns
def place_orders(
    session: Session, requests: Sequence[PlaceOrder], now: datetime
) -> list[PlacedOrder | AppError]:
    """Decide a batch of order requests in arrival order: each becomes one order of all its holds, or a refusal.

    Run through `runtime.grouped`. A request whose holds have an order already gets that order again.
    """
    return _decide(session, Placing(requests, now))


def place_orders_to_pay(
    session: Session, requests: Sequence[PlaceOrder], now: datetime
) -> list[PlacedOrder | AppError]:
    """Do what `place_orders` does and commit each new order that costs something to a payment at once."""
    return _decide(session, Placing(requests, now, begins_paying=True))


def _decide(session: Session, placing: Placing) -> list[PlacedOrder | AppError]:
    people = {request.person_id for request in placing.requests}
    guests = lock_people(session, people)
    # Orders before stock, as everywhere: wishes take the stock's lock.
    open_rows = lock_open_orders(session, people)
    placing.refused = hold_wishes(session, placing.requests, placing.now)
    placing.facts = load_facts(session, placing.requests, guests, open_rows, placing.now)
    outcomes = placing.decide_all()
    _cancel_replaced(session, placing)
    _write_made(session, placing)
    _update_contacts(session, placing)
    return outcomes


def _cancel_replaced(session: Session, placing: Placing) -> None:
    ended = [order.order_id for order in placing.replaced]
    if ended:
        end_orders(session, ended, OrderStatus.CANCELLED, "replaced", placing.now)
        log_orders(
            session, "order.replaced", ((o.order_id, o.person_id, {}) for o in placing.replaced), placing.now
        )


def _write_made(session: Session, placing: Placing) -> None:
    made, now = list(placing.made.values()), placing.now
    if not made:
        return
    insert_rows(
        session,
        _ORDERS,
        _ORDER_COLUMNS,
        [_order_row(order, placing.contacts[order.order_id], now) for order in made],
    )
    insert_rows(
        session,
        _LINES,
        _LINE_COLUMNS,
        [
            (
                line.line_id, order.order_id, line.event_id, line.tier_id, line.seat_id, line.hold_id, line.tier_name,
                line.seat_label, line.quantity, line.price_minor, line.fee_minor, line.tax_minor,
            )
            for order in made
            for line in order.lines
        ],
    )  # fmt: skip
    open_now = [order for order in made if order.status is OrderStatus.AWAITING_PAYMENT]
    insert_rows(
        session,
        _OPEN,
        ("person_id", "event_id", "order_id"),
        [(o.person_id, event_id, o.order_id) for o in open_now for event_id in o.event_ids],
    )
    wanted = {line.hold_id: order.order_id for order in open_now for line in order.lines}
    events = {line.event_id for order in open_now for line in order.lines}
    if stock.attach_to_orders(session, wanted, events, now) != set(wanted):
        # A hold ended between our look and the lock. Decided one by one, only its owner hears of it.
        raise ReservationExpired
    log_orders(
        session,
        "order.placed",
        ((o.order_id, o.person_id, {"total_minor": o.total_minor}) for o in made),
        now,
    )
    for order in made:
        announce(session, "user", order.person_id)


def _order_row(order: PlacedOrder, contact: Contact, now: datetime) -> tuple[Any, ...]:
    return (
        order.order_id, order.reference, order.person_id, order.status, order.currency, order.total_minor,
        sum(line.fee_minor for line in order.lines), sum(line.tax_minor for line in order.lines), 0,
        contact.name, contact.email, contact.billing_name, contact.billing_address, contact.delivery,
        contact.delivery_address, now, order.expires_at, now if order.is_paying else None,
    )  # fmt: skip


def _update_contacts(session: Session, placing: Placing) -> None:
    changed = {key: contact for key, contact in placing.contacts.items() if key not in placing.made}
    for order_id, contact in changed.items():
        session.execute(
            sa.update(_ORDERS)
            .where(_ORDERS.c.id == order_id, _ORDERS.c.status == OrderStatus.AWAITING_PAYMENT)
            .values(
                contact_name=contact.name,
                contact_email=contact.email,
                billing_name=contact.billing_name,
                billing_address=contact.billing_address,
                delivery=DeliveryChoice(contact.delivery),
                delivery_address=contact.delivery_address,
            )
        )


def lock_orders(session: Session, order_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Lock orders in id order and give their rows as they are under the lock."""
    if not order_ids:
        return {}
    return {row.id: row for row in session.execute(_LOCK_ORDERS, {"orders": sorted(set(order_ids))})}


def begin_paying(
    session: Session, requests: Sequence[CheckoutRequest], now: datetime
) -> list[CheckoutRequest | AppError]:
    """Commit orders to a payment, each to at most one at a time; money may move only for those accepted here.

    What is given back says whether an event of the order wants money set aside before it is taken.
    """
    rows = lock_orders(session, [request.ref for request in requests])
    begun: set[UUID] = set()
    outcomes: list[CheckoutRequest | AppError] = []
    heeded = session.execute(_EVENTS_TO_HEED, {"orders": list(rows)}).all()
    called_off = {row.order_id: row.name for row in heeded if row.status is EventStatus.CANCELLED}
    authorised_first = {row.order_id for row in heeded if row.authorises_first}
    for request in requests:
        refusal = _why_not_payable(rows.get(request.ref), request, begun, now)
        if refusal is None and request.ref in called_off:
            refusal = EventCalledOff(called_off[request.ref])
        if refusal is None:
            begun.add(request.ref)
        outcomes.append(refusal or replace(request, authorises_first=request.ref in authorised_first))
    if begun:
        session.execute(sa.update(_ORDERS).where(_ORDERS.c.id.in_(begun)).values(paying_at=now))
    return outcomes


def _why_not_payable(row: Any, request: CheckoutRequest, begun: set[UUID], now: datetime) -> AppError | None:
    if row is None or row.person_id != request.actor:
        return NotFound("We could not find this order.")
    if row.paying_at is not None or row.id in begun:
        return PaymentUnderWay(row.reference)
    if row.status is OrderStatus.PAID:
        return OrderAlreadyPaid(row.reference)
    if row.status is not OrderStatus.AWAITING_PAYMENT:
        return OrderNotPayable(f"This order is already {row.status.replace('_', ' ')}. Nothing was charged.")
    if row.expires_at <= now:
        return ReservationExpired()
    if (row.total_minor, row.currency) != (request.amount_minor, request.currency):
        return OrderNotPayable("The amount of this order changed. Nothing was charged. Look at it again.")
    return None


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel a person's unpaid order and free its places."""

    person_id: UUID
    order_id: UUID
    reason: str = "by_buyer"


@takes_turns
def cancel_orders(
    session: Session, requests: Sequence[CancelOrder], now: datetime
) -> list[OrderStatus | AppError]:
    """Cancel unpaid orders; one that is cancelled already stays so, and one that money may move for is refused."""
    rows = lock_orders(session, [request.order_id for request in requests])
    ending: dict[UUID, str] = {}
    outcomes: list[OrderStatus | AppError] = []
    for request in requests:
        row = rows.get(request.order_id)
        refusal = _why_not_cancellable(row, request)
        if refusal is None and row is not None and row.status is OrderStatus.AWAITING_PAYMENT:
            ending.setdefault(row.id, request.reason)
        outcomes.append(refusal or OrderStatus.CANCELLED)
    if ending:
        # All at once, so that the stock of several events is locked in order.
        stock.release_for_orders(session, list(ending), now, status=HoldStatus.RELEASED)
    for reason in set(ending.values()):
        end_orders(
            session, [key for key in ending if ending[key] == reason], OrderStatus.CANCELLED, reason, now
        )
    log_orders(
        session,
        "order.cancelled",
        ((key, rows[key].person_id, {"reason": reason}) for key, reason in ending.items()),
        now,
    )
    for key in ending:
        announce(session, "user", rows[key].person_id)
    return outcomes


def cancel_orders_of_event(session: Session, *, event_id: UUID, limit: int, now: datetime) -> int:
    """Cancel so many unpaid orders of a cancelled event and tell how many.

    One that is being paid is left to its payment, which finds the event cancelled and goes back.
    """
    idle = (
        sa.select(_OPEN.c.order_id)
        .join(_ORDERS, _ORDERS.c.id == _OPEN.c.order_id)
        .where(
            _OPEN.c.event_id == event_id,
            _ORDERS.c.status == OrderStatus.AWAITING_PAYMENT,
            _ORDERS.c.paying_at.is_(None),
        )
    )
    rows = lock_orders(session, session.execute(idle.limit(limit)).scalars().all())
    cancelled = cancel_orders(
        session, [CancelOrder(row.person_id, row.id, "event_cancelled") for row in rows.values()], now
    )
    return sum(1 for outcome in cancelled if not isinstance(outcome, AppError))


def has_open_orders(session: Session, event_id: UUID) -> bool:
    """Does anybody still have an order of this event that has not ended?"""
    return (
        session.scalar(sa.select(_OPEN.c.order_id).where(_OPEN.c.event_id == event_id).limit(1)) is not None
    )


def _why_not_cancellable(row: Any, request: CancelOrder) -> AppError | None:
    if row is None or row.person_id != request.person_id:
        return NotFound("We could not find this order.")
    if row.status is OrderStatus.CANCELLED:
        return None
    if row.status is not OrderStatus.AWAITING_PAYMENT:
        return NotCancellable(f"This order is already {row.status.replace('_', ' ')}.")
    return PaymentUnderWay(row.reference) if row.paying_at is not None else None


def end_orders(
    session: Session, order_ids: list[UUID], status: OrderStatus, reason: str, now: datetime
) -> None:
    """Write the end of orders that are locked; what becomes of their holds is the caller's to say."""
    session.execute(
        sa.update(_ORDERS)
        .where(_ORDERS.c.id.in_(order_ids))
        .values(status=status, ended_at=now, end_reason=reason, paying_at=None, confirmed_at=None)
    )
    session.execute(sa.delete(_OPEN).where(_OPEN.c.order_id.in_(order_ids)))


def log_orders(
    session: Session, kind: str, entries: Iterable[tuple[UUID, UUID, dict[str, Any]]], now: datetime
) -> None:
    """Write one log entry per order: its id, who acted, what is worth knowing."""
    insert_rows(
        session,
        _LOG,
        _LOG_COLUMNS,
        [(now, kind, 1, order_id, actor, data) for order_id, actor, data in entries],
    )
