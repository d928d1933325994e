"""Pure decisions about what may be held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ticketapp.core.errors import InvalidInput
from ticketapp.models import EventStatus
from ticketapp.services.inventory.errors import LimitPerPerson, NotOnSale
from ticketapp.services.inventory.requests import Line, SeatLine


class SaleLimits(Protocol):
    """A tier's limits, wherever they were read."""

    @property
    def min_per_order(self) -> int: ...
    @property
    def max_per_order(self) -> int | None: ...
    @property
    def max_per_person(self) -> int | None: ...


QUANTITY_MAX = 1_000
LINES_MAX = 50
KEY_LENGTH_MAX = 80


def check_quantity(quantity: object) -> int:
    """Accept a whole number of places from 1 to `QUANTITY_MAX`.

    Raises:
        InvalidInput: it is anything else; true is not 1, and "2" is not 2.
    """
    if type(quantity) is not int or not 1 <= quantity <= QUANTITY_MAX:
        raise InvalidInput(quantity=f"Choose a whole number from 1 to {QUANTITY_MAX}.")
    return quantity


def check_lines(lines: Sequence[Line]) -> None:
    """Refuse an empty, an overlong or a contradictory request.

    Raises:
        InvalidInput: with the field `items` or `quantity`.
    """
    if not 1 <= len(lines) <= LINES_MAX:
        raise InvalidInput(items=f"Send from 1 to {LINES_MAX} items.")
    seats: set[UUID] = set()
    for line in lines:
        if not isinstance(line, SeatLine):
            check_quantity(line.quantity)
        elif line.seat_id in seats:
            raise InvalidInput(items="Each seat can be named once.")
        else:
            seats.add(line.seat_id)


def check_event_on_sale(status: EventStatus, ends_at: datetime, now: datetime) -> None:
    """Refuse an event that sells nothing now.

    Raises:
        NotOnSale: it is cancelled, paused, not published or over.
    """
    if status is EventStatus.CANCELLED:
        raise NotOnSale("This event was cancelled.")
    if status is EventStatus.PAUSED:
        raise NotOnSale("Sales are paused. Try again later.")
    if status is not EventStatus.PUBLISHED:
        raise NotOnSale("This event is not on sale yet.")
    if ends_at <= now:
        raise NotOnSale("This event is over.")


def check_tier_on_sale(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> None:
    """Refuse a tier outside its sale window, which is half-open.

    Raises:
        NotOnSale: with `onSaleAt` when it will open.
    """
    if starts_at is not None and now < starts_at:
        raise NotOnSale("These tickets are not on sale yet.", onSaleAt=starts_at.isoformat())
    if ends_at is not None and now >= ends_at:
        raise NotOnSale("The sale of these tickets has ended.")


def check_limits(facts: SaleLimits, quantity: int, *, in_cart: int, owned: int) -> None:
    """Keep what a person takes of a tier within its limits per order and per person.

    Raises:
        LimitPerPerson: it would be too many.
        InvalidInput: it would be too few.
    """
    if facts.max_per_order is not None and in_cart + quantity > facts.max_per_order:
        raise LimitPerPerson(facts.max_per_order, max(0, facts.max_per_order - in_cart), per="order")
    if facts.max_per_person is not None and owned + quantity > facts.max_per_person:
        raise LimitPerPerson(facts.max_per_person, max(0, facts.max_per_person - owned), per="person")
    if in_cart + quantity < facts.min_per_order:
        raise InvalidInput(quantity=f"Take at least {facts.min_per_order}.")
