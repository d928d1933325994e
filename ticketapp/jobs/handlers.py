"""What each kind of durable job does. A handler may be run again after a crash at any point, so each is repeatable."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from ticketapp.core.errors import UpstreamUnavailable
from ticketapp.integrations.payments import PaymentUnknown
from ticketapp.jobs.letters import account_letter, order_letter
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.letters import LETTER_JOB
from ticketapp.services.ordering.expiring import EXPIRE_ORDER
from ticketapp.services.ordering.operations import cancel_orders_of_event, has_open_orders
from ticketapp.services.ordering.settling import ORDER_MAIL
from ticketapp.services.payments.operations import CAPTURE_JOB
from ticketapp.services.payments.refunds import REFUND_JOB, refund_cancelled_event
from ticketapp.services.payments.told_events import EVENT_JOB

Payload = Mapping[str, Any]
# Gives None when the work is done, or how long to wait before looking again.
Handler = Callable[[Runtime, Payload], Awaitable[timedelta | None]]

log = logging.getLogger(__name__)
ASK_PROVIDER_AGAIN = timedelta(seconds=10)
TRY_REFUND_AGAIN = timedelta(seconds=60)
ORDERS_AT_ONCE = 20
# After so many the job gives up its turn, long before its lease ends, and goes on with the next.
ROUNDS_AT_ONCE = 50
NEXT_TURN = timedelta(0)


class ProviderGone(UpstreamUnavailable):
    """An event of a payment provider waits that the settings do not name any more."""

    code = "provider_gone"

    def __init__(self) -> None:
        super().__init__("The payment provider that sent this event is not set up.")


async def expire_order(runtime: Runtime, payload: Payload) -> timedelta | None:
    """Call an order's payment off, then free its places."""
    has_ended = await runtime.cashier.expire_order(UUID(payload["order"]))
    return None if has_ended else ASK_PROVIDER_AGAIN


async def capture(runtime: Runtime, payload: Payload) -> timedelta | None:
    """Take money that was set aside, or let go of it; asked again until it is known which."""
    settlement = await runtime.cashier.ask(payload["key"])
    return ASK_PROVIDER_AGAIN if settlement.is_open else None


async def refund(runtime: Runtime, payload: Payload) -> timedelta | None:
    """Have the provider give money back; while it cannot be reached this is tried for as long as it takes."""
    try:
        await runtime.cashier.carry_out_refund(payload["key"])
    except PaymentUnknown:
        log.warning("the payment provider did not answer about refund %s", payload["key"])
        return TRY_REFUND_AGAIN
    return None


async def stripe_event(runtime: Runtime, payload: Payload) -> timedelta | None:
    """Act on an event of the payment provider; one about a payment that nobody knows is tried again, then parked."""
    news = runtime.provider_news
    if news is None:
        raise ProviderGone
    try:
        await news.handle(payload["event"])
    except PaymentUnknown:
        log.warning("the payment provider did not answer about event %s", payload["event"])
        return ASK_PROVIDER_AGAIN
    return None


async def event_cancelled(runtime: Runtime, payload: Payload) -> timedelta | None:
    """End every order of a cancelled event and give the money back, some at a time; the next turn goes on where this stopped."""
    event_id = UUID(payload["event_id"])
    for step in (cancel_orders_of_event, refund_cancelled_event):
        for _ in range(ROUNDS_AT_ONCE):
            if not await asyncio.to_thread(
                runtime.write,
                lambda session, now, step=step: step(
                    session, event_id=event_id, limit=ORDERS_AT_ONCE, now=now
                ),
            ):
                break
        else:
            return NEXT_TURN
    # Whoever is paying is waited for: should the payment fail, the order would be left open.
    is_waiting = await asyncio.to_thread(
        runtime.read, lambda session, _now: has_open_orders(session, event_id)
    )
    return ASK_PROVIDER_AGAIN if is_waiting else None


HANDLERS: dict[str, Handler] = {
    EXPIRE_ORDER: expire_order,
    CAPTURE_JOB: capture,
    REFUND_JOB: refund,
    EVENT_JOB: stripe_event,
    "event-cancelled": event_cancelled,
    LETTER_JOB: account_letter,
    ORDER_MAIL: order_letter,
}
