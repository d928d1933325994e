"""What tickets that are given back are worth, and what is written down about it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models import OrderLine, Ticket, TicketStatus
from ticketapp.models.base import table_of
from ticketapp.services.ledger.rules import PartsOfSale
from ticketapp.services.ordering.facts import ordered_line
from ticketapp.services.payments.amounts import parts_of_some

EVENT_CANCELLED = "event_cancelled"
BY_BUYER, BY_ORGANIZER = "asked", "by_organizer"
_WORDS = {BY_BUYER: "Given back by the buyer", EVENT_CANCELLED: "The event was cancelled"}
_LINES, _TICKETS = table_of(OrderLine), table_of(Ticket)


@dataclass(frozen=True, slots=True)
class Why:
    """Who gives tickets back, for which of our reasons, and what they said about it."""

    actor_id: UUID
    reason: str
    note: str = ""

    @property
    def words(self) -> str:
        """What the paper about it says."""
        return self.note or _WORDS.get(self.reason, "")


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What tickets are worth event by event and line by line, and how many places of which hold they are."""

    parts: tuple[PartsOfSale, ...]
    lines: tuple[tuple[UUID, int, PartsOfSale], ...]
    by_hold: dict[UUID, int]

    @property
    def total_minor(self) -> int:
        return sum(part.total_minor for part in self.parts)


def given_back(session: Session, order_id: UUID, tickets: Sequence[Any]) -> GivenBack:
    """Say what tickets that are about to be given back are worth."""
    lines = {
        row.id: ordered_line(row)
        for row in session.execute(sa.select(_LINES).where(_LINES.c.order_id == order_id))
    }
    counted = (
        sa.select(_TICKETS.c.order_line_id, sa.func.count().label("count"))
        .where(_TICKETS.c.order_id == order_id, _TICKETS.c.status == TicketStatus.REFUNDED)
        .group_by(_TICKETS.c.order_line_id)
    )
    before = {row.order_line_id: row[1] for row in session.execute(counted)}
    sums: dict[UUID, list[PartsOfSale]] = defaultdict(list)
    by_hold: dict[UUID, int] = {}
    by_line: list[tuple[UUID, int, PartsOfSale]] = []
    for line_id, quantity in Counter(ticket.order_line_id for ticket in tickets).items():
        line = lines[line_id]
        by_hold[line.hold_id] = quantity
        part = parts_of_some(line, given_back=before.get(line_id, 0), quantity=quantity)
        by_line.append((line_id, quantity, part))
        sums[line.event_id].append(part)
    parts = tuple(
        PartsOfSale(
            event_id,
            sum(part.net_minor for part in some),
            sum(part.fee_minor for part in some),
            sum(part.tax_minor for part in some),
        )
        for event_id, some in sums.items()
    )
    return GivenBack(parts, tuple(by_line), by_hold)


def what_was_said(tickets: Sequence[Any], parts: Sequence[PartsOfSale], why: Why) -> dict[str, Any]:
    """Say what was given back, in all and for each organizer, who may not see the others' part."""
    organizer_of = {ticket.event_id: str(ticket.organizer_id) for ticket in tickets}
    amounts: Counter[str] = Counter()
    for part in parts:
        amounts[organizer_of[part.event_id]] += part.total_minor
    counts = Counter(str(ticket.organizer_id) for ticket in tickets)
    return {
        "tickets": len(tickets),
        "amount_minor": amounts.total(),
        "parts": {
            key: {"tickets": count, "amount_minor": amounts[key]} for key, count in sorted(counts.items())
        },
        "reason": why.reason,
        "note": why.note,
    }
