"""Ids are UUIDs made before the insert; version 7, so that new rows lie together in an index (RFC 9562)."""

import os
import secrets
import time
from uuid import UUID

from ticketapp.core.errors import NotFound

_VERSION_AND_VARIANT = 7 << 76 | 2 << 62
_RANDOM_BITS = (1 << 76) - 1 ^ 3 << 62
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Make an id that sorts by the moment it was made."""
    tail = int.from_bytes(os.urandom(10), "big")
    return UUID(int=(time.time_ns() // 1_000_000) << 80 | tail & _RANDOM_BITS | _VERSION_AND_VARIANT)


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
