"""Webhooks of Stripe: is the signature good, and what is the letter about? Nothing here needs Stripe's library."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from ticketapp.core.errors import UserError
from ticketapp.integrations.provider_facts import ToldEvent

OLDEST = timedelta(seconds=300)
# Stripe's library takes letters from any future; a signature would then be good for ever.
FARTHEST_AHEAD = timedelta(seconds=60)


class NotFromStripe(UserError):
    """The letter was not signed with our secret, is too old, or is for somebody else."""

    code = "bad_signature"
    status = 400


def read_letter(
    body: bytes, signature: str, *, secrets: Sequence[str], is_live: bool, now: datetime
) -> ToldEvent:
    """Give the event of a webhook.

    Raises:
        NotFromStripe: it is not signed as it should be, or is not for this account and mode.
    """
    _check_signature(body, signature, secrets, now)
    try:
        told = orjson.loads(body)
        event = told_event(told)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise NotFromStripe("This is no event of Stripe.") from error
    if told.get("livemode") is not is_live:
        raise NotFromStripe("This event is of the other mode, live or test.")
    if told.get("account"):
        raise NotFromStripe("This event is for another account.")
    return event


def told_event(told: dict[str, Any]) -> ToldEvent:
    """Read an event in Stripe's own shape."""
    if told["object"] != "event":
        raise ValueError("no event")
    about: dict[str, Any] = told["data"]["object"]
    is_intent = about.get("object") == "payment_intent"
    intent_id = about["id"] if is_intent else about.get("payment_intent")
    return ToldEvent(
        id=_name(told["id"]),
        type=_name(told["type"])[:60],
        object_id=_name(about.get("id") or ""),
        intent_id=_name(intent_id) if intent_id else None,
        created_at=datetime.fromtimestamp(told["created"], UTC),
        body=told,
    )


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 80 or not value.isprintable():
        raise ValueError("no name")
    return value


def _check_signature(body: bytes, signature: str, secrets: Sequence[str], now: datetime) -> None:
    parts = [part.partition("=") for part in signature.split(",")]
    moments = [value for name, _, value in parts if name.strip() == "t"]
    marks = [value for name, _, value in parts if name.strip() == "v1"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()) or len(moments[0]) > 12:
        raise NotFromStripe("The signature names no moment.")
    signed = moments[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(mark.encode(), good.encode()) for mark in marks for good in expected):
        raise NotFromStripe("The signature is not ours.")
    age = now - datetime.fromtimestamp(int(moments[0]), UTC)
    if not -FARTHEST_AHEAD <= age <= OLDEST:
        raise NotFromStripe("The signature is too old, or of the future.")
