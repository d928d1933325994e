"""Turn the rows of a cart into its view; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import clock_text, epoch_ms, moment_text
from ticketapp.models import HoldPolicy, HoldStatus
from ticketapp.services.cart import views
from ticketapp.services.inventory.queries import Availability
from ticketapp.services.inventory.rules import QUANTITY_MAX

Rows = Sequence[Row[Any]]

# So long before the first hold ends, more time is offered.
WARN_MS = 2 * 60 * 1000


def is_live(hold: Row[Any], now: datetime) -> bool:
    """Say whether a hold still counts down; one whose time has passed only waits for the expiry job."""
    return hold.status is HoldStatus.LIVE and hold.expires_at > now


def build_cart(
    facts: Rows, holds: Rows, wishes: Rows, free: Mapping[UUID, Availability], now: datetime
) -> views.CartView:
    """Group holds and wishes by event, and lines by tier; facts of other events are passed over."""
    holds_of, wishes_of = by("event_id", holds), by("event_id", wishes)
    events = [
        _event(fact, holds_of[fact.id], wishes_of[fact.id], free.get(fact.id), now)
        for fact in facts
        if fact.id in holds_of or fact.id in wishes_of
    ]
    live = [hold for hold in holds if is_live(hold, now)]
    totals = _totals([*live, *wishes])
    first_end = min((epoch_ms(hold.expires_at) for hold in live), default=0)
    may_extend = [event for event in events if event.deadline_ms and event.extensions_left]
    return views.CartView(
        events=events,
        totals=[
            views.CartTotal(currency, money_text(Money(minor, Currency(currency))), minor)
            for currency, minor in sorted(totals.items())
        ],
        total_text=_amounts_text(totals),
        quantity=sum(event.quantity for event in events),
        ended_quantity=sum(event.ended_quantity for event in events),
        deadline_ms=first_end,
        deadline_text=next((event.deadline_text for event in events if event.deadline_ms == first_end), ""),
        warn_at_ms=first_end - WARN_MS if may_extend else 0,
        extension_text=_minutes_text(may_extend[0].extension_minutes) if may_extend else "",
        own_seats=[seat.seat_id for event in events for line in event.lines for seat in line.seats],
    )


def by(column: str, rows: Rows) -> dict[UUID, list[Row[Any]]]:
    groups: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return groups


def _event(
    fact: Row[Any], holds: Rows, wishes: Rows, free: Availability | None, now: datetime
) -> views.CartEvent:
    live = [hold for hold in holds if is_live(hold, now)]
    ended = [hold for hold in holds if not is_live(hold, now)]
    first_end = min((hold.expires_at for hold in live), default=None)
    lines = [_line(rows) for rows in _by_tier(live)] + [_line([wish]) for wish in wishes]
    ended_lines = _ended_lines(ended, free)
    totals = _totals([*live, *wishes])
    ended_quantity = sum(line.quantity for line in ended_lines)
    still_free = sum(line.still_free for line in ended_lines)
    return views.CartEvent(
        id=str(fact.id),
        slug=fact.slug,
        name=fact.name,
        organizer=fact.organizer,
        when_text=moment_text(fact.starts_at, fact.timezone),
        place_text=f"{fact.venue}, {fact.city}",
        currency=next(iter(totals), ""),
        is_held_at_checkout=fact.hold_policy is HoldPolicy.AT_CHECKOUT,
        lines=lines,
        ended_lines=ended_lines,
        quantity=sum(line.quantity for line in lines),
        total_text=_amounts_text(totals),
        total_minor=sum(totals.values()),
        deadline_ms=epoch_ms(first_end) if first_end else 0,
        deadline_text=clock_text(first_end, fact.timezone) if first_end else "",
        extensions_left=max(0, fact.extensions_max - max((hold.extensions for hold in live), default=0)),
        extension_minutes=fact.extension_minutes,
        ended_quantity=ended_quantity,
        still_free=still_free,
        ended_text=_ended_text(ended_quantity, still_free),
    )


def _by_tier(holds: Rows) -> Iterable[list[Row[Any]]]:
    groups: dict[UUID, list[Row[Any]]] = {}
    for hold in holds:
        groups.setdefault(hold.tier_id, []).append(hold)
    return groups.values()


def _line(rows: Rows, still_free: int = 0, note: str = "") -> views.CartLine:
    first = rows[0]
    currency = Currency(first.currency)
    prices = sorted({row.price_minor for row in rows})
    total = sum(row.price_minor * row.quantity for row in rows)
    seats = [_seat(row) for row in rows if row.seat_id is not None]
    return views.CartLine(
        tier_id=str(first.tier_id),
        key=first.key,
        name=first.name,
        quantity=sum(row.quantity for row in rows),
        quantity_max=first.max_per_order or QUANTITY_MAX,
        is_seated=first.seat_id is not None,
        seats=seats,
        seats_text="; ".join(seat.label for seat in seats),
        price_text=" and ".join(money_text(Money(minor, currency)) for minor in prices),
        total_text=money_text(Money(total, currency)),
        total_minor=total,
        still_free=still_free,
        note=note,
    )


def _seat(row: Row[Any]) -> views.CartSeat:
    return views.CartSeat(
        hold_id=str(row.id),
        seat_id=str(row.seat_id),
        label=f"{row.section}, row {row.row}, seat {row.number}",
        price_text=money_text(Money(row.price_minor, Currency(row.currency))),
        is_free=bool(row.seat_is_free) or row.status is HoldStatus.LIVE,
    )


def _ended_lines(ended: Rows, free: Availability | None) -> list[views.CartLine]:
    room = free.available if free else 0
    lines: list[views.CartLine] = []
    for rows in _by_tier(ended):
        # What the expiry job has not yet given back is still this person's to take.
        own = sum(row.quantity for row in rows if row.status is HoldStatus.LIVE)
        returned = sum(row.quantity for row in rows) - own
        tier = free.tiers.get(rows[0].tier_id) if free else None
        open_places = min(returned, tier.available if tier else 0, room)
        if rows[0].seat_id is not None:
            free_seats = sum(bool(row.seat_is_free) for row in rows if row.status is not HoldStatus.LIVE)
            open_places = min(open_places, free_seats)
        room -= open_places
        still_free = own + open_places
        lines.append(_line(rows, still_free, _ended_text(own + returned, still_free)))
    return lines


def _ended_text(ended: int, still_free: int) -> str:
    if ended == 0:
        return ""
    if still_free == ended:
        return "Still free." if ended == 1 else f"All {ended} are still free."
    if still_free == 0:
        return "Taken by somebody else." if ended == 1 else f"All {ended} were taken by others."
    return f"{still_free} of {ended} {'is' if still_free == 1 else 'are'} still free."


def _totals(rows: Rows) -> Counter[str]:
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row.currency] += row.price_minor * row.quantity
    return totals


def _amounts_text(totals: Mapping[str, int]) -> str:
    return " + ".join(
        money_text(Money(minor, Currency(currency))) for currency, minor in sorted(totals.items())
    )


def _minutes_text(minutes: int) -> str:
    return "1 more minute" if minutes == 1 else f"{minutes} more minutes"
