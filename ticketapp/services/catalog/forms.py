"""Read what was typed. Nothing fails here: what cannot be read becomes empty, and the checks say what is missing."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any
from zoneinfo import ZoneInfo

from ticketapp.core.money import Currency, minor_digits
from ticketapp.models import HoldPolicy
from ticketapp.services.catalog.checks import is_timezone
from ticketapp.services.catalog.drafts import EventDraft, TierDraft, VenueDraft

Typed = Mapping[str, Any]

_TIER_FIELD = re.compile(r"tiers\.([0-9]{1,3})\.([a-z_]{1,40})")
_EVENT_OPTIONS = ("hold_minutes", "refund_until_hours", "max_attendees")
_TIER_OPTIONS = ("max_per_order", "max_per_person")
_TIER_MOMENTS = ("sale_starts_at", "sale_ends_at")


def event_draft(typed: Typed) -> EventDraft:
    """Read the event form; its times are local to its time zone."""
    zone = _line(typed, "timezone")
    return EventDraft(
        name=_line(typed, "name"),
        artist=_line(typed, "artist"),
        category=_line(typed, "category"),
        venue=VenueDraft(
            name=_line(typed, "venue"),
            address=_line(typed, "address"),
            city=_line(typed, "city"),
            country=_line(typed, "country").upper(),
        ),
        timezone=zone,
        doors_at=local_moment(typed.get("doors_at"), zone),
        starts_at=local_moment(typed.get("starts_at"), zone),
        ends_at=local_moment(typed.get("ends_at"), zone),
        description=_text(typed, "description"),
        picture_url=_line(typed, "picture_url"),
        hold_policy=HoldPolicy.AT_CHECKOUT if is_ticked(typed, "holds_at_checkout") else HoldPolicy.IN_CART,
        hold_minutes=_number(typed, "hold_minutes"),
        allows_guests=is_ticked(typed, "allows_guests"),
        refund_until_hours=_number(typed, "refund_until_hours"),
        tax_basis_points=_scaled(_line(typed, "tax_percent") or "0", 2),
        max_attendees=_number(typed, "max_attendees"),
        authorises_first=is_ticked(typed, "authorises_first"),
        unread=_unread(typed, _EVENT_OPTIONS),
    )


def tier_drafts(typed: Typed) -> list[TierDraft]:
    """Read the tiers of a new event's form, whose fields are called `tiers.<number>.<field>`."""
    zone = _line(typed, "timezone")
    tiers: dict[int, dict[str, Any]] = {}
    for name, value in typed.items():
        found = _TIER_FIELD.fullmatch(name) if isinstance(name, str) else None
        if found:
            tiers.setdefault(int(found[1]), {})[found[2]] = value
    return [tier_draft(tiers[number], zone) for number in sorted(tiers)]


def tier_draft(typed: Typed, timezone: str) -> TierDraft:
    """Read the form of one tier; its sale window is local to the event's time zone."""
    currency = _line(typed, "currency").upper()
    moments: dict[str, Any] = {field: local_moment(typed.get(field), timezone) for field in _TIER_MOMENTS}
    return TierDraft(
        name=_line(typed, "name"),
        description=_text(typed, "description"),
        price_minor=read_price(_line(typed, "price"), currency),
        fee_minor=read_price(_line(typed, "fee") or "0", currency),
        currency=currency,
        capacity=_number(typed, "capacity"),
        **moments,
        min_per_order=_number(typed, "min_per_order", missing=1),
        max_per_order=_number(typed, "max_per_order"),
        max_per_person=_number(typed, "max_per_person"),
        required_club=_line(typed, "required_club"),
        access_code=_line(typed, "access_code").upper(),
        unread=_unread(typed, _TIER_OPTIONS)
        | {field for field, moment in moments.items() if moment is None and typed.get(field)},
    )


def local_moment(text: object, timezone: str) -> datetime | None:
    """Read 2026-12-12T20:00 as a time of the zone; a time that the clocks skip there does not exist."""
    if not isinstance(text, str) or len(text) > 32 or not is_timezone(timezone):
        return None
    try:
        naive = datetime.fromisoformat(text)
    except ValueError:
        return None
    if naive.tzinfo is not None or not 2000 <= naive.year < 2200:
        return None
    zone = ZoneInfo(timezone)
    local = naive.replace(tzinfo=zone)
    round_trip = datetime.fromtimestamp(local.timestamp(), zone).replace(tzinfo=None)
    return local if round_trip == naive else None


def read_price(text: str, currency: str) -> int | None:
    """Read 45, 45.00 or 45,00 as minor units of the currency; too many decimals are not rounded but refused."""
    if currency not in set(Currency):
        return None
    return _scaled(text.replace(",", "."), minor_digits(Currency(currency)))


def is_ticked(typed: Typed, field: str) -> bool:
    """Tell whether a box was ticked; browsers send nothing for an empty one."""
    return typed.get(field) in (True, "on", "true", "1")


def _scaled(text: str, digits: int) -> int | None:
    try:
        amount = Decimal(text).scaleb(digits)
    except DecimalException:
        return None
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > 10**12:
        return None
    return int(amount)


def _text(typed: Typed, field: str) -> str:
    value = typed.get(field)
    if not isinstance(value, str):
        return ""
    return "".join(sign for sign in value if sign.isprintable() or sign == "\n").strip()


def _line(typed: Typed, field: str) -> str:
    return " ".join(_text(typed, field).split())


def _number(typed: Typed, field: str, missing: int | None = None) -> int | None:
    value = typed.get(field)
    if value is None or value == "":
        return missing
    if type(value) is int:
        return value
    text = _line(typed, field)
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 9 else None


def _unread(typed: Typed, fields: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        field for field in fields if typed.get(field) not in (None, "") and _number(typed, field) is None
    )
