"""Write and send letters: about accounts, about orders."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from ticketapp.integrations.mail import Mail
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.letters import LetterKind, write_letter
from ticketapp.services.ordering.letters import write_order_letter


async def account_letter(runtime: Runtime, payload: Mapping[str, Any]) -> timedelta | None:
    """Write one letter, with a link of its own if it needs one, and hand it over."""
    letter = await asyncio.to_thread(
        runtime.write,
        lambda session, now: write_letter(
            session,
            kind=LetterKind(payload["letter"]),
            person_id=UUID(payload["person"]),
            link=runtime.post.link,
            now=now,
        ),
    )
    if letter is not None:
        await runtime.post.gateway.send(Mail(payload["key"], letter.to, letter.subject, letter.text))
    return None


async def order_letter(runtime: Runtime, payload: Mapping[str, Any]) -> timedelta | None:
    """Write one letter about an order and hand it over."""
    order_id, about = UUID(payload["order"]), payload["about"]
    letter = await asyncio.to_thread(
        runtime.read,
        lambda session, _now: write_order_letter(
            session,
            order_id=order_id,
            about=about,
            back_minor=payload.get("back_minor"),
            link=runtime.post.link,
        ),
    )
    if letter is not None:
        key = f"order-{order_id}-{about}"
        await runtime.post.gateway.send(Mail(key, letter.to, letter.subject, letter.text))
    return None
