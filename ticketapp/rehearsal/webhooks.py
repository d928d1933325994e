"""Webhooks: each event is signed and sent at least once, in whatever order the plan asks for."""

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import httpx

from ticketapp.core.clock import SystemClock
from ticketapp.rehearsal.book import Book, Row

SECONDS_TO_ANSWER = 10
RETRY_MS_MAX = 60_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How events travel; types are patterns such as `charge.*`."""

    url: str | None = None
    # Two of them during a rotation; each signs.
    secrets: tuple[str, ...] = ()
    hold: bool = False
    never: tuple[str, ...] = ()
    before_answer: tuple[str, ...] = ()
    copies: int = 1
    delay_ms: int = 0
    retry_ms: int = 1000
    attempts_max: int = 16
    # How many may be under way at once; one keeps the order in which things happened.
    at_once: int = 1
    # Signatures of the past or the future.
    signed_ahead_s: int = 0


@dataclass
class Postman:
    """Send events, now or when told, and keep a log of every attempt."""

    book: Book
    plan: Plan
    held: list[Row] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    _due: list[Row] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _client: httpx.AsyncClient | None = None
    _desk: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def change(self, **changes: Any) -> None:
        """Change the plan for the events to come."""
        self.plan = replace(self.plan, **changes)
        self._desk = asyncio.Semaphore(self.plan.at_once)

    def accept(self, event: Row) -> None:
        """Take an event that has just been made."""
        if not self.plan.url or _matches(event, self.plan.never):
            return
        if _matches(event, self.plan.before_answer):
            self._due.append(event)
        elif self.plan.hold:
            self.held.append(event)
        else:
            self._send_soon(event, copies=self.plan.copies)

    async def send_due(self) -> None:
        """Deliver what must arrive before the answer of the call that caused it."""
        due, self._due = self._due, []
        for event in due:
            for _ in range(self.plan.copies):
                await self._attempt_and_retry(event)

    def release(self, event_ids: list[str]) -> None:
        """Send held events in this order; one that is named twice is sent twice."""
        held = {event["id"]: event for event in self.held}
        for event_id in event_ids:
            self._send_soon(held[event_id])
        self.held = [event for event in self.held if event["id"] not in event_ids]

    def send_again(self, event: Row) -> None:
        self._send_soon(event)

    @property
    def is_idle(self) -> bool:
        return not self._tasks

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    def _send_soon(self, event: Row, *, copies: int = 1, tried: int = 0, wait_ms: int | None = None) -> None:
        for _ in range(copies):
            wait = self.plan.delay_ms if wait_ms is None else wait_ms
            task = asyncio.get_running_loop().create_task(self._send(event, tried=tried, wait_ms=wait))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, event: Row, *, tried: int, wait_ms: int) -> None:
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)
        async with self._desk:
            await self._attempt_and_retry(event, tried=tried)

    async def _attempt_and_retry(self, event: Row, *, tried: int = 0) -> None:
        if await self._attempt(event) or tried + 1 >= self.plan.attempts_max:
            return
        wait_ms = min(self.plan.retry_ms * 2**tried, RETRY_MS_MAX)
        self._send_soon(event, tried=tried + 1, wait_ms=wait_ms)

    async def _attempt(self, event: Row) -> bool:
        body = json.dumps(event, indent=2).encode()
        status = await self._post(body)
        is_taken = 200 <= status < 300
        if is_taken:
            event["pending_webhooks"] = 0
        self.log.append({"event": event["id"], "type": event["type"], "status": status})
        return is_taken

    async def _post(self, body: bytes) -> int:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=SECONDS_TO_ANSWER, trust_env=False)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": self._signature(body),
        }
        try:
            answer = await self._client.post(self.plan.url or "", content=body, headers=headers)
        except httpx.HTTPError:
            return 0
        return answer.status_code

    def _signature(self, body: bytes) -> str:
        # The receiver compares with its own clock, so the fake's moved clock does not count here.
        moment = int(SystemClock().now().timestamp()) + self.plan.signed_ahead_s
        signed = b"%d.%b" % (moment, body)
        marks = [
            hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in self.plan.secrets
        ]
        return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])


def _matches(event: Row, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(event["type"], pattern) for pattern in patterns)


def ordered(held: list[Row], order: str | list[str]) -> list[str]:
    """Give the ids of held events in the order asked for: made, reversed, or the ids or types named.

    Raises:
        KeyError: nothing of this name is held.
    """
    made = [event["id"] for event in held]
    if isinstance(order, str):
        return {"made": made, "reversed": made[::-1]}[order]
    by_name: dict[str, list[str]] = {}
    for event in held:
        by_name.setdefault(event["type"], []).append(event["id"])
        by_name[event["id"]] = [event["id"]]
    seen: Counter[str] = Counter()
    chosen: list[str] = []
    for name in order:
        # A type named again means its next event; when there is no next one, the same once more.
        chosen.append(by_name[name][min(seen[name], len(by_name[name]) - 1)])
        seen[name] += 1
    return chosen
