"""Read tickets."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.models import Event, EventKey, Scan, ScanResult, Ticket, Tier, Venue
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ticketing.views import TicketShelves, TicketView, shelves, ticket_view

LIST_MAX = 500
_TICKETS, _TIERS, _EVENTS = table_of(Ticket), table_of(Tier), table_of(Event)
_VENUES, _KEYS, _SCANS = table_of(Venue), table_of(EventKey), table_of(Scan)


def list_my_tickets(session: Session, *, actor: Actor) -> list[TicketView]:
    """List the person's tickets, those of the next event first."""
    query = _tickets().where(_TICKETS.c.person_id == actor.person_id)
    rows = session.execute(query.order_by(_EVENTS.c.starts_at, _TICKETS.c.id).limit(LIST_MAX))
    return [ticket_view(row) for row in rows]


def get_shelves(session: Session, *, actor: Actor, now: datetime) -> TicketShelves:
    """Sort the person's tickets by when they are for."""
    query = _tickets().where(_TICKETS.c.person_id == actor.person_id)
    # Newest first, so that the limit cuts off what is long past.
    newest = query.order_by(_EVENTS.c.starts_at.desc(), _TICKETS.c.id.desc()).limit(LIST_MAX)
    return shelves(session.execute(newest).all()[::-1], now)


def get_my_code(session: Session, *, actor: Actor, ticket_id: UUID) -> str:
    """Give what the QR of one of the person's valid tickets carries.

    Raises:
        NotFound: there is none, it is another person's, or it is no longer valid.
    """
    mine = _tickets().where(_TICKETS.c.id == ticket_id, _TICKETS.c.person_id == actor.person_id)
    row = session.execute(mine).first()
    code = ticket_view(row).code if row is not None else ""
    if not code:
        raise NotFound("We could not find this ticket.")
    return code


def list_order_tickets(session: Session, *, order_id: UUID) -> list[TicketView]:
    """List an order's tickets; who may see the order is for the caller to know."""
    query = _tickets().where(_TICKETS.c.order_id == order_id).order_by(_TICKETS.c.id)
    return [ticket_view(row) for row in session.execute(query)]


def _tickets() -> sa.Select[Any]:
    # An event signs with its newest key.
    keys = _KEYS.alias("keys_of_event")
    newest = (
        sa.select(sa.func.max(keys.c.number)).where(keys.c.event_id == _TICKETS.c.event_id).scalar_subquery()
    )
    return (
        sa.select(
            _TICKETS,
            _TIERS.c.name.label("tier_name"),
            _EVENTS.c.slug.label("event_slug"),
            _EVENTS.c.name.label("event_name"),
            _EVENTS.c.starts_at,
            _EVENTS.c.ends_at,
            _EVENTS.c.doors_at,
            _EVENTS.c.timezone,
            _VENUES.c.name.label("venue_name"),
            _VENUES.c.city,
            _KEYS.c.number.label("key_number"),
            _KEYS.c.seed,
            _SCANS.c.received_at.label("scanned_at"),
            _SCANS.c.gate.label("scanned_gate"),
        )
        .join(_TIERS, _TIERS.c.id == _TICKETS.c.tier_id)
        .join(_EVENTS, _EVENTS.c.id == _TICKETS.c.event_id)
        .join(_VENUES, _VENUES.c.id == _EVENTS.c.venue_id)
        .join(_KEYS, sa.and_(_KEYS.c.event_id == _TICKETS.c.event_id, _KEYS.c.number == newest))
        .outerjoin(
            _SCANS,
            sa.and_(
                _SCANS.c.ticket_id == _TICKETS.c.id,
                _SCANS.c.result == ScanResult.ADMITTED,
                _SCANS.c.undone_at.is_(None),
            ),
        )
    )
