"""What an order looks like from outside."""

from dataclasses import dataclass, field
from typing import Any

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import clock_text, epoch_ms, moment_text
from ticketapp.models import OrderStatus

_STATUS_TEXTS = {
    OrderStatus.AWAITING_PAYMENT: "Awaiting payment",
    OrderStatus.EXPIRING: "Asking your bank",
    OrderStatus.PAID: "Paid",
    OrderStatus.PARTLY_REFUNDED: "Partly refunded",
    OrderStatus.REFUNDED: "Refunded",
    OrderStatus.CANCELLED: "Cancelled",
    OrderStatus.EXPIRED: "Expired",
}
END_TEXTS = {
    "not_paid_in_time": "The time to pay ran out, so the places were given back. Nothing was charged.",
    "payment_unknown_for_too_long": (
        "Your bank did not answer in time, so the places were given back. Should it charge you, the money comes back."
    ),
    "by_buyer": "You cancelled this order. Nothing was charged.",
    "payment_failed": "The payment did not go through, so the places were given back. Nothing was charged.",
    "reopened": "Its tickets went back to your cart. Nothing was charged.",
    "replaced": "Its places moved to a newer order of yours. Nothing was charged.",
    "paid_but_no_hold": "Your payment came after the places were gone.",
    "event_cancelled": "The event was cancelled.",
    "not_confirmed": (
        "The places could not be confirmed, so no money was taken. Your bank had set this amount aside. Nothing was "
        "charged, and your bank lets go of it within days."
    ),
    "asked": "The tickets were given back.",
    "by_organizer": "The organizer took the tickets back.",
}
BANKS_TAKE = "Banks take up to ten working days to show it."


@dataclass(frozen=True)
class OrderLineView:
    """One line: so many places of a tier, or one seat."""

    id: str = ""
    event_id: str = ""
    event_slug: str = ""
    event_name: str = ""
    when_text: str = ""
    place_text: str = ""
    tier_id: str = ""
    tier_name: str = ""
    seat_label: str = ""
    quantity: int = 0
    price_minor: int = 0
    price_text: str = ""
    total_minor: int = 0
    total_text: str = ""


@dataclass(frozen=True)
class OrderView:
    """One order. `net_minor`, `fees_minor` and `tax_minor` sum to the total."""

    id: str = ""
    reference: str = ""
    title: str = ""
    person_id: str = ""
    status: str = ""
    status_text: str = ""
    end_text: str = ""
    is_open: bool = False
    is_paying: bool = False
    is_confirmed: bool = False
    is_paid: bool = False
    is_free: bool = False
    currency: str = ""
    total_minor: int = 0
    total_text: str = ""
    net_text: str = ""
    fees_text: str = ""
    tax_text: str = ""
    refunded_minor: int = 0
    refunded_text: str = ""
    quantity: int = 0
    contact_name: str = ""
    contact_email: str = ""
    billing_name: str = ""
    billing_address: str = ""
    delivery: str = ""
    delivery_address: str = ""
    created_at: str = ""
    created_text: str = ""
    paid_at: str = ""
    paid_text: str = ""
    deadline_ms: int = 0
    deadline_text: str = ""
    lines: list[OrderLineView] = field(default_factory=list)


@dataclass(frozen=True)
class OrderList:
    """One page of a person's orders."""

    orders: list[OrderView] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    count_text: str = ""


def order_view(row: Any, lines: list[Any]) -> OrderView:
    """Make the view of an order's row and its lines' rows."""
    views = [_line_view(line, row.currency) for line in lines]
    status = OrderStatus(row.status)
    is_open = status is OrderStatus.AWAITING_PAYMENT
    has_end = is_open and row.confirmed_at is None
    timezone = lines[0].timezone
    return OrderView(
        id=str(row.id),
        reference=row.reference,
        title=", ".join(dict.fromkeys(line.event_name for line in views)),
        person_id=str(row.person_id),
        status=status.value,
        status_text=_STATUS_TEXTS[status],
        end_text=END_TEXTS.get(row.end_reason or "", ""),
        is_open=is_open,
        is_paying=row.paying_at is not None,
        is_confirmed=row.confirmed_at is not None,
        is_paid=status in (OrderStatus.PAID, OrderStatus.PARTLY_REFUNDED),
        is_free=row.total_minor == 0,
        currency=row.currency,
        total_minor=row.total_minor,
        total_text=_text(row.total_minor, row.currency),
        net_text=_text(row.total_minor - row.fees_minor - row.tax_minor, row.currency),
        fees_text=_text(row.fees_minor, row.currency),
        tax_text=_text(row.tax_minor, row.currency),
        refunded_minor=row.refunded_minor,
        refunded_text=_text(row.refunded_minor, row.currency),
        quantity=sum(line.quantity for line in views),
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        billing_name=row.billing_name,
        billing_address=row.billing_address,
        delivery=row.delivery.value,
        delivery_address=row.delivery_address,
        created_at=row.created_at.isoformat(),
        created_text=moment_text(row.created_at, timezone),
        paid_at=row.paid_at.isoformat() if row.paid_at else "",
        paid_text=moment_text(row.paid_at, timezone) if row.paid_at else "",
        deadline_ms=epoch_ms(row.expires_at) if has_end else 0,
        deadline_text=clock_text(row.expires_at, timezone) if has_end else "",
        lines=views,
    )


def _line_view(line: Any, currency: str) -> OrderLineView:
    total_minor = line.price_minor * line.quantity
    return OrderLineView(
        id=str(line.id),
        event_id=str(line.event_id),
        event_slug=line.event_slug,
        event_name=line.event_name,
        when_text=moment_text(line.starts_at, line.timezone),
        place_text=f"{line.venue_name}, {line.city}",
        tier_id=str(line.tier_id),
        tier_name=line.tier_name,
        seat_label=line.seat_label,
        quantity=line.quantity,
        price_minor=line.price_minor,
        price_text=_text(line.price_minor, currency),
        total_minor=total_minor,
        total_text=_text(total_minor, currency),
    )


def _text(amount_minor: int, currency: str) -> str:
    return money_text(Money(amount_minor, Currency(currency)))
