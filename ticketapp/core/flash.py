"""A few texts for the next page, in a cookie that lives a minute.

A form that was refused goes back to its page by a redirect. What was typed and what was wrong travels in a cookie and
not in the address, where it would be logged, kept in the history, and could be written by anybody who makes a link.
"""

import base64
import binascii
import json
from typing import Any, cast

FLASH_COOKIE = "ticketapp_said"
FLASH_SPAN_S = 60
LENGTH_MAX = 3000


def pack(path: str, texts: dict[str, str]) -> str:
    """Write texts for one page; texts that are too long are left out."""
    packed = base64.urlsafe_b64encode(json.dumps([path, texts]).encode()).decode()
    return packed if len(packed) <= LENGTH_MAX else pack(path, {})


def unpack(path: str, packed: str) -> dict[str, str]:
    """Read the texts meant for a page; anything else reads as none."""
    try:
        meant_for, texts = json.loads(base64.urlsafe_b64decode(packed))
    except (binascii.Error, ValueError, TypeError):
        return {}
    if meant_for != path or not isinstance(texts, dict):
        return {}
    return {str(key): str(text) for key, text in cast("dict[str, Any]", texts).items()}
