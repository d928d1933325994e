"""What somebody has chosen on an event's page and not yet put into the cart; pure."""

from collections.abc import Mapping

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.services.catalog.views import EventPage, TierRow


def allowed_quantity(wanted: object, before: int, tier: TierRow) -> int:
    """Bring a chosen number into what one order may have; below the minimum it jumps over it, up or down."""
    if type(wanted) is not int:
        return before
    quantity = min(max(wanted, 0), tier.max_per_order)
    if 0 < quantity < tier.min_per_order:
        return tier.min_per_order if quantity > before else 0
    return quantity


def selection_text(event: EventPage, quantities: Mapping[str, int]) -> str:
    """Write what the chosen tickets cost; an empty choice is an empty text."""
    totals: dict[str, int] = {}
    for tier in event.tiers:
        if quantity := quantities.get(tier.key, 0):
            totals[tier.currency] = totals.get(tier.currency, 0) + tier.price_minor * quantity
    return " + ".join(
        money_text(Money(minor, Currency(currency))) for currency, minor in sorted(totals.items())
    )
