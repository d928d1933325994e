"""Calls of Stripe's API through its library, and what may be made of an answer that is not one."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import httpx
import stripe

from ticketapp.integrations.payments import PaymentUnknown

# The shapes of this version are read here and spoken by the fake; another comes with a change of both.
API_VERSION = "2026-10-28.endive"
# Stripe.js of the same release; a stand-in serves it under the same path.
SCRIPT_ORIGIN, SCRIPT_PATH = "https://js.stripe.com", f"/{API_VERSION.partition('.')[2]}/stripe.js"
CONNECT_WITHIN_S, ANSWER_WITHIN_S = 3.0, 30.0
# The library repeats lost calls and conflicts under their key, but never a 429.
NETWORK_RETRIES_MAX = 2
RATE_LIMIT_TRIES_MAX = 5
RATE_LIMIT_WAIT_S = 0.25

T = TypeVar("T")
log = logging.getLogger(__name__)


class KeyBurnt(PaymentUnknown):
    """Stripe broke down under this idempotency key and repeats that for a day; nothing more will happen under it."""


class StripeCalls:
    """One account at Stripe."""

    def __init__(
        self,
        secret_key: str,
        *,
        base: str | None = None,
        network_retries_max: int = NETWORK_RETRIES_MAX,
        rate_limit_wait_s: float = RATE_LIMIT_WAIT_S,
    ) -> None:
        stripe.enable_telemetry = False
        self.is_live = "_live_" in secret_key
        self._rate_limit_wait_s = rate_limit_wait_s
        timeout = httpx.Timeout(ANSWER_WITHIN_S, connect=CONNECT_WITHIN_S)
        self._http = stripe.HTTPXClient(timeout=timeout)
        client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base} if base else {},
            max_network_retries=network_retries_max,
            http_client=self._http,
        )
        self.v1: Any = client.v1

    async def close(self) -> None:
        """Hang up."""
        await self._http.close_async()

    async def made(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call and give its answer.

        Raises:
            stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError: Stripe said no and did nothing.
            KeyBurnt, PaymentUnknown: nobody knows whether it happened.
        """
        for tried in range(RATE_LIMIT_TRIES_MAX):
            try:
                return await call()
            except stripe.RateLimitError:
                log.warning("stripe limits the rate of calls, try %d", tried + 1)
                jitter = 0.5 + secrets.randbelow(1000) / 1000
                await asyncio.sleep(self._rate_limit_wait_s * 2**tried * jitter)
            except (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError):
                raise
            except stripe.StripeError as error:
                # Also a conflict: another call uses the key or the object now, and nobody knows how that will end.
                raise _unknown(error) from error
        raise PaymentUnknown

    async def first_made(self, keys: Sequence[str], call: Callable[[str], Awaitable[T]]) -> T:
        """Make a call under the first of these idempotency keys that is not burnt.

        Only for what leaves nothing behind when it breaks down, or what was looked for before.

        Raises:
            KeyBurnt: all of them are.
        """
        for key in keys:
            try:
                return await self.made(lambda key=key: call(key))
            except KeyBurnt:
                log.warning("the idempotency key %s is burnt", key)
        raise KeyBurnt


def _unknown(error: stripe.StripeError) -> PaymentUnknown:
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        log.error("stripe refuses our key: status %s, request %s", error.http_status, error.request_id)
    else:
        log.warning("stripe did not answer: status %s, request %s", error.http_status, error.request_id)
    is_repeated = str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"
    return KeyBurnt() if is_repeated and (error.http_status or 0) >= 500 else PaymentUnknown()
