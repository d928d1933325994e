"""Events, as the API lists them: thirty days back, by type, by whether they were delivered."""

from fnmatch import fnmatchcase
from typing import Any

from ticketapp.rehearsal import errors, listing
from ticketapp.rehearsal.book import Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.parameters import LISTING, Spec, flag, text, texts

SECONDS_KEPT = 30 * 24 * 3600
TYPES_MAX = 20


def _types(name: str, value: Any) -> list[str]:
    types = texts(name, value)
    if len(types) > TYPES_MAX:
        raise errors.Refusal(f"You may name at most {TYPES_MAX} types.", param=name)
    return types


LIST: Spec = LISTING | {"type": text, "types": _types, "delivery_success": flag}


def retrieve(call: Call) -> Row:
    return call.book.get("event", call.object_id)


def list_events(call: Call) -> Row:
    since = call.book.clock.now() - SECONDS_KEPT
    return listing.page(
        call, [row for row in call.book.all("event") if row["created"] > since and _is_wanted(call, row)]
    )


def _is_wanted(call: Call, event: Row) -> bool:
    patterns = call.given.get("types") or [call.given.get("type") or "*"]
    delivered = call.given.get("delivery_success")
    if delivered is not None and delivered is not (event["pending_webhooks"] == 0):
        return False
    return any(fnmatchcase(event["type"], pattern) for pattern in patterns)
