"""Count what somebody does in a span of time, in Redis when there is one, and refuse what is too much.

Redis may go away at any moment: then this process counts for itself until it is back. Never is nothing counted.
"""

import logging
import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from ticketapp.core.errors import TooManyRequests

REDIS_TIMEOUT_S = 0.25
WITHOUT_REDIS_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in `span_s` seconds, for each key it is asked about."""

    name: str
    times: int
    span_s: int

    @property
    def item(self) -> RateLimitItemPerSecond:
        return RateLimitItemPerSecond(self.times, self.span_s, namespace=self.name)


SIGN_IN_ONE_ADDRESS = Limit("sign-in-address", 10, 300)
SIGN_IN = Limit("sign-in", 100, 300)
REGISTER = Limit("register", 100, 3600)
MAIL_ONE_ADDRESS = Limit("mail-address", 5, 3600)
MAIL = Limit("mail", 50, 3600)
# Trying stolen cards one after the other is what this stops.
PAY = Limit("pay", 30, 600)
PAY_FROM = Limit("pay-from", 300, 600)
API_WRITES = Limit("api-writes", 1200, 60)
SCREEN_EVENTS = Limit("screen-events", 3000, 60)


class RateLimits:
    """Count and refuse; switched off it does neither."""

    def __init__(self, *, is_on: bool, redis_url: str | None = None) -> None:
        self._is_on = is_on
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._pool = _redis_pool(redis_url) if redis_url else None
        self._shared = FixedWindowRateLimiter(_redis_storage(self._pool)) if self._pool else None
        self._own_until = 0.0

    async def hit(self, limit: Limit, *key: str) -> None:
        """Count one.

        Raises:
            TooManyRequests: it is one too many; `retry_after` says in how many seconds it is not.
        """
        if self._is_on and not await self._ask("hit", limit, key):
            raise await self._too_many(limit, key)

    async def check(self, limit: Limit, *key: str) -> None:
        """Count nothing, but refuse when all are used up: for what counts only if it fails.

        Raises:
            TooManyRequests: none is left.
        """
        if self._is_on and not await self._ask("test", limit, key):
            raise await self._too_many(limit, key)

    async def close(self) -> None:
        """Let go of Redis."""
        if self._pool is not None:
            await self._pool.disconnect()

    async def _too_many(self, limit: Limit, key: tuple[str, ...]) -> TooManyRequests:
        window = await self._ask("get_window_stats", limit, key)
        # The library tells the end of the window by the system's clock.
        seconds = max(1, math.ceil(window.reset_time - time.time()))  # noqa: TID251
        return TooManyRequests("That was too often. Wait a little and try again.", retry_after=seconds)

    async def _ask(self, question: str, limit: Limit, key: tuple[str, ...]):  # noqa: ANN202
        if self._shared is not None and time.monotonic() >= self._own_until:
            try:
                return await getattr(self._shared, question)(limit.item, *key)
            except StorageError:
                self._own_until = time.monotonic() + WITHOUT_REDIS_S
                log.warning("Redis does not answer: this process counts for itself")
        return await getattr(self._own, question)(limit.item, *key)


def _redis_pool(url: str) -> ConnectionPool:
    return ConnectionPool.from_url(
        url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    )


def _redis_storage(pool: ConnectionPool) -> Storage:
    # The library wants an address even where the pool knows it.
    return RedisStorage(
        "async+redis://",
        implementation="redispy",
        wrap_exceptions=True,
        connection_pool=pool,  # pyright: ignore[reportArgumentType] - handed on to redis-py, which takes one.
    )
