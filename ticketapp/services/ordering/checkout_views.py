"""What a checkout looks like from outside: lines, the sum with its parts, the clock, the form as it was last filled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import clock_text, epoch_ms, moment_text
from ticketapp.services.catalog.rules import refund_text
from ticketapp.services.ordering.rules import Parts, line_parts


@dataclass(frozen=True)
class CheckoutLine:
    """All places of one tier at one price; `is_first` of its event."""

    key: str = ""
    is_first: bool = False
    event_name: str = ""
    event_slug: str = ""
    when_text: str = ""
    place_text: str = ""
    refund_text: str = ""
    tier_name: str = ""
    seats_text: str = ""
    quantity: int = 0
    price_text: str = ""
    total_text: str = ""


@dataclass(frozen=True)
class ContactView:
    """What stands in the form when it is opened."""

    name: str = ""
    email: str = ""
    billing_name: str = ""
    billing_address: str = ""
    delivery: str = "email"
    delivery_address: str = ""


@dataclass(frozen=True)
class CheckoutView:
    """What would be paid now.

    `reference` names an order that is resumed, `paying` one whose payment is under way, `latest` the one made last,
    however it stands.
    """

    lines: list[CheckoutLine] = field(default_factory=list)
    quantity: int = 0
    currency: str = ""
    total_minor: int = 0
    total_text: str = ""
    net_text: str = ""
    fees_text: str = ""
    tax_text: str = ""
    is_free: bool = False
    is_held_at_checkout: bool = False
    authorises_first: bool = False
    deadline_ms: int = 0
    deadline_text: str = ""
    order_id: str = ""
    reference: str = ""
    paying: str = ""
    latest: str = ""
    account_needed_for: str = ""
    other_currencies: list[str] = field(default_factory=list)
    contact: ContactView = field(default_factory=ContactView)


def checkout_view(
    rows: Sequence[Any],
    *,
    paying: str,
    resumed: Any,
    latest: str,
    other_currencies: list[str],
    contact: ContactView,
    is_guest: bool,
) -> CheckoutView:
    """Sum up the rows of holds and wishes; pure."""
    if not rows:
        return CheckoutView(paying=paying, latest=latest, contact=contact)
    currency = rows[0].currency
    total = sum(row.price_minor * row.quantity for row in rows)
    parts = [_parts(row) for row in rows]
    fees, tax = sum(part.fee_minor for part in parts), sum(part.tax_minor for part in parts)
    held = [row for row in rows if row.expires_at is not None]
    first = min(held, key=lambda row: row.expires_at, default=None)
    return CheckoutView(
        lines=_lines(rows),
        quantity=sum(row.quantity for row in rows),
        currency=currency,
        total_minor=total,
        total_text=_text(total, currency),
        net_text=_text(total - fees - tax, currency),
        fees_text=_text(fees, currency),
        tax_text=_text(tax, currency),
        is_free=total == 0,
        is_held_at_checkout=len(held) < len(rows),
        authorises_first=any(row.authorises_first for row in rows),
        deadline_ms=epoch_ms(first.expires_at) if first else 0,
        deadline_text=clock_text(first.expires_at, first.timezone) if first else "",
        order_id=str(resumed.id) if resumed is not None else "",
        reference=resumed.reference if resumed is not None else "",
        paying=paying,
        latest=latest,
        account_needed_for=next((r.event_name for r in rows if is_guest and not r.allows_guests), ""),
        other_currencies=other_currencies,
        contact=contact,
    )


def _parts(row: Any) -> Parts:
    return line_parts(
        price_minor=row.price_minor,
        fee_minor=min(row.fee_minor, row.price_minor),
        quantity=row.quantity,
        tax_basis_points=row.tax_basis_points,
    )


def _lines(rows: Sequence[Any]) -> list[CheckoutLine]:
    groups: dict[tuple[Any, int], list[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.starts_at, row.slug, row.position)):
        groups.setdefault((row.tier_id, row.price_minor), []).append(row)
    lines: list[CheckoutLine] = []
    for group in groups.values():
        is_first = not lines or lines[-1].event_slug != group[0].slug
        lines.append(_line(group, is_first=is_first))
    return lines


def _line(rows: list[Any], *, is_first: bool) -> CheckoutLine:
    first = rows[0]
    quantity = sum(row.quantity for row in rows)
    return CheckoutLine(
        key=first.key,
        is_first=is_first,
        event_name=first.event_name,
        event_slug=first.slug,
        when_text=moment_text(first.starts_at, first.timezone),
        place_text=f"{first.venue_name}, {first.city}",
        refund_text=refund_text(first.refund_until_hours),
        tier_name=first.tier_name,
        seats_text="; ".join(f"{r.section}, row {r.row}, seat {r.number}" for r in rows if r.section),
        quantity=quantity,
        price_text=_text(first.price_minor, first.currency),
        total_text=_text(first.price_minor * quantity, first.currency),
    )


def _text(amount_minor: int, currency: str) -> str:
    return money_text(Money(amount_minor, Currency(currency)))
