"""Decisions about giving money back, with the facts in hand."""

from datetime import datetime, timedelta


def why_kept(*, until_hours: int | None, starts_at: datetime, is_used: bool, now: datetime) -> str:
    """Say why a buyer may not give a ticket back by themselves; "" when they may."""
    if until_hours is None:
        return "This event gives no money back unless it is cancelled."
    if now > starts_at - timedelta(hours=until_hours):
        return f"Tickets could be given back until {until_hours} hours before the start."
    if is_used:
        return "A ticket that was used at the door cannot be given back."
    return ""
