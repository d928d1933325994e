"""Ids are UUIDs made before the insert; version 7, so that new rows lie together in an index (RFC 9562)."""

import secrets
import time
from uuid import UUID

from ticketapp.core.errors import NotFound

_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Make an id that sorts by the moment it was made."""
    milliseconds = time.time_ns() // 1_000_000
    tail = secrets.randbits(74)
    value = (
        (milliseconds & 0xFFFF_FFFF_FFFF) << 80
        | 7 << 76
        | (tail >> 62) << 64
        | 2 << 62
        | tail & (1 << 62) - 1
    )
    return UUID(int=value)


def parse_id(text: object) -> UUID:
    """Read an id that came from outside; a malformed one is simply not found.

    Raises:
        NotFound: the text is not an id.
    """
    if isinstance(text, UUID):
        return text
    if not isinstance(text, str) or len(text) > 40:
        raise NotFound
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def new_code(length: int) -> str:
    """Make a code that a person can read out: Crockford's base 32, five bits a character."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(length))
