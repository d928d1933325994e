"""What a person is about to order: their cart in one currency, and an order of theirs that still awaits payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import (
    CartWish,
    Event,
    EventSeat,
    Hold,
    HoldStatus,
    OpenOrder,
    Order,
    OrderStatus,
    Tier,
    Venue,
)
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ordering.checkout_views import CheckoutView, ContactView, checkout_view

LINES_MAX = 500
_HOLDS, _WISHES, _TIERS, _EVENTS = table_of(Hold), table_of(CartWish), table_of(Tier), table_of(Event)
_SEATS, _VENUES, _ORDERS, _OPEN = table_of(EventSeat), table_of(Venue), table_of(Order), table_of(OpenOrder)
_OF_TIER = (
    _TIERS.c.name.label("tier_name"),
    _TIERS.c.key,
    _TIERS.c.position,
    _TIERS.c.currency,
    _TIERS.c.fee_minor,
    _EVENTS.c.name.label("event_name"),
    _EVENTS.c.slug,
    _EVENTS.c.starts_at,
    _EVENTS.c.timezone,
    _EVENTS.c.allows_guests,
    _EVENTS.c.authorises_first,
    _EVENTS.c.tax_basis_points,
    _EVENTS.c.refund_until_hours,
    _VENUES.c.name.label("venue_name"),
    _VENUES.c.city,
)
_LAST = (
    "reference",
    "contact_name", "contact_email", "billing_name", "billing_address", "delivery", "delivery_address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Open:
    """An order without an end, with the events it touches."""

    row: Any
    event_ids: frozenset[UUID]

    @property
    def is_paying(self) -> bool:
        return self.row.paying_at is not None

    def is_payable(self, now: datetime) -> bool:
        return self.row.status is OrderStatus.AWAITING_PAYMENT and self.row.expires_at > now


def get_checkout_page(
    session: Session, *, actor: Actor | None, currency: str | None, now: datetime
) -> CheckoutView:
    """Show what paying now would buy, as `place_orders` would make it: one currency, an open order of an event joined.

    With nothing in the cart it is the newest open order, so that a second card can be tried and a page left can be
    come back to.
    """
    if actor is None:
        return CheckoutView()
    open_orders = _open_orders(session, actor.person_id)
    cart = [*_cart_holds(session, actor.person_id, now), *_wishes(session, actor.person_id)]
    currencies = sorted({row.currency for row in cart})
    chosen = currency if currency in currencies else next(iter(currencies), None)
    rows = [row for row in cart if row.currency == chosen]
    joined = _touching(open_orders, {row.event_id for row in rows}) if rows else _newest(open_orders, now)
    last = _last_order(session, actor.person_id)
    payable = [order.row for order in joined if order.is_payable(now)]
    rows += _order_holds(session, [order.id for order in payable])
    return checkout_view(
        rows,
        paying=next((order.row.reference for order in joined if order.is_paying), ""),
        resumed=payable[0] if payable and not cart else None,
        latest=last.reference if last is not None else "",
        other_currencies=[name for name in currencies if name != chosen],
        contact=_contact(actor, joined[0].row if joined else last),
        is_guest=actor.is_guest,
    )


def _open_orders(session: Session, person_id: UUID) -> list[_Open]:
    ids = sa.select(_OPEN.c.order_id).where(_OPEN.c.person_id == person_id)
    events = sa.select(_OPEN.c.order_id, _OPEN.c.event_id).where(_OPEN.c.person_id == person_id)
    touched: dict[UUID, set[UUID]] = {}
    for order_id, event_id in session.execute(events):
        touched.setdefault(order_id, set()).add(event_id)
    rows = session.execute(sa.select(_ORDERS).where(_ORDERS.c.id.in_(ids)).order_by(_ORDERS.c.id.desc()))
    return [_Open(row, frozenset(touched[row.id])) for row in rows]


def _touching(orders: list[_Open], event_ids: set[UUID]) -> list[_Open]:
    return [order for order in orders if not event_ids.isdisjoint(order.event_ids)]


def _newest(orders: list[_Open], now: datetime) -> list[_Open]:
    return [order for order in orders if order.is_paying or order.is_payable(now)][:1]


def _holds() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            _HOLDS.c.event_id,
            _HOLDS.c.tier_id,
            _HOLDS.c.quantity,
            _HOLDS.c.price_minor,
            _HOLDS.c.expires_at,
            _SEATS.c.section,
            _SEATS.c.row,
            _SEATS.c.number,
            *_OF_TIER,
        )
        .join(_TIERS, _TIERS.c.id == _HOLDS.c.tier_id)
        .join(_EVENTS, _EVENTS.c.id == _HOLDS.c.event_id)
        .join(_VENUES, _VENUES.c.id == _EVENTS.c.venue_id)
        .outerjoin(_SEATS, _SEATS.c.id == _HOLDS.c.seat_id)
        .where(_HOLDS.c.status == HoldStatus.LIVE)
        .order_by(_EVENTS.c.starts_at, _EVENTS.c.id, _TIERS.c.position, _SEATS.c.row, _SEATS.c.place)
        .limit(LINES_MAX)
    )


def _cart_holds(session: Session, person_id: UUID, now: datetime) -> Sequence[Any]:
    mine = _holds().where(
        _HOLDS.c.person_id == person_id,
        _HOLDS.c.order_id.is_(None),
        _HOLDS.c.left_cart_at.is_(None),
        _HOLDS.c.expires_at > now,
    )
    return session.execute(mine).all()


def _order_holds(session: Session, order_ids: Sequence[UUID]) -> Sequence[Any]:
    return session.execute(_holds().where(_HOLDS.c.order_id.in_(list(order_ids)))).all() if order_ids else []


def _wishes(session: Session, person_id: UUID) -> Sequence[Any]:
    nothing = sa.null()
    wanted = (
        sa.select(
            _WISHES.c.event_id,
            _WISHES.c.tier_id,
            _WISHES.c.quantity,
            _TIERS.c.price_minor,
            nothing.label("expires_at"),
            nothing.label("section"),
            nothing.label("row"),
            nothing.label("number"),
            *_OF_TIER,
        )
        .join(_TIERS, _TIERS.c.id == _WISHES.c.tier_id)
        .join(_EVENTS, _EVENTS.c.id == _WISHES.c.event_id)
        .join(_VENUES, _VENUES.c.id == _EVENTS.c.venue_id)
        .where(_WISHES.c.person_id == person_id)
        .order_by(_EVENTS.c.starts_at, _EVENTS.c.id, _TIERS.c.position)
        .limit(LINES_MAX)
    )
    return session.execute(wanted).all()


def _contact(actor: Actor, row: Any) -> ContactView:
    """Fill the form with what the order that is resumed says, else the last order, else the account."""
    if row is None:
        return ContactView(name=actor.name, email=actor.email or "")
    return ContactView(
        name=row.contact_name,
        email=row.contact_email,
        billing_name=row.billing_name,
        billing_address=row.billing_address,
        delivery=row.delivery.value,
        delivery_address=row.delivery_address,
    )


def _last_order(session: Session, person_id: UUID) -> Any:
    last = sa.select(*(_ORDERS.c[name] for name in _LAST)).where(_ORDERS.c.person_id == person_id)
    return session.execute(last.order_by(_ORDERS.c.created_at.desc(), _ORDERS.c.id.desc()).limit(1)).first()
