"""What an event and its tiers are just now, read from the facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ticketapp.models import Event, EventStatus, Tier
from ticketapp.services.inventory.queries import TierNumbers

FEW_SHARE = 20
FEW_AT_LEAST = 10
FEW_AT_MOST = 100


class TierState(StrEnum):
    """What a tier's row says; `SELLING` lists those from which something can be taken."""

    ON_SALE = "on_sale"
    FEW = "few"
    HELD_BY_OTHERS = "held_by_others"
    SOLD_OUT = "sold_out"
    NOT_YET = "not_yet"
    ENDED = "ended"
    NEEDS_CODE = "needs_code"
    MEMBERS_ONLY = "members_only"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    OVER = "over"
    DRAFT = "draft"


class EventState(StrEnum):
    """What the event's page says above its tiers."""

    ON_SALE = "on_sale"
    HELD_BY_OTHERS = "held_by_others"
    SOLD_OUT = "sold_out"
    NOT_YET = "not_yet"
    ENDED = "ended"
    NEEDS_CODE = "needs_code"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    OVER = "over"
    DRAFT = "draft"


SELLING = frozenset({TierState.ON_SALE, TierState.FEW})
# What the event says when no tier sells: the first of these that any tier says.
_EVENT_STATES = (
    (TierState.HELD_BY_OTHERS, EventState.HELD_BY_OTHERS),
    (TierState.NOT_YET, EventState.NOT_YET),
    (TierState.MEMBERS_ONLY, EventState.ON_SALE),
    (TierState.SOLD_OUT, EventState.SOLD_OUT),
    (TierState.NEEDS_CODE, EventState.NEEDS_CODE),
)


@dataclass(frozen=True, slots=True)
class Badge:
    """The one word an event's card carries; `kind` chooses its look."""

    kind: str = ""
    text: str = ""


_FINAL_BADGES = {
    EventState.CANCELLED: Badge("cancelled", "Cancelled"),
    EventState.OVER: Badge("over", "Over"),
    EventState.DRAFT: Badge("draft", "Draft"),
}
_STATE_BADGES = {
    EventState.PAUSED: Badge("paused", "Sales paused"),
    EventState.SOLD_OUT: Badge("sold_out", "Sold out"),
    EventState.HELD_BY_OTHERS: Badge("held_by_others", "All held, some may return"),
    EventState.ENDED: Badge("ended", "Sale ended"),
}


def whole_event_state(event: Event, now: datetime) -> EventState | None:
    """Say what stops an event as a whole, if anything does."""
    if event.status is EventStatus.CANCELLED:
        return EventState.CANCELLED
    if event.status is EventStatus.DRAFT:
        return EventState.DRAFT
    if event.ends_at <= now:
        return EventState.OVER
    if event.status is EventStatus.PAUSED:
        return EventState.PAUSED
    return None


def tier_state(
    event: Event, tier: Tier, numbers: TierNumbers, now: datetime, *, clubs: frozenset[str]
) -> TierState:
    """Say what a tier's row shows to somebody who belongs to these clubs and has entered its code."""
    whole = whole_event_state(event, now)
    if whole is not None:
        return TierState(whole.value)
    if tier.sale_starts_at is not None and now < tier.sale_starts_at:
        return TierState.NOT_YET
    if tier.sale_ends_at is not None and now >= tier.sale_ends_at:
        return TierState.ENDED
    if numbers.available <= 0:
        return TierState.HELD_BY_OTHERS if numbers.held > 0 else TierState.SOLD_OUT
    if tier.required_club is not None and tier.required_club not in clubs:
        return TierState.MEMBERS_ONLY
    return TierState.FEW if is_few(numbers.available, numbers.capacity) else TierState.ON_SALE


def is_few(available: int, capacity: int) -> bool:
    """Tell whether the true number left is worth saying: a twentieth, within bounds."""
    return 0 < available <= few_below(capacity)


def few_below(capacity: int) -> int:
    """Give the number from which on down the page says how many are left."""
    return min(max(capacity // FEW_SHARE, FEW_AT_LEAST), FEW_AT_MOST)


def event_state(event: Event, states: Iterable[TierState], now: datetime) -> EventState:
    """Say what an event's page shows, from what its tiers show."""
    whole = whole_event_state(event, now)
    if whole is not None:
        return whole
    seen = frozenset(states)
    if seen & SELLING:
        return EventState.ON_SALE
    for of_tier, of_event in _EVENT_STATES:
        if of_tier in seen:
            return of_event
    return EventState.ENDED


def is_rescheduled(event: Event) -> bool:
    """Tell whether an event that was announced has moved to another time."""
    return event.status is not EventStatus.DRAFT and event.first_starts_at != event.starts_at


def badge(
    event: Event, tiers: Sequence[tuple[Tier, TierState]], available: int, capacity: int, now: datetime
) -> Badge:
    """Choose the one badge of an event's card, the weightiest first."""
    state = event_state(event, [one for _, one in tiers], now)
    if state in _FINAL_BADGES:
        return _FINAL_BADGES[state]
    if is_rescheduled(event):
        return Badge("rescheduled", "Rescheduled")
    if state in _STATE_BADGES:
        return _STATE_BADGES[state]
    if state is EventState.ON_SALE and is_few(available, capacity):
        return Badge("few", f"{available:,} left")
    return _opening_badge(state, tiers, now)


def _opening_badge(state: EventState, tiers: Sequence[tuple[Tier, TierState]], now: datetime) -> Badge:
    moments = [tier.sale_starts_at for tier, one in tiers if one is TierState.NOT_YET and tier.sale_starts_at]
    if not moments:
        return Badge()
    if state is EventState.NOT_YET:
        return Badge("not_yet", f"On sale in {span_text(min(moments) - now)}")
    is_presale = all(
        tier.required_club or tier.access_code for tier, one in tiers if one is not TierState.NOT_YET
    )
    return Badge("presale", "Presale") if is_presale else Badge()


def span_text(span: timedelta) -> str:
    """Write a time to come in its largest unit: 2 d, 5 h, 12 min."""
    minutes = max(1, -(-int(span.total_seconds()) // 60))
    if minutes >= 48 * 60:
        return f"{minutes // (24 * 60)} d"
    return f"{minutes // 60} h" if minutes >= 120 else f"{minutes} min"


def refund_text(until_hours: int | None) -> str:
    """Say until when a buyer may give tickets back; None: never, unless the event is cancelled."""
    if until_hours is None:
        return "Tickets are refunded only if the event is cancelled."
    if until_hours == 0:
        return "You can return tickets for a full refund until the start."
    return f"You can return tickets for a full refund until {until_hours} hours before the start."
