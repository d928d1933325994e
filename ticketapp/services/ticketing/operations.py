"""Change tickets. They are issued in `issuing`, and given back with their money in `payments.refunds`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ticketapp.core.errors import Conflict, NotFound
from ticketapp.models import Event, Ticket, TicketStatus
from ticketapp.services.accounts.rules import checked_name, may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record


class TicketNotValid(Conflict):
    code = "ticket_not_valid"

    def __init__(self) -> None:
        super().__init__("This ticket is no longer valid, so its name cannot be changed.")


def rename_attendee(session: Session, *, actor: Actor, ticket_id: UUID, name: str, now: datetime) -> None:
    """Write another name on a ticket; its QR changes with it, and the old one no longer opens the door.

    Raises:
        InvalidInput: the name is empty or too long.
        NotFound: there is no such ticket, or it is neither this person's nor of an event they manage.
        TicketNotValid: it was given back or passed on.
    """
    ticket = session.get(Ticket, ticket_id, with_for_update=True)
    event = ticket and session.get(Event, ticket.event_id)
    if ticket is None or event is None:
        raise NotFound("We could not find this ticket.")
    if ticket.person_id != actor.person_id and not may_manage(actor, event.organizer_id):
        raise NotFound("We could not find this ticket.")
    attendee = checked_name(name)
    if ticket.status is not TicketStatus.VALID:
        raise TicketNotValid
    if ticket.attendee_name == attendee:
        return
    ticket.attendee_name = attendee
    ticket.revision += 1
    record(
        session,
        kind="ticket.renamed",
        subject=ticket.id,
        actor=actor.person_id,
        data={"revision": ticket.revision},
        now=now,
    )
    announce(session, "user", ticket.person_id)
    announce(session, "door", ticket.event_id)
