"""What an event and a tier must have; each problem is said beside its field."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ticketapp.core.errors import InvalidInput
from ticketapp.core.money import Currency, Money, least_chargeable, minor_digits, money_text, most_chargeable
from ticketapp.services.catalog.drafts import EventDraft, TierDraft

TIERS_MAX = 40
CAPACITY_MAX = 1_000_000
PER_ORDER_MAX = 1_000
EVENT_SPAN_MAX = timedelta(days=31)
HOLD_MINUTES_MAX = 24 * 60
CATEGORIES = {
    "concert": "Concert",
    "club": "Club night",
    "festival": "Festival",
    "jazz": "Jazz",
    "classical": "Classical",
    "theatre": "Theatre",
    "comedy": "Comedy",
    "dance": "Dance",
    "family": "Family",
    "talk": "Talk",
}

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")

Problems = dict[str, str]


def check_event(draft: EventDraft, tiers: Sequence[TierDraft]) -> None:
    """Refuse an event that lacks something, naming every wrong field at once.

    Raises:
        InvalidInput: field names as in the draft; a tier's are `tiers.<number>.<field>`.
    """
    problems = _event_problems(draft)
    if not tiers:
        problems["tiers"] = "Add at least one tier with its price."
    if len(tiers) > TIERS_MAX:
        problems["tiers"] = f"An event has at most {TIERS_MAX} tiers."
    if len({tier.name.casefold() for tier in tiers}) < len(tiers):
        problems["tiers"] = "Give each tier a name of its own."
    for number, tier in enumerate(tiers[:TIERS_MAX]):
        problems |= {f"tiers.{number}.{field}": text for field, text in _tier_problems(tier).items()}
    _refuse(problems)


def check_event_alone(draft: EventDraft) -> None:
    """Refuse a change that leaves an event without what it needs.

    Raises:
        InvalidInput: field names as in the draft.
    """
    _refuse(_event_problems(draft))


def check_tier(draft: TierDraft) -> None:
    """Refuse a tier that lacks something.

    Raises:
        InvalidInput: field names as in the draft.
    """
    _refuse(_tier_problems(draft))


def is_timezone(name: str) -> bool:
    """Tell whether the name is an IANA zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _refuse(problems: Problems) -> None:
    if problems:
        raise InvalidInput(**problems)


def _event_problems(draft: EventDraft) -> Problems:
    return (
        _text_problems(draft)
        | _place_problems(draft)
        | _time_problems(draft.doors_at, draft.starts_at, draft.ends_at)
        | _rule_problems(draft)
        | _unread_problems(draft.unread)
    )


def _unread_problems(fields: frozenset[str]) -> Problems:
    return {
        field: "Give a date and time that exists there." if field.endswith("_at") else "Give a whole number."
        for field in fields
    }


def _text_problems(draft: EventDraft) -> Problems:
    problems: Problems = {}
    if not 1 <= len(draft.name) <= 160:
        problems["name"] = "Give the event a name of up to 160 characters."
    if not 1 <= len(draft.artist) <= 160:
        problems["artist"] = "Say who performs, in up to 160 characters."
    if draft.category not in CATEGORIES:
        problems["category"] = "Choose a category from the list."
    if len(draft.description) > 8000:
        problems["description"] = "Shorten the description to 8,000 characters."
    if draft.picture_url and not _is_picture(draft.picture_url):
        problems["picture_url"] = "Give a picture address that begins with https://."
    if draft.slug and not (len(draft.slug) <= 80 and _SLUG.fullmatch(draft.slug)):
        problems["slug"] = "Use small letters, digits and hyphens."
    return problems


