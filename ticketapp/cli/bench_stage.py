"""Set the stage for a measurement: an event of its own, with tickets to scan and somebody of its door staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from ticketapp.core.ids import new_code, new_id
from ticketapp.core.signing import new_signing_seed, ticket_code
from ticketapp.integrations.sets import insert_rows
from ticketapp.models import (
    Event,
    EventKey,
    EventStatus,
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
from ticketapp.models.base import table_of
from ticketapp.models.stock import EventStock
from ticketapp.services.accounts.operations import open_session

PRICE_MINOR = 45_00
# Nobody signs in to this account: the session is opened here.
_NO_PASSWORD = "!"  # noqa: S105 - it is none.
_TICKET_COLUMNS = (
    "id", "serial", "order_id", "order_line_id", "number", "person_id", "event_id", "tier_id", "seat_label",
    "attendee_name", "status", "revision", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """An event, the token of its door staff and the codes of its tickets."""

    event_id: UUID
    token: str
    codes: list[str]


def make_stage(session: Session, *, tickets: int, now: datetime) -> Stage:
    """Make an event whose tickets all belong to one paid order."""
    event = add_event(session, now)
    person = Person(
        email=f"bench-{new_code(8).lower()}@example.com",
        name="Bench",
        password_hash=_NO_PASSWORD,
        created_at=now,
    )
    session.add(person)
    session.flush()
    session.add(TeamMember(organizer_id=event.organizer_id, person_id=person.id, role=TeamRole.DOOR))
    tier = Tier(event_id=event.id, key="regular", name="Regular", price_minor=PRICE_MINOR, currency="EUR")
    seed = new_signing_seed()
    session.add_all(
        [tier, EventStock(event_id=event.id, sold=tickets), EventKey(event_id=event.id, seed=seed)]
    )
    session.flush()
    session.add(TierStock(tier_id=tier.id, event_id=event.id, capacity=tickets, sold=tickets))
    line = _paid_line(session, person.id, tier, tickets, now)
    ids = _add_tickets(session, line, person.id, tickets, now)
    token = open_session(session, person_id=person.id, now=now).token
    codes = [
        ticket_code(seed, key_number=1, event_id=event.id, ticket_id=ticket_id, revision=1)
        for ticket_id in ids
    ]
    return Stage(event.id, token, codes)


def add_event(session: Session, now: datetime) -> Event:
    """Add a published event that begins in two hours, with an organizer and a venue of its own."""
    organizer = Organizer(
        slug=f"bench-{new_code(8).lower()}", name="Bench", contact_email="bench@example.com", created_at=now
    )
    venue = Venue(name="Bench", address="1 Quay", city="Hamburg", country="DE", timezone="Europe/Berlin")
    session.add_all([organizer, venue])
    # The models know no relationships, so rows that refer to each other are flushed in order.
    session.flush()
    starts_at = now + timedelta(hours=2)
    event = Event(
        organizer_id=organizer.id,
        venue_id=venue.id,
        slug=f"bench-{new_code(8).lower()}",
        name="Bench",
        artist="Bench",
        category="bench",
        doors_at=now,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        first_starts_at=starts_at,
        timezone="Europe/Berlin",
        status=EventStatus.PUBLISHED,
        created_at=now,
    )
    session.add(event)
    session.flush()
    return event


def _paid_line(session: Session, person_id: UUID, tier: Tier, quantity: int, now: datetime) -> OrderLine:
    order = Order(
        reference=f"TK-BENCH-{new_code(8)}",
        person_id=person_id,
        status=OrderStatus.PAID,
        currency=tier.currency,
        total_minor=tier.price_minor * quantity,
        contact_name="Bench",
        contact_email="bench@example.com",
        created_at=now,
        expires_at=now,
        paid_at=now,
    )
    session.add(order)
    session.flush()
    hold = Hold(
        person_id=person_id,
        event_id=tier.event_id,
        tier_id=tier.id,
        quantity=quantity,
        price_minor=tier.price_minor,
        status=HoldStatus.CONFIRMED,
        created_at=now,
        expires_at=now,
        request_key=new_id().hex,
        request_print=0,
        line=0,
        order_id=order.id,
    )
    session.add(hold)
    session.flush()
    line = OrderLine(
        order_id=order.id,
        event_id=tier.event_id,
        tier_id=tier.id,
        hold_id=hold.id,
        tier_name=tier.name,
        quantity=quantity,
        price_minor=tier.price_minor,
    )
    session.add(line)
    session.flush()
    return line


def _add_tickets(session: Session, line: OrderLine, person_id: UUID, count: int, now: datetime) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    rows = [
        (
            ticket_id, new_code(10), line.order_id, line.id, number, person_id, line.event_id, line.tier_id, "",
            "Bench", TicketStatus.VALID.value, 1, now,
        )
        for number, ticket_id in enumerate(ids, start=1)
    ]  # fmt: skip
    insert_rows(session, table_of(Ticket), _TICKET_COLUMNS, rows)
    return ids
