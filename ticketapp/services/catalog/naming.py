"""Make addresses and keys out of names."""

import re

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.core.ids import new_code
from ticketapp.models import Event
from ticketapp.services.catalog.search import words_of

# Addresses of pages that stand where an event's would.
_RESERVED = frozenset({"new"})
_LATIN = re.compile(r"[a-z0-9]+")


def slug_of(text: str, length: int = 60) -> str:
    """Write a name as part of an address: small Latin letters and digits with hyphens; empty if it has none."""
    words = _LATIN.findall(" ".join(words_of(text)))
    return "-".join(words)[:length].strip("-")


def free_event_slug(session: Session, name: str) -> str:
    """Give an event's address: its name, with a code behind it if another event has that address."""
    slug = slug_of(name) or "event"
    is_taken = (
        slug in _RESERVED
        or session.exec(select(sa.literal(1)).where(col(Event.slug) == slug)).first() is not None
    )
    return f"{slug}-{new_code(5).lower()}" if is_taken else slug


def free_tier_key(name: str, taken: set[str]) -> str:
    """Give a tier's key within its event."""
    key = slug_of(name, length=32) or "tier"
    return f"{key}-{new_code(5).lower()}" if key in taken else key
