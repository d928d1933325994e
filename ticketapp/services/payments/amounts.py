"""What an order's amount consists of, event by event."""

from collections.abc import Sequence

from ticketapp.services.ledger.rules import PartsOfSale
from ticketapp.services.ordering.requests import OrderedLine


def parts_by_event(lines: Sequence[OrderedLine]) -> tuple[PartsOfSale, ...]:
    """Sum up lines: what each event's organizer, the fee and the tax get."""
    parts: dict[object, PartsOfSale] = {}
    for line in lines:
        earlier = parts.get(line.event_id, PartsOfSale(line.event_id, 0, 0, 0))
        parts[line.event_id] = PartsOfSale(
            event_id=line.event_id,
            net_minor=earlier.net_minor + line.price_minor * line.quantity - line.fee_minor - line.tax_minor,
            fee_minor=earlier.fee_minor + line.fee_minor,
            tax_minor=earlier.tax_minor + line.tax_minor,
        )
    return tuple(parts.values())


def parts_of_some(line: OrderedLine, *, given_back: int, quantity: int) -> PartsOfSale:
    """Say what `quantity` more places of a line consist of, after `given_back` of them went before.

    Fee and tax of a line are shared out over its places so that giving back all of them, in any steps, gives back
    exactly what was booked.
    """

    def share(amount_minor: int) -> int:
        return (
            amount_minor * (given_back + quantity) // line.quantity
            - amount_minor * given_back // line.quantity
        )

    fee_minor, tax_minor = share(line.fee_minor), share(line.tax_minor)
    return PartsOfSale(
        event_id=line.event_id,
        net_minor=line.price_minor * quantity - fee_minor - tax_minor,
        fee_minor=fee_minor,
        tax_minor=tax_minor,
    )
