"""Make rows for tests: keyword-only, minimal, and complete enough for every constraint.

Each maker flushes, so that what it gives can be referred to at once.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel

from ticketapp.core.ids import new_code, new_id
from ticketapp.core.signing import new_signing_seed, ticket_code
from ticketapp.models import (
    DoorStock,
    Event,
    EventKey,
    EventStatus,
    EventStock,
    Hold,
    HoldStatus,
    Order,
    OrderLine,
    OrderStatus,
    Organizer,
    Person,
    TeamMember,
    TeamRole,
    Ticket,
    TicketStatus,
    Tier,
    TierStock,
    Venue,
)
from ticketapp.services.inventory import supply

Row = TypeVar("Row", bound=SQLModel)

# The stopped clock's moment (tests/harness/fixtures.py).
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _kept(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def make_person(
    session: Session, *, email: str | None = None, name: str = "Ada Fan", is_admin: bool = False
) -> Person:
    """Make an account that nobody can sign in to, or a guest with `email=""`."""
    address = f"{new_code(10).lower()}@example.com" if email is None else email or None
    return _kept(
        session,
        Person(
            email=address,
            name=name,
            password_hash="x" if address else None,
            is_admin=is_admin,
            created_at=NOON,
        ),
    )


def make_organizer(
    session: Session, *, name: str = "Harbour Lights", owner_id: UUID | None = None
) -> Organizer:
    slug = f"organizer-{new_code(8).lower()}"
    organizer = _kept(
        session, Organizer(slug=slug, name=name, contact_email="hello@example.com", created_at=NOON)
    )
    if owner_id is not None:
        make_member(session, organizer_id=organizer.id, person_id=owner_id, role=TeamRole.OWNER)
    return organizer


def make_member(session: Session, *, organizer_id: UUID, person_id: UUID, role: TeamRole) -> TeamMember:
    return _kept(session, TeamMember(organizer_id=organizer_id, person_id=person_id, role=role))


def make_event(
    session: Session,
    *,
    organizer_id: UUID | None = None,
    name: str = "Midnight Parade",
    starts_at: datetime = NOON + timedelta(hours=2),
    status: EventStatus = EventStatus.PUBLISHED,
    max_attendees: int | None = None,
    **facts: Any,
) -> Event:
    """Make an event with its venue, its stock, its head count and its signing key."""
    venue = _kept(
        session,
        Venue(name="Dockside Hall", address="1 Quay", city="Hamburg", country="DE", timezone="Europe/Berlin"),
    )
    event = _kept(
        session,
        Event(
            organizer_id=organizer_id or make_organizer(session).id,
            venue_id=venue.id,
            slug=f"event-{new_code(8).lower()}",
            name=name,
            artist="The Lanterns",
            category="rock",
            doors_at=starts_at - timedelta(hours=1),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            first_starts_at=starts_at,
            timezone="Europe/Berlin",
            status=status,
            created_at=NOON,
            **facts,
        ),
    )
    _kept(session, EventStock(event_id=event.id, max_attendees=max_attendees))
    _kept(session, DoorStock(event_id=event.id))
    _kept(session, EventKey(event_id=event.id, seed=new_signing_seed()))
    return event


def make_tier(
    session: Session,
    *,
    event_id: UUID,
    name: str = "Regular",
    price_minor: int = 45_00,
    currency: str = "EUR",
    capacity: int = 100,
    is_seated: bool = False,
    max_per_order: int | None = None,
    **facts: Any,
) -> Tier:
    """Make a tier with its stock and, unless the test says so, no limits."""
    tier = _kept(
        session,
        Tier(
            event_id=event_id,
            key=f"{name.lower().replace(' ', '-')}-{new_code(4).lower()}",
            name=name,
            price_minor=price_minor,
            currency=currency,
            is_seated=is_seated,
            max_per_order=max_per_order,
            **facts,
        ),
    )
    _kept(session, TierStock(tier_id=tier.id, event_id=event_id, capacity=capacity))
    return tier


def make_seated_tier(
    session: Session, *, event_id: UUID, rows: dict[str, int], section: str = "Stalls"
) -> tuple[Tier, dict[str, UUID]]:
    """Make a seated tier with so many seats per row (first row and middle seats best) and give its seats by "A1"."""
    tier = make_tier(session, event_id=event_id, name=section, capacity=0, is_seated=True)
    seats = [
        supply.NewSeat(
            tier.id, section, row, str(number), number, 0, place * 100 + abs(2 * number - width - 1)
        )
        for place, (row, width) in enumerate(rows.items())
        for number in range(1, width + 1)
    ]
    ids = supply.add_seats(session, event_id=event_id, seats=seats)
    return tier, {f"{seat.row}{seat.number}": seat_id for seat, seat_id in zip(seats, ids, strict=True)}


def make_order(
    session: Session,
    *,
    person_id: UUID,
    total_minor: int = 45_00,
    status: OrderStatus = OrderStatus.PAID,
    contact_name: str = "Ada Fan",
) -> Order:
    """Make an order without lines; those come with `make_ticket`."""
    is_paid = status in {OrderStatus.PAID, OrderStatus.PARTLY_REFUNDED, OrderStatus.REFUNDED}
    return _kept(
        session,
        Order(
            reference=f"TK-2026-{new_code(6)}",
            person_id=person_id,
            status=status,
            currency="EUR",
            total_minor=total_minor,
            contact_name=contact_name,
            contact_email="ada@example.com",
            created_at=NOON,
            expires_at=NOON + timedelta(minutes=15),
            paid_at=NOON if is_paid else None,
        ),
    )


def make_ticket(
    session: Session,
    *,
    tier: Tier,
    order: Order | None = None,
    status: TicketStatus = TicketStatus.VALID,
    revision: int = 1,
    attendee_name: str = "Ada Fan",
    seat_label: str = "",
) -> Ticket:
    """Make one ticket with the order, hold and line it came from. The stock counters are left alone."""
    order = order or make_order(session, person_id=make_person(session).id)
    hold = _kept(
        session,
        Hold(
            person_id=order.person_id,
            event_id=tier.event_id,
            tier_id=tier.id,
            quantity=1,
            price_minor=tier.price_minor,
            status=HoldStatus.CONFIRMED,
            created_at=NOON,
            expires_at=NOON + timedelta(minutes=15),
            request_key=new_id().hex,
            request_print=0,
            line=0,
            order_id=order.id,
        ),
    )
    line = _kept(
        session,
        OrderLine(
            order_id=order.id,
            event_id=tier.event_id,
            tier_id=tier.id,
            hold_id=hold.id,
            tier_name=tier.name,
            seat_label=seat_label,
            quantity=1,
            price_minor=tier.price_minor,
        ),
    )
    return _kept(
        session,
        Ticket(
            serial=new_code(10),
            order_id=order.id,
            order_line_id=line.id,
            number=1,
            person_id=order.person_id,
            event_id=tier.event_id,
            tier_id=tier.id,
            seat_label=seat_label,
            attendee_name=attendee_name,
            status=status,
            revision=revision,
            created_at=NOON,
        ),
    )


def code_of(session: Session, ticket: Ticket, *, revision: int | None = None) -> str:
    """Write the signed code that the ticket's QR carries, in its own revision or another."""
    key = session.get(EventKey, (ticket.event_id, 1))
    assert key is not None
    return ticket_code(
        key.seed,
        key_number=1,
        event_id=ticket.event_id,
        ticket_id=ticket.id,
        revision=ticket.revision if revision is None else revision,
    )
