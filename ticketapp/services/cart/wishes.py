"""Wishes: cart lines of events that hold at checkout. Nothing is set aside, so availability here is advice."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.models import CartWish, Event, Hold, HoldStatus, Membership, Tier
from ticketapp.services.inventory import queries as stock
from ticketapp.services.inventory.errors import (
    AccessCodeRequired,
    LimitPerPerson,
    MembershipRequired,
    SoldOut,
)
from ticketapp.services.inventory.rules import check_event_on_sale, check_quantity, check_tier_on_sale
from ticketapp.services.messaging.changes import announce


def add_wishes(
    session: Session,
    *,
    person_id: UUID,
    event_id: UUID,
    quantities: Mapping[UUID, int],
    access_codes: frozenset[str],
    now: datetime,
) -> None:
    """Put tickets of an event that holds at checkout into the cart, on top of what is there.

    Raises:
        InvalidInput: nothing was chosen, or a quantity is out of bounds.
        NotFound: there is no such event, or a tier is not its.
        SoldOut: fewer are left; as do the rules for clubs, codes, limits and sale windows.
    """
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound("We could not find this event.")
    if not quantities:
        raise InvalidInput(quantity="Choose how many tickets you want.")
    for tier_id, more in quantities.items():
        tier = session.get(Tier, tier_id)
        if tier is None or tier.event_id != event_id:
            raise NotFound("We could not find these tickets.")
        if tier.access_code and tier.access_code not in access_codes:
            raise AccessCodeRequired
        before = session.get(CartWish, (person_id, tier_id))
        quantity = check_quantity(more) + (before.quantity if before else 0)
        set_wish(session, person_id=person_id, event=event, tier=tier, quantity=quantity, now=now)


def set_wish(
    session: Session, *, person_id: UUID, event: Event, tier: Tier, quantity: int, now: datetime
) -> None:
    """Want exactly this many of a tier.

    Raises:
        NotOnSale: the event or the tier sells nothing now.
        LimitPerPerson: more than one order or one person may have.
        MembershipRequired: the tier is for a club's members.
        SoldOut: fewer are left.
    """
    check_event_on_sale(event.status, event.ends_at, now)
    check_tier_on_sale(tier.sale_starts_at, tier.sale_ends_at, now)
    if quantity < tier.min_per_order:
        raise InvalidInput(quantity=f"Take at least {tier.min_per_order} of these.")
    if tier.max_per_order is not None and quantity > tier.max_per_order:
        raise LimitPerPerson(tier.max_per_order, 0, "order")
    if tier.required_club:
        _check_member(session, person_id, tier.required_club, now)
    if tier.max_per_person is not None:
        owned = _owned(session, person_id, tier.id)
        if owned + quantity > tier.max_per_person:
            raise LimitPerPerson(tier.max_per_person, max(0, tier.max_per_person - owned), "person")
    left = stock.availability(session, [event.id])[event.id].tiers[tier.id].available
    if quantity > left:
        raise SoldOut(left)
    wish = session.get(CartWish, (person_id, tier.id))
    if wish is None:
        session.add(
            CartWish(
                person_id=person_id, tier_id=tier.id, event_id=event.id, quantity=quantity, created_at=now
            )
        )
    else:
        wish.quantity = quantity
    announce(session, "user", person_id)


def _check_member(session: Session, person_id: UUID, club: str, now: datetime) -> None:
    membership = session.get(Membership, (person_id, club))
    if membership is None or (membership.until is not None and membership.until <= now):
        raise MembershipRequired(club)


def _owned(session: Session, person_id: UUID, tier_id: UUID) -> int:
    quantities = session.scalars(
        select(col(Hold.quantity)).where(
            col(Hold.person_id) == person_id,
            col(Hold.tier_id) == tier_id,
            col(Hold.status).in_((HoldStatus.LIVE, HoldStatus.CONFIRMED)),
        )
    )
    return sum(quantities)
