"""Tickets come into being here, when an order is paid, and nowhere else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from ticketapp.core.ids import new_code, new_id
from ticketapp.integrations.sets import insert_rows
from ticketapp.models import Ticket, TicketStatus
from ticketapp.models.base import table_of

SERIAL_LENGTH = 10
_TICKETS = table_of(Ticket)
_COLUMNS = (
    "id", "serial", "order_id", "order_line_id", "number", "person_id", "event_id", "tier_id", "seat_label",
    "attendee_name", "status", "revision", "created_at",
)  # fmt: skip


def issue_tickets(session: Session, orders: Sequence[tuple[Any, Sequence[Any]]], now: datetime) -> None:
    """Make one ticket per admission of each order's lines; a line that has its tickets already is refused by its key."""
    insert_rows(
        session,
        _TICKETS,
        _COLUMNS,
        [
            (
                new_id(), new_code(SERIAL_LENGTH), order.id, line.id, number, order.person_id, line.event_id,
                line.tier_id, line.seat_label, order.contact_name, TicketStatus.VALID, 1, now,
            )
            for order, lines in orders
            for line in lines
            for number in range(1, line.quantity + 1)
        ],
    )  # fmt: skip
