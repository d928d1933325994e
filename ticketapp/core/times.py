"""Moments written for people, in the zone they belong to."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_text(at: datetime, timezone: str) -> str:
    """Write a moment with its zone: Sat 12 Dec 2026, 20:00 CET."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M %Z}"


def day_text(at: datetime, timezone: str) -> str:
    """Write the day a moment falls on in its zone: Sat 12 Dec 2026."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{local:%a} {local.day} {local:%b %Y}"


def clock_text(at: datetime, timezone: str) -> str:
    """Write the time of day of a moment with its zone: 20:00 CET."""
    return f"{at.astimezone(ZoneInfo(timezone)):%H:%M %Z}"


def epoch_ms(at: datetime) -> int:
    """Count the milliseconds since 1970, as browsers do."""
    return int(at.timestamp() * 1000)
