"""Write events and tiers for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import epoch_ms, moment_text
from ticketapp.models import Event, HoldPolicy, Organizer, Tier, Venue
from ticketapp.services.catalog import rules, views
from ticketapp.services.catalog.checks import CATEGORIES
from ticketapp.services.catalog.rules import EventState, TierState
from ticketapp.services.inventory.queries import Availability, TierNumbers
from ticketapp.services.inventory.rules import QUANTITY_MAX

NO_NUMBERS = TierNumbers(capacity=0, held=0, sold=0, available=0)

_TIER_TEXTS = {
    TierState.ON_SALE: "On sale",
    TierState.HELD_BY_OTHERS: "All held by others. Some may return when their time runs out.",
    TierState.SOLD_OUT: "Sold out",
    TierState.ENDED: "Sale ended",
    TierState.NEEDS_CODE: "Needs an access code",
    TierState.PAUSED: "Sales are paused",
    TierState.CANCELLED: "Cancelled",
    TierState.OVER: "Over",
    TierState.DRAFT: "Not published",
}
_EVENT_TEXTS = {
    EventState.ON_SALE: "On sale",
    EventState.HELD_BY_OTHERS: "All held by others",
    EventState.SOLD_OUT: "Sold out",
    EventState.NOT_YET: "Not on sale yet",
    EventState.ENDED: "Sale ended",
    EventState.NEEDS_CODE: "Access code needed",
    EventState.PAUSED: "Sales paused",
    EventState.CANCELLED: "Cancelled",
    EventState.OVER: "Over",
    EventState.DRAFT: "Draft",
}
_NOTICES = {
    EventState.CANCELLED: "This event was cancelled. Every paid ticket is refunded to the card it was paid with; "
    "buyers are told by e-mail.",
    EventState.OVER: "This event is over.",
    EventState.PAUSED: "The organizer has paused sales. Tickets that were bought stay valid.",
    EventState.NEEDS_CODE: "Tickets for this event need an access code.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The tiers that this visitor may see, each with its numbers and state, and what the event says."""

    tiers: tuple[tuple[Tier, TierNumbers, TierState], ...]
    state: EventState
    available: int
    capacity: int
    has_hidden: bool
    badge: rules.Badge


def shown(
    event: Event,
    tiers: Sequence[Tier],
    stock: Availability | None,
    now: datetime,
    *,
    clubs: frozenset[str] = frozenset(),
    codes: frozenset[str] = frozenset(),
) -> Shown:
    """Work out what a visitor with these memberships and codes sees of an event."""
    numbers = numbers_of(tiers, stock)
    seen = [tier for tier in tiers if tier.access_code is None or tier.access_code in codes]
    rows = tuple(
        (tier, numbers[tier.id], rules.tier_state(event, tier, numbers[tier.id], now, clubs=clubs))
        for tier in seen
    )
    by_state = [(tier, state) for tier, _, state in rows]
    by_state += [(tier, TierState.NEEDS_CODE) for tier in tiers if tier not in seen]
    available = sum(figures.available for _, figures, _ in rows)
    if stock is not None:
        available = max(0, min(available, stock.available))
    capacity = sum(figures.capacity for _, figures, _ in rows)
    return Shown(
        tiers=rows,
        state=rules.event_state(event, [state for _, state in by_state], now),
        available=available,
        capacity=capacity,
        has_hidden=len(seen) < len(tiers),
        badge=rules.badge(event, by_state, available, capacity, now),
    )


def numbers_of(tiers: Sequence[Tier], stock: Availability | None) -> Mapping[UUID, TierNumbers]:
    """Give each tier's numbers; a tier without stock has none."""
    found = stock.tiers if stock is not None else {}
    return {tier.id: found.get(tier.id, NO_NUMBERS) for tier in tiers}


def event_card(event: Event, venue: Venue, seen: Shown, stock: Availability | None) -> views.EventCard:
    """Show an event as a card of a list."""
    local_start = event.starts_at.astimezone(ZoneInfo(event.timezone))
    cheapest = min((tier for tier, _, _ in seen.tiers), key=lambda tier: tier.price_minor, default=None)
    return views.EventCard(
        id=str(event.id),
        slug=event.slug,
        name=event.name,
        artist=event.artist,
        venue=venue.name,
        city=venue.city,
        category=event.category,
        category_text=category_text(event.category),
        status=event.status.value,
        state=seen.state.value,
        badge=seen.badge.text,
        badge_kind=seen.badge.kind,
        starts_at=event.starts_at.isoformat(),
        starts_text=moment_text(event.starts_at, event.timezone),
        day=str(local_start.day),
        month=f"{local_start:%b}",
        timezone=event.timezone,
        has_price=cheapest is not None,
        price_from_minor=cheapest.price_minor if cheapest else 0,
        currency=cheapest.currency if cheapest else "",
        price_from_text=lowest_price_text(seen),
        has_higher_prices=_has_several_prices(seen),
        available=seen.available,
        version=stock.version if stock else 0,
        picture_url=picture_of(event),
    )


