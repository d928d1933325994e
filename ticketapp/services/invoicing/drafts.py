"""What goes into an invoice or a credit note, before it has a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketapp.models import InvoiceKind
from ticketapp.services.ledger.rules import PartsOfSale


@dataclass(frozen=True, slots=True)
class SoldPart:
    """So many places of a line of an order, and what they consist of; `row` is the line with its event and organizer."""

    row: Any
    quantity: int
    parts: PartsOfSale


@dataclass(frozen=True, slots=True)
class Draft:
    """One organizer's paper about one order."""

    kind: InvoiceKind
    order: Any
    sold: tuple[SoldPart, ...]
    corrects_id: UUID | None = None
    refund_id: UUID | None = None
    note: str = ""

    @property
    def organizer_id(self) -> UUID:
        return self.sold[0].row.organizer_id

    @property
    def total_minor(self) -> int:
        return sum(part.parts.total_minor for part in self.sold)


def by_organizer(sold: Sequence[SoldPart]) -> list[tuple[SoldPart, ...]]:
    """Part what was sold by whose it is, in the order of their ids; who took nothing needs no paper."""
    groups: dict[UUID, list[SoldPart]] = {}
    for part in sold:
        groups.setdefault(part.row.organizer_id, []).append(part)
    return [
        tuple(groups[organizer_id])
        for organizer_id in sorted(groups)
        if sum(part.parts.total_minor for part in groups[organizer_id])
    ]


def whole_line(row: Any) -> SoldPart:
    """Give a line of an order as it was sold."""
    net_minor = row.price_minor * row.quantity - row.fee_minor - row.tax_minor
    return SoldPart(row, row.quantity, PartsOfSale(row.event_id, net_minor, row.fee_minor, row.tax_minor))
