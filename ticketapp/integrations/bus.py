"""Carry the news of a commit to every web process. News are topics, never numbers: who cares reads them again."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

import redis

from ticketapp.core.ids import new_id

Deliver = Callable[[frozenset[str]], None]

# Heard after messages may have been lost: whoever listens reads all it shows again.
EVERYTHING = frozenset({"*"})

CHANNEL = "ticketapp:changes"
PENDING_MAX = 20_000
RETRY_SECONDS = 0.5
# Under load there is a commit every few milliseconds, and what they say travels together.
REST_SECONDS = 0.025
LISTEN_SECONDS = 0.5
TIMEOUT_SECONDS = 2.0

log = logging.getLogger(__name__)


class LiveBus(Protocol):
    """Tell every process what changed; it never blocks, never raises and may lose news."""

    def publish(self, topics: frozenset[str]) -> None: ...

    def listen(self, deliver: Deliver) -> None:
        """Hand over news from now on, on any thread."""
        ...

    def close(self) -> None: ...


def open_bus(redis_url: str | None) -> LiveBus:
    """Open the bus of this installation: Redis between processes, else this process alone."""
    return LocalBus() if redis_url is None else RedisBus(redis_url)


class LocalBus:
    """News within one process."""

    def __init__(self) -> None:
        self._listeners: list[Deliver] = []

    def publish(self, topics: frozenset[str]) -> None:
        for deliver in self._listeners:
            deliver(topics)

    def listen(self, deliver: Deliver) -> None:
        self._listeners.append(deliver)

    def close(self) -> None:
        self._listeners.clear()


class RedisBus:
    """News over one Redis channel. This process hears its own without Redis, so a dead Redis only cuts off the others."""

    def __init__(self, url: str) -> None:
        self._own = LocalBus()
        self._name = new_id().hex
        self._redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
        )
        self._pending: set[str] = set()
        self._arrived = threading.Condition()
        self._is_closing = threading.Event()
        self._threads = [threading.Thread(target=self._send_on, name="bus-out", daemon=True)]
        self._threads[0].start()

    def publish(self, topics: frozenset[str]) -> None:
        self._own.publish(topics)
        with self._arrived:
            self._pending |= topics if len(self._pending) < PENDING_MAX else EVERYTHING
            self._arrived.notify()

    def listen(self, deliver: Deliver) -> None:
        self._own.listen(deliver)
        if len(self._threads) == 1:
            self._threads.append(threading.Thread(target=self._hear, name="bus-in", daemon=True))
            self._threads[1].start()

    def close(self) -> None:
        self._is_closing.set()
        with self._arrived:
            self._arrived.notify()
        for thread in self._threads:
            thread.join()
        self._own.close()
        self._redis.close()

    def _send_on(self) -> None:
        is_lossy = False
        while topics := self._taken():
            try:
                self._redis.publish(CHANNEL, "\n".join((self._name, *(EVERYTHING if is_lossy else topics))))
                is_lossy = False
                self._is_closing.wait(REST_SECONDS)
            except redis.RedisError as error:
                if not is_lossy:
                    log.warning(
                        "live bus: cannot publish (%s); the others are told later", type(error).__name__
                    )
                is_lossy = True
                with self._arrived:
                    self._pending |= EVERYTHING
                self._is_closing.wait(RETRY_SECONDS)

    def _taken(self) -> set[str]:
        with self._arrived:
            while not self._pending and not self._is_closing.is_set():
                self._arrived.wait()
            taken, self._pending = self._pending, set()
        return set() if self._is_closing.is_set() else taken

    def _hear(self) -> None:
        was_connected = is_quiet = False
        while not self._is_closing.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(CHANNEL)
                    if was_connected:
                        self._own.publish(EVERYTHING)
                    was_connected, is_quiet = True, False
                    while not self._is_closing.is_set():
                        self._pass_on(subscription.get_message(timeout=LISTEN_SECONDS))
            except redis.RedisError as error:
                if not is_quiet:
                    log.warning("live bus: not connected (%s); trying until it is", type(error).__name__)
                is_quiet = True
                self._is_closing.wait(RETRY_SECONDS)

    def _pass_on(self, message: dict[str, str] | None) -> None:
        if message is None:
            return
        sender, *topics = message["data"].split("\n")
        if sender != self._name:
            self._own.publish(frozenset(topics))
