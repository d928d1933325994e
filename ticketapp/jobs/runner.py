"""The background loops: expiry, reconciling, durable jobs. Any number of processes may run them, and be killed in them."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, TypeVar

from sqlmodel import Session

from ticketapp.core.errors import AppError
from ticketapp.jobs.handlers import HANDLERS, Handler
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.invoicing import operations as invoicing
from ticketapp.services.messaging import answers, jobs
from ticketapp.services.messaging.jobs import ClaimedJob
from ticketapp.services.ordering import expiring
from ticketapp.services.ordering.settling import ORDER_MAIL
from ticketapp.services.reporting import tallies

SWEEP_EVERY_S = 1.0
RECONCILE_EVERY_S = 15.0
LOOK_FOR_JOBS_EVERY_S = 2.0
CATCH_UP_EVERY_S = 120.0
FORGET_ANSWERS_EVERY_S = 600.0
COUNT_ON_EVERY_S = 30.0
# News comes in bursts; jobs wait for the end of one rather than ask the database for each.
GATHER_S = 0.05
AT_ONCE = 200
JOBS_AT_ONCE = 16
# Buyers come first: while stock moves in this process, letters about orders take a tenth of the time.
PATIENT = frozenset({ORDER_MAIL})
REST = 9
LEASE = timedelta(minutes=2)

T = TypeVar("T")
log = logging.getLogger(__name__)


class Runner:
    """All background work of one process."""

    def __init__(self, runtime: Runtime, handlers: Mapping[str, Handler] | None = None) -> None:
        self._runtime = runtime
        self._handlers = HANDLERS if handlers is None else handlers
        self._news = asyncio.Event()
        self._is_selling = False
        self._patient_until = 0.0
        self._loop = asyncio.get_running_loop()
        runtime.on_change(self._wake)

    async def run(self) -> None:
        """Work until cancelled; a step that fails is logged and tried again."""
        async with asyncio.TaskGroup() as tasks:
            for step, seconds in (
                (self.expire_holds, SWEEP_EVERY_S),
                (self.expire_orders, SWEEP_EVERY_S),
                (self.issue_invoices, SWEEP_EVERY_S),
                (self.reconcile, RECONCILE_EVERY_S),
                (self.catch_up, CATCH_UP_EVERY_S),
                (self.forget_answers, FORGET_ANSWERS_EVERY_S),
                (self.count_on, COUNT_ON_EVERY_S),
            ):
                tasks.create_task(self._repeat(step, lambda seconds=seconds: asyncio.sleep(seconds)))
            tasks.create_task(self._repeat(self.run_jobs, self._next_news))

    async def expire_holds(self) -> bool:
        """Free the places of carts whose time has passed; tell whether more may be due."""
        return (
            await self._write(lambda session, now: inventory.expire_due(session, now=now, limit=AT_ONCE))
            == AT_ONCE
        )

    async def expire_orders(self) -> bool:
        """End orders that were not paid in time; tell whether more may be due."""
        return (
            await self._write(
                lambda session, now: expiring.expire_due_orders(session, now=now, limit=AT_ONCE)
            )
            == AT_ONCE
        )

    async def issue_invoices(self) -> bool:
        """Write the invoices of orders that were paid; tell whether more may be due."""
        return (
            await self._write(lambda session, now: invoicing.issue_due(session, limit=AT_ONCE, now=now))
            == AT_ONCE
        )

    async def reconcile(self) -> bool:
        """Ask the provider about payments that have stayed open."""
        await self._runtime.cashier.reconcile(limit=AT_ONCE)
        return False

    async def catch_up(self) -> bool:
        """Look for events of the payment provider that never came."""
        if (news := self._runtime.provider_news) is not None:
            await news.catch_up()
        return False

    async def forget_answers(self) -> bool:
        """Drop answers kept for idempotency keys that are no longer honoured."""
        await self._write(lambda session, now: answers.forget_old(session, now=now))
        return False

    async def count_on(self) -> bool:
        """Add what happened to the tallies, so that whoever asks for figures has little left to count."""
        return await self._write(lambda session, now: tallies.count_on(session, now=now))

    async def run_jobs(self) -> bool:
        """Do jobs that are due; tell whether more may be. Letters about orders wait while people buy."""
        has_more = await self._run_some([kind for kind in self._handlers if kind not in PATIENT])
        started = perf_counter()
        if started < self._patient_until:
            return has_more
        self._is_selling = False
        has_more |= await self._run_some([kind for kind in self._handlers if kind in PATIENT])
        if self._is_selling:
            finished = perf_counter()
            self._patient_until = finished + REST * (finished - started)
        return has_more

    async def _run_some(self, kinds: Sequence[str]) -> bool:
        claimed = await self._write(
            lambda session, now: jobs.claim(session, kinds=kinds, limit=JOBS_AT_ONCE, lease=LEASE, now=now)
        )
        await asyncio.gather(*(self._do(job) for job in claimed))
        return len(claimed) == JOBS_AT_ONCE

    async def _do(self, job: ClaimedJob) -> None:
        try:
            async with asyncio.timeout(LEASE.total_seconds()):
                wait = await self._handlers[job.kind](self._runtime, job.payload)
        except Exception as error:
            log.exception("job %s of kind %s failed at attempt %d", job.id, job.kind, job.attempts)
            # Only our own errors have texts that are known to name no person.
            text = (
                f"{type(error).__name__}: {error.text}"
                if isinstance(error, AppError)
                else type(error).__name__
            )
            jitter = secrets.randbelow(1000) / 1000
            await self._write(
                lambda session, now: jobs.fail(session, job, error=text, jitter=jitter, now=now)
            )
            return
        if wait is None:
            await self._runtime.grouped(jobs.finish_many, job)
        else:
            await self._write(lambda session, now: jobs.postpone(session, job, until=now + wait))

    async def _write(self, operation: Callable[[Session, datetime], T]) -> T:
        return await asyncio.to_thread(self._runtime.write, operation)

    async def _repeat(self, step: Callable[[], Awaitable[bool]], pause: Callable[[], Awaitable[Any]]) -> None:
        while True:
            try:
                has_more = await step()
            except Exception:
                log.exception("background step %s failed", step.__name__)
                has_more = False
            if not has_more:
                await pause()

    async def _next_news(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_FOR_JOBS_EVERY_S):
                await self._news.wait()
        await asyncio.sleep(GATHER_S)
        self._news.clear()

    def _wake(self, topics: frozenset[str]) -> None:
        self._is_selling = self._is_selling or any(topic.startswith("ev:") for topic in topics)
        is_due = not self._news.is_set() and any(topic.startswith(jobs.TOPIC) for topic in topics)
        if is_due and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)


def keep_jobs_running(runtime: Runtime) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Give a lifespan task that runs the background loops beside the app."""

    @asynccontextmanager
    async def jobs_running() -> AsyncIterator[None]:
        running = asyncio.create_task(Runner(runtime).run())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    return jobs_running
