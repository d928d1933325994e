"""Cart lines of events that hold at checkout: here is where they are held."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError
from ticketapp.core.ids import new_id
from ticketapp.integrations.sets import among
from ticketapp.models import CartWish, Hold, HoldStatus, Tier
from ticketapp.models.base import table_of
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.book import lock_events
from ticketapp.services.inventory.requests import Held, HoldRequest, PlacesLine
from ticketapp.services.ordering.requests import PlaceOrder

_WISHES, _TIERS, _HOLDS = table_of(CartWish), table_of(Tier), table_of(Hold)
_OF_PEOPLE = (
    sa.select(_WISHES, _TIERS.c.currency, _TIERS.c.access_code)
    .join(_TIERS, _TIERS.c.id == _WISHES.c.tier_id)
    .where(among(_WISHES.c.person_id, "people"))
    .order_by(_WISHES.c.person_id, _WISHES.c.event_id, _WISHES.c.tier_id)
)


def hold_wishes(session: Session, requests: Sequence[PlaceOrder], now: datetime) -> dict[UUID, AppError]:
    """Turn the wishes of whole-cart requests into holds and tell whose could not be had; those hold nothing new.

    The buyers are locked, so that a second press of the button finds the wishes gone.
    """
    carts = {request.person_id: request for request in requests if not request.hold_ids}
    if not carts:
        return {}
    wishes: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in session.execute(_OF_PEOPLE, {"people": sorted(carts)}):
        if carts[row.person_id].currency in (None, row.currency):
            wishes[row.person_id, row.event_id].append(row)
    if not wishes:
        return {}
    _lock_stock(session, carts, {event_id for _, event_id in wishes})
    asked = [
        HoldRequest(
            person_id=person_id,
            event_id=event_id,
            lines=tuple(PlacesLine(row.tier_id, row.quantity) for row in rows),
            key=f"wish:{new_id()}",
            hold_span=carts[person_id].hold_span,
            # The code was shown when the wish was made.
            access_codes=frozenset(row.access_code for row in rows if row.access_code),
        )
        for (person_id, event_id), rows in wishes.items()
    ]
    outcomes = list(zip(asked, inventory.hold_many(session, asked, now), strict=True))
    refused = {request.person_id: answer for request, answer in outcomes if isinstance(answer, AppError)}
    for request, answer in outcomes:
        if isinstance(answer, Held) and request.person_id in refused:
            ids = [line.hold_id for line in answer.lines]
            inventory.release_holds(session, person_id=request.person_id, hold_ids=ids, now=now)
    _forget(session, {key for key in wishes if key[0] not in refused})
    return refused


def _lock_stock(session: Session, people: Collection[UUID], wished: set[UUID]) -> None:
    """Lock the stock of whole carts at once, in id order; the order will need what is held already too."""
    held = sa.select(_HOLDS.c.event_id).where(
        _HOLDS.c.person_id.in_(list(people)), _HOLDS.c.status == HoldStatus.LIVE
    )
    lock_events(session, wished | set(session.scalars(held.distinct())))


def _forget(session: Session, held: set[tuple[UUID, UUID]]) -> None:
    # The hold takes the wish's place in the cart: should the order be refused, the line is still there.
    if held:
        session.execute(
            sa.delete(_WISHES).where(sa.tuple_(_WISHES.c.person_id, _WISHES.c.event_id).in_(held))
        )
