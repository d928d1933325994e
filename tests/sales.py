"""Events on sale, with exact tier keys, for tests of carts and of what is built on them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import Session

from tests import factories
from ticketapp.services.inventory import supply


@dataclass(frozen=True)
class NewTier:
    """A tier to make; `columns` are further columns of `tiers`."""

    key: str = "regular"
    capacity: int = 100
    price_minor: int = 45_00
    currency: str = "EUR"
    columns: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sale:
    """The ids of an event on sale and of its tiers by key."""

    id: UUID
    organizer_id: UUID
    slug: str
    tiers: dict[str, UUID]


def make_sale(
    session: Session,
    *tiers: NewTier,
    name: str = "Midnight Parade",
    max_attendees: int | None = None,
    **columns: Any,
) -> Sale:
    """Make a published event with these tiers; `columns` are further columns of `events`."""
    event = factories.make_event(session, name=name, max_attendees=max_attendees)
    for column, value in columns.items():
        setattr(event, column, value)
    made: dict[str, UUID] = {}
    for position, new in enumerate(tiers or (NewTier(),)):
        tier = factories.make_tier(
            session,
            event_id=event.id,
            name=new.key.replace("-", " ").title(),
            price_minor=new.price_minor,
            currency=new.currency,
            capacity=new.capacity,
        )
        for column, value in {
            "key": new.key,
            "position": position,
            "max_per_order": 10,
            **new.columns,
        }.items():
            setattr(tier, column, value)
        made[new.key] = tier.id
    session.flush()
    return Sale(event.id, event.organizer_id, event.slug, made)


def make_seated_sale(session: Session, *, rows: str = "AB", seats_per_row: int = 4) -> Sale:
    """Make an event of one seated tier in the section Stalls; the first row and its middle are the best."""
    sale = make_sale(
        session, NewTier("stalls", capacity=0, columns={"is_seated": True}), name="Chamber Evening"
    )
    seats = [
        supply.NewSeat(
            tier_id=sale.tiers["stalls"],
            section="Stalls",
            row=row,
            number=str(place),
            place=place,
            section_rank=0,
            rank=depth * 100 + abs(2 * place - seats_per_row - 1),
        )
        for depth, row in enumerate(rows)
        for place in range(1, seats_per_row + 1)
    ]
    supply.add_seats(session, event_id=sale.id, seats=seats)
    return sale