def _is_picture(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_printable = url.isascii() and url.isprintable() and not set(url) & set(" \"'<>\\")
    return len(url) <= 400 and is_printable and parts.scheme == "https" and bool(parts.hostname)


def _place_problems(draft: EventDraft) -> Problems:
    venue, problems = draft.venue, {}
    if not 1 <= len(venue.name) <= 120:
        problems["venue"] = "Name the venue."
    if not 1 <= len(venue.address) <= 240:
        problems["address"] = "Give the venue's address."
    if not 1 <= len(venue.city) <= 80:
        problems["city"] = "Name the city."
    if not _COUNTRY.fullmatch(venue.country):
        problems["country"] = "Give the country as two letters, such as DE."
    if len(draft.timezone) > 64 or not is_timezone(draft.timezone):
        problems["timezone"] = "Choose a time zone, such as Europe/Berlin."
    return problems


def _time_problems(doors: datetime | None, starts: datetime | None, ends: datetime | None) -> Problems:
    problems: Problems = {}
    if starts is None:
        problems["starts_at"] = "Give the date and time of the start."
    if doors is None:
        problems["doors_at"] = "Give the date and time when the doors open."
    elif starts and doors > starts:
        problems["doors_at"] = "Doors open before the start."
    if ends is None:
        problems["ends_at"] = "Give the date and time of the end."
    elif starts and ends <= starts:
        problems["ends_at"] = "The end is after the start."
    elif starts and ends - starts > EVENT_SPAN_MAX:
        problems["ends_at"] = "An event lasts at most 31 days."
    return problems


def _rule_problems(draft: EventDraft) -> Problems:
    problems: Problems = {}
    if draft.hold_minutes is not None and not 1 <= draft.hold_minutes <= HOLD_MINUTES_MAX:
        problems["hold_minutes"] = f"Choose from 1 to {HOLD_MINUTES_MAX} minutes, or leave it empty."
    if draft.refund_until_hours is not None and not 0 <= draft.refund_until_hours <= 8760:
        problems["refund_until_hours"] = "Choose from 0 to 8,760 hours, or leave it empty."
    if draft.tax_basis_points is None or not 0 <= draft.tax_basis_points <= 5000:
        problems["tax_percent"] = "Choose a tax rate from 0 to 50 %."
    if draft.max_attendees is not None and not 1 <= draft.max_attendees <= CAPACITY_MAX:
        problems["max_attendees"] = f"Choose from 1 to {CAPACITY_MAX:,}, or leave it empty."
    return problems


def _tier_problems(draft: TierDraft) -> Problems:
    return (
        _tier_text_problems(draft)
        | _tier_price_problems(draft)
        | _tier_limit_problems(draft)
        | _unread_problems(draft.unread)
    )


def _tier_text_problems(draft: TierDraft) -> Problems:
    problems: Problems = {}
    if not 1 <= len(draft.name) <= 80:
        problems["name"] = "Name the tier in up to 80 characters."
    if len(draft.description) > 400:
        problems["description"] = "Shorten this to 400 characters."
    if len(draft.required_club) > 60:
        problems["required_club"] = "A club's name has at most 60 characters."
    if draft.access_code and not 4 <= len(draft.access_code) <= 40:
        problems["access_code"] = "An access code has from 4 to 40 characters."
    return problems


def _tier_price_problems(draft: TierDraft) -> Problems:
    problems: Problems = {}
    is_whole = draft.currency in set(Currency) and not minor_digits(Currency(draft.currency))
    if draft.currency not in set(Currency):
        problems["currency"] = "Choose a currency from the list."
    if draft.price_minor is None or draft.price_minor < 0:
        example = f"in whole {draft.currency}, such as 4500" if is_whole else "such as 45.00"
        problems["price"] = f"Give the price, {example}; 0 is free."
    elif draft.currency in set(Currency) and (problem := _charging_problem(draft)):
        problems["price"] = problem
    elif draft.fee_minor is None or not 0 <= draft.fee_minor <= draft.price_minor:
        problems["fee"] = "The fee is a part of the price, so at most the price."
    starts, ends = draft.sale_starts_at, draft.sale_ends_at
    if starts and ends and ends <= starts:
        problems["sale_ends_at"] = "The sale ends after it starts."
    return problems


def _charging_problem(draft: TierDraft) -> str:
    """Say why nobody could pay the smallest order of this tier by card; "" when they can."""
    currency = Currency(draft.currency)
    smallest_order = (draft.price_minor or 0) * max(draft.min_per_order or 1, 1)
    least, most = least_chargeable(currency), most_chargeable(currency)
    if 0 < smallest_order < least.minor:
        said = money_text(Money(smallest_order, currency))
        return f"{said} is too little to be paid by card. Ask for {money_text(least)} or more, or 0 for free."
    if smallest_order > most.minor:
        return f"An order is paid with at most {money_text(most)}."
    return ""


def _tier_limit_problems(draft: TierDraft) -> Problems:
    problems: Problems = {}
    if not draft.is_seated and (draft.capacity is None or not 0 <= draft.capacity <= CAPACITY_MAX):
        problems["capacity"] = f"Give the number of places, from 0 to {CAPACITY_MAX:,}."
    least, most = draft.min_per_order, draft.max_per_order
    if least is None or not 1 <= least <= PER_ORDER_MAX:
        problems["min_per_order"] = f"Choose from 1 to {PER_ORDER_MAX:,}."
    if most is not None and not 1 <= most <= PER_ORDER_MAX:
        problems["max_per_order"] = f"Choose from 1 to {PER_ORDER_MAX:,}, or leave it empty."
    elif most is not None and least is not None and most < least:
        problems["max_per_order"] = "At most is not below at least."
    if draft.max_per_person is not None and not 1 <= draft.max_per_person <= CAPACITY_MAX:
        problems["max_per_person"] = "Choose 1 or more, or leave it empty."
    return problems