def event_page(
    event: Event, venue: Venue, organizer: Organizer, seen: Shown, stock: Availability | None
) -> views.EventPage:
    """Show an event with its tiers."""
    return views.EventPage(
        id=str(event.id),
        slug=event.slug,
        name=event.name,
        artist=event.artist,
        description=event.description,
        category=event.category,
        category_text=category_text(event.category),
        picture_url=picture_of(event),
        organizer=organizer.name,
        organizer_id=str(organizer.id),
        organizer_slug=organizer.slug,
        venue=venue.name,
        address=venue.address,
        city=venue.city,
        country=venue.country,
        timezone=event.timezone,
        doors_at=event.doors_at.isoformat(),
        doors_text=moment_text(event.doors_at, event.timezone),
        starts_at=event.starts_at.isoformat(),
        starts_text=moment_text(event.starts_at, event.timezone),
        ends_at=event.ends_at.isoformat(),
        ends_text=moment_text(event.ends_at, event.timezone),
        status=event.status.value,
        state=seen.state.value,
        state_text=_EVENT_TEXTS[seen.state],
        notice=_notice(event, seen.state),
        price_text=lowest_price_text(seen),
        has_higher_prices=_has_several_prices(seen),
        price_note="all fees included" if _is_priced(seen) else "",
        tiers=[_tier_row(event, tier, numbers, state) for tier, numbers, state in seen.tiers],
        has_code_tiers=seen.has_hidden,
        is_seated=any(tier.is_seated for tier, _, _ in seen.tiers),
        hold_policy=event.hold_policy.value,
        hold_text=_hold_text(event),
        allows_guests=event.allows_guests,
        refund_text=rules.refund_text(event.refund_until_hours),
        tax_text=_tax_text(event) if _is_priced(seen) else "",
        max_attendees=(stock.max_attendees or 0) if stock else 0,
        available=seen.available,
        version=stock.version if stock else 0,
    )


def state_text(state: EventState) -> str:
    """Say an event's state in a word or two."""
    return _EVENT_TEXTS[state]


def category_text(category: str) -> str:
    return CATEGORIES.get(category, category.capitalize())


def picture_of(event: Event) -> str:
    """Give the picture's address: the organizer's own or the generated poster."""
    return event.picture_url or f"/posters/{event.slug}.svg"


def amount_text(minor: int, currency: str) -> str:
    """Write a price; nothing to pay is Free."""
    return money_text(Money(minor, Currency(currency))) if minor else "Free"


def lowest_price_text(seen: Shown) -> str:
    """Write the lowest price a visitor can see."""
    prices = _prices(seen)
    return amount_text(*min(prices)) if prices else ""


def _has_several_prices(seen: Shown) -> bool:
    return len(_prices(seen)) > 1


def _is_priced(seen: Shown) -> bool:
    return any(price_minor for price_minor, _ in _prices(seen))


def _prices(seen: Shown) -> set[tuple[int, str]]:
    return {(tier.price_minor, tier.currency) for tier, _, _ in seen.tiers}


def _tier_row(event: Event, tier: Tier, numbers: TierNumbers, state: TierState) -> views.TierRow:
    opening = tier.sale_starts_at if state is TierState.NOT_YET else None
    depends_on_stock = state in rules.SELLING or state in (TierState.HELD_BY_OTHERS, TierState.SOLD_OUT)
    return views.TierRow(
        id=str(tier.id),
        key=tier.key,
        name=tier.name,
        description=tier.description,
        state=state.value,
        state_text=_tier_text(event, tier, numbers, state),
        rule="open" if depends_on_stock else state.value,
        can_choose=state in rules.SELLING,
        price_minor=tier.price_minor,
        currency=tier.currency,
        price_text=amount_text(tier.price_minor, tier.currency),
        fee_minor=tier.fee_minor,
        fee_text=f"Includes {amount_text(tier.fee_minor, tier.currency)} service fee"
        if tier.fee_minor
        else "",
        capacity=numbers.capacity,
        available=numbers.available,
        held=numbers.held,
        sold=numbers.sold,
        few_below=rules.few_below(numbers.capacity),
        min_per_order=tier.min_per_order,
        max_per_order=tier.max_per_order or QUANTITY_MAX,
        limits_text=_limits_text(tier),
        opens_at_ms=epoch_ms(opening) if opening else 0,
        opens_at=opening.isoformat() if opening else "",
        window_text=_window_text(event, tier, state),
        required_club=tier.required_club or "",
        is_behind_code=tier.access_code is not None,
        is_seated=tier.is_seated,
    )


def _tier_text(event: Event, tier: Tier, numbers: TierNumbers, state: TierState) -> str:
    if state is TierState.FEW:
        return f"{numbers.available:,} left"
    if state is TierState.NOT_YET and tier.sale_starts_at:
        return f"On sale from {moment_text(tier.sale_starts_at, event.timezone)}"
    if state is TierState.MEMBERS_ONLY:
        return f"For members of {tier.required_club}"
    return _TIER_TEXTS[state]


def _limits_text(tier: Tier) -> str:
    parts = []
    if tier.min_per_order > 1:
        parts.append(f"at least {tier.min_per_order} per order")
    if tier.max_per_order is not None:
        parts.append(f"at most {tier.max_per_order} per order")
    if tier.max_per_person is not None:
        parts.append(f"at most {tier.max_per_person} per person")
    return ", ".join(parts).capitalize()


def _window_text(event: Event, tier: Tier, state: TierState) -> str:
    if state in rules.SELLING and tier.sale_ends_at is not None:
        return f"On sale until {moment_text(tier.sale_ends_at, event.timezone)}"
    return ""


def _notice(event: Event, state: EventState) -> str:
    if state not in _NOTICES and rules.is_rescheduled(event):
        before, after = (
            moment_text(moment, event.timezone) for moment in (event.first_starts_at, event.starts_at)
        )
        return f"Rescheduled from {before} to {after}. Tickets stay valid."
    return _NOTICES.get(state, "")


def _hold_text(event: Event) -> str:
    if event.hold_policy is HoldPolicy.AT_CHECKOUT:
        return "Tickets in your cart are not held until you check out. If it sells out before you pay, you are refunded."
    return ""


def _tax_text(event: Event) -> str:
    if event.tax_basis_points == 0:
        return ""
    whole, part = divmod(event.tax_basis_points, 100)
    rate = f"{whole}.{part:02d}".rstrip("0").rstrip(".")
    return f"Prices include {rate} % VAT."
