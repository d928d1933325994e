"""Turn sums into what an organizer reads."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import day_text, moment_text
from ticketapp.models import OPEN_PAYMENTS, Event, EventStatus, OrderStatus, PaymentStatus
from ticketapp.services.inventory.queries import Availability
from ticketapp.services.reporting.sales import EventFacts, OrderPart, TierTotals
from ticketapp.services.reporting.views import (
    EventSales,
    LatestOrder,
    MoneySums,
    Payments,
    SalesPoint,
    TierSales,
)

HOUR_S = 60 * 60
DAY_S = 24 * HOUR_S
# The finest span that draws the sales so far with at most so many points.
POINTS_MAX = 60
SPANS_S = (
    (5 * 60, "every 5 minutes"),
    (HOUR_S, "by the hour"),
    (DAY_S, "by the day"),
    (7 * DAY_S, "by the week"),
)

EVENT_STATE_TEXTS = {
    "published": "On sale",
    "paused": "Paused",
    "cancelled": "Cancelled",
    "over": "Over",
    "sold_out": "Sold out",
}
ORDER_STATUS_TEXTS = {
    OrderStatus.AWAITING_PAYMENT: "Awaiting payment",
    OrderStatus.EXPIRING: "Ending",
    OrderStatus.PAID: "Paid",
    OrderStatus.PARTLY_REFUNDED: "Partly refunded",
    OrderStatus.REFUNDED: "Refunded",
    OrderStatus.CANCELLED: "Cancelled",
    OrderStatus.EXPIRED: "Expired",
}


def places(stock: Availability) -> int:
    """Count the places an event can sell: those of its tiers, within its own limit."""
    in_tiers = sum(tier.capacity for tier in stock.tiers.values())
    return in_tiers if stock.max_attendees is None else min(in_tiers, stock.max_attendees)


def money_sums(totals: Iterable[TierTotals]) -> list[MoneySums]:
    """Add up totals per currency, in the order of their names."""
    by_currency: dict[str, list[TierTotals]] = {}
    for total in totals:
        by_currency.setdefault(total.currency, []).append(total)
    return [_money_sums(currency, of_one) for currency, of_one in sorted(by_currency.items())]


def joined(money: list[MoneySums], sum_name: str) -> str:
    """Write one sum of each currency beside the others."""
    return " · ".join(text for sums in money if (text := getattr(sums, sum_name)))


def available(facts: EventFacts, now: datetime) -> int:
    """Count the places that can still be sold: none of an event that is over or cancelled."""
    is_selling = facts.event.status != EventStatus.CANCELLED and facts.event.ends_at > now
    return facts.stock.available if is_selling else 0


def event_sales(facts: EventFacts, now: datetime) -> EventSales:
    """Sum up one event."""
    event, stock = facts.event, facts.stock
    state = _state(facts, now)
    return EventSales(
        id=str(event.id),
        slug=event.slug,
        name=event.name,
        starts_text=moment_text(event.starts_at, event.timezone),
        state=state,
        state_text=EVENT_STATE_TEXTS[state],
        capacity=places(stock),
        held=stock.held,
        sold=stock.sold,
        available=available(facts, now),
        admitted=facts.admitted,
        gross_text=_gross_text(facts.totals),
    )


def tier_sales(facts: EventFacts) -> list[TierSales]:
    """Sum up the tiers of one event, in their order."""
    return [
        TierSales(
            id=str(tier.id),
            key=tier.key,
            name=tier.name,
            price_text=_text(tier.price_minor, tier.currency),
            capacity=numbers.capacity,
            held=numbers.held,
            sold=numbers.sold,
            available=numbers.available,
            gross_text=_gross_text([total for total in facts.totals if total.tier_id == tier.id]),
        )
        for tier in facts.tiers
        if (numbers := facts.stock.tiers.get(tier.id)) is not None
    ]


def payments(counts: dict[PaymentStatus, int]) -> Payments:
    """Tell how many of the attempts that ended were paid."""
    succeeded, failed = counts.get(PaymentStatus.SUCCEEDED, 0), counts.get(PaymentStatus.FAILED, 0)
    ended = succeeded + failed
    return Payments(
        succeeded=succeeded,
        failed=failed,
        open=sum(counts.get(status, 0) for status in OPEN_PAYMENTS),
        success_text=f"{succeeded * 100 // ended} %" if ended else "",
    )


def latest_orders(parts: Iterable[OrderPart], events: Iterable[Event]) -> list[LatestOrder]:
    by_id = {event.id: event for event in events}
    return [_latest_order(part, by_id) for part in parts]


def points(
    count: Callable[[int, int], dict[int, int]],
    *,
    first_at: datetime | None,
    timezone: str,
    now: datetime,
) -> tuple[list[SalesPoint], str]:
    """Draw the sales from the first to now; `count` gives the tickets per span, for a span and the zone's offset."""
    if first_at is None:
        return [], ""
    span_s, text = _span_for(now - first_at)
    offset_s = int((now.astimezone(ZoneInfo(timezone)).utcoffset() or timedelta()).total_seconds())
    counts = count(span_s, offset_s)
    last = (int(now.timestamp()) + offset_s) // span_s
    first = max(min(counts, default=last), last - POINTS_MAX * 2)
    total = sum(sold for number, sold in counts.items() if number < first)
    # The line starts where nothing was sold yet.
    first -= 1
    drawn: list[SalesPoint] = []
    for number in range(first, last + 1):
        total += counts.get(number, 0)
        begins_at = datetime.fromtimestamp(number * span_s - offset_s, UTC)
        growth = f"{total:,} (+{counts.get(number, 0):,})"
        drawn.append(SalesPoint(_span_text(begins_at, span_s, timezone), total, growth))
    return drawn, f"{text}, {now.astimezone(ZoneInfo(timezone)):%Z}"


