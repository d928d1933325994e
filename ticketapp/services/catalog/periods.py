"""Stretches of days that a list of events may be narrowed to."""

from datetime import UTC, date, datetime, timedelta

SATURDAY = 5


def period_of(word: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Read a stretch of days, half-open: today, weekend, week, month, or one day as 2026-12-31; else no limit."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if word == "today":
        return now, today + timedelta(days=1)
    if word == "weekend":
        saturday = today + timedelta(days=SATURDAY - today.weekday())
        return max(now, saturday), saturday + timedelta(days=2)
    if word == "week":
        return now, today + timedelta(days=7)
    if word == "month":
        return now, today + timedelta(days=30)
    try:
        day = datetime.combine(date.fromisoformat(word), datetime.min.time(), UTC)
    except ValueError:
        return None, None
    return day, day + timedelta(days=1)
