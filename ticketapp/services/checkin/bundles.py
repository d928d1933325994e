"""What a device takes along to check tickets where there is no network: public keys and a list without names."""

import hashlib
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.models import Event, Scan, ScanResult, Ticket, TicketStatus, Tier
from ticketapp.models.base import table_of
from ticketapp.services.accounts.rules import may_scan
from ticketapp.services.accounts.views import Actor
from ticketapp.services.checkin.codes import public_keys
from ticketapp.services.checkin.views import Bundle, BundledTicket

_EVENTS, _TICKETS, _TIERS, _SCANS = table_of(Event), table_of(Ticket), table_of(Tier), table_of(Scan)
IN = "in"


def get_bundle(session: Session, *, actor: Actor, event_id: UUID, since: str) -> Bundle:
    """Read what a device needs for an event; without the tickets if `since` names the list it has.

    Raises:
        NotFound: there is no such event, or this person does not work its door.
    """
    event = session.execute(sa.select(_EVENTS).where(_EVENTS.c.id == event_id)).first()
    if event is None or not may_scan(actor, event.organizer_id):
        raise NotFound("We could not find this door.")
    tickets = _list_tickets(session, event_id)
    version = _version(tickets)
    return Bundle(
        version=version,
        event_id=str(event_id),
        event_status=event.status.value,
        doors_at=event.doors_at.isoformat(),
        ends_at=event.ends_at.isoformat(),
        public_keys=public_keys(session, event_id),
        tickets=[] if since == version else tickets,
    )


def _list_tickets(session: Session, event_id: UUID) -> list[BundledTicket]:
    is_in = sa.exists().where(
        _SCANS.c.ticket_id == _TICKETS.c.id,
        _SCANS.c.result == ScanResult.ADMITTED,
        _SCANS.c.undone_at.is_(None),
    )
    query = (
        sa.select(_TICKETS.c.id, _TICKETS.c.revision, _TICKETS.c.status, _TIERS.c.key, is_in.label("is_in"))
        .join(_TIERS, _TIERS.c.id == _TICKETS.c.tier_id)
        .where(_TICKETS.c.event_id == event_id)
        .order_by(_TICKETS.c.id)
    )
    return [
        BundledTicket(
            id=str(row.id),
            revision=row.revision,
            state=IN if row.is_in and row.status is TicketStatus.VALID else row.status.value,
            tier=row.key,
        )
        for row in session.execute(query)
    ]


def _version(tickets: list[BundledTicket]) -> str:
    """Name a list by what is in it, so that no counter has to be kept."""
    digest = hashlib.sha256()
    for ticket in tickets:
        digest.update(f"{ticket.id}:{ticket.revision}:{ticket.state}:{ticket.tier};".encode())
    return digest.hexdigest()[:16]