def _state(facts: EventFacts, now: datetime) -> str:
    if facts.event.status == EventStatus.CANCELLED:
        return EventStatus.CANCELLED.value
    if facts.event.ends_at <= now:
        return "over"
    return facts.event.status.value if facts.stock.available else "sold_out"


def _span_for(age: timedelta) -> tuple[int, str]:
    seconds = int(age.total_seconds())
    return next((span for span in SPANS_S if seconds // span[0] < POINTS_MAX), SPANS_S[-1])


def _span_text(begins_at: datetime, span_s: int, timezone: str) -> str:
    local = begins_at.astimezone(ZoneInfo(timezone))
    return day_text(begins_at, timezone) if span_s >= DAY_S else f"{local:%a} {local.day}, {local:%H:%M}"


def _money_sums(currency: str, totals: list[TierTotals]) -> MoneySums:
    gross = sum(total.gross_minor for total in totals)
    fees = sum(total.fees_minor for total in totals)
    taxes = sum(total.taxes_minor for total in totals)
    refunds = sum(total.refunds_minor for total in totals)
    return MoneySums(
        currency=currency,
        gross_minor=gross,
        gross_text=_text(gross, currency),
        fees_text=_text(fees, currency),
        taxes_text=_text(taxes, currency),
        refunds_text=_text(refunds, currency) if refunds else "",
        net_text=_text(gross - refunds - fees - taxes, currency),
    )


def _gross_text(totals: list[TierTotals]) -> str:
    return joined(money_sums(totals), "gross_text")


def _latest_order(part: OrderPart, events: dict[UUID, Event]) -> LatestOrder:
    order = part.order
    named = [events[event_id] for event_id in part.event_ids if event_id in events]
    timezone = named[0].timezone if named else "UTC"
    return LatestOrder(
        reference=order.reference,
        at_text=moment_text(order.created_at, timezone),
        events_text=", ".join(sorted(event.name for event in named)),
        tickets=part.quantity,
        amount_text=_text(part.amount_minor, order.currency),
        status=order.status.value,
        status_text=ORDER_STATUS_TEXTS[order.status],
    )


def _text(amount_minor: int, currency: str) -> str:
    return money_text(Money(amount_minor, Currency(currency)))
