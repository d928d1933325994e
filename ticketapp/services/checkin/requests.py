"""What the door asks, and what was held before the scanner."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ticketapp.services.accounts.views import Actor

GATE_MAX = 40
DEVICE_MAX = 60


@dataclass(frozen=True, slots=True)
class Presented:
    """What was held before the scanner, its signature already checked.

    A signed code names a ticket in one revision; a typed one only its serial. Neither is set when the text is no
    ticket code at all.
    """

    ticket_id: UUID | None = None
    revision: int | None = None
    serial: str = ""
    is_genuine: bool = True


@dataclass(frozen=True, slots=True)
class RedeemRequest:
    """One scan. The device makes the id, so that asking again gets the same answer."""

    scan_id: UUID
    event_id: UUID
    presented: Presented
    actor: Actor
    scanned_at: datetime
    gate: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class OfflineScan:
    """A scan that a device decided by itself; `was_let_in` says whether it let the person in."""

    request: RedeemRequest
    was_let_in: bool
