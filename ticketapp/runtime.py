"""The running app's parts, and the only place where a transaction begins and ends."""

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import partial
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlmodel import Session

from ticketapp.core.clock import Clock, SystemClock
from ticketapp.core.errors import AppError, InvalidInput
from ticketapp.integrations.database import Database, DatabaseUnavailable, open_database
from ticketapp.integrations.mail import FolderMail, KeptMail, MailGateway, Post, SmtpMail
from ticketapp.integrations.payments import BrowserForm, PaymentGateway
from ticketapp.integrations.rate_limits import RateLimits
from ticketapp.integrations.sandbox_payments import SandboxGateway
from ticketapp.integrations.transactions import is_turn_taken
from ticketapp.services.accounts.identities import Identities
from ticketapp.services.messaging.changes import taken_changes
from ticketapp.services.payments.flows import Cashier
from ticketapp.services.payments.provider_news import ProviderNews
from ticketapp.settings import MailProvider, PaymentProvider, Settings, Switch

T = TypeVar("T")
R = TypeVar("R")
Operation = Callable[[Session, datetime], T]
Decide = Callable[[Session, Sequence[Any], datetime], Sequence[Any]]
Listener = Callable[[frozenset[str]], None]

BATCH_MAX = 512
TRIES_MAX = 4
# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
_WORTH_ANOTHER_TRY = frozenset({"40001", "40P01", "55P03"})
# The database is gone, starting, full, or too busy to be waited for.
_NO_ANSWER = (OperationalError, InterfaceError, NoConnectionFree)

log = logging.getLogger(__name__)


class Runtime:
    """Read, write and grouped: what every edge of the app may do with the database."""

    def __init__(
        self,
        *,
        clock: Clock,
        database: Database,
        limits: RateLimits | None = None,
        hold_span: timedelta = timedelta(minutes=15),
        post: Post | None = None,
        open_gateway: "Callable[[Runtime], PaymentGateway]" = SandboxGateway,
        browser_form: BrowserForm | None = None,
    ) -> None:
        self.clock = clock
        self.database = database
        self.limits = limits or RateLimits(is_on=False)
        self.hold_span = hold_span
        self.post = post or Post(KeptMail(), "http://localhost:3000")
        self._listeners: list[Listener] = []
        self._groups: dict[Decide, _Group] = {}
        self._groups_lock = threading.Lock()
        self._turn = _Turn()
        self.identities = Identities(look_up=self.looked_up_together, now=clock.now)
        self.on_change(self.identities.forget_changed)
        self.cashier = Cashier(self, open_gateway(self))
        # How the provider takes a card in the browser; None where our own fields do.
        self.browser_form = browser_form

    @property
    def provider_news(self) -> ProviderNews | None:
        """What the payment provider tells beside its answers; None for one that tells nothing."""
        facts = self.cashier.gateway.facts
        return None if facts is None else ProviderNews(self, self.cashier, facts)

    def read(self, query: Operation[T]) -> T:
        """Run one query on a consistent view; nothing it does is kept."""
        with _in_our_words(), self.database.readers() as session:
            result = query(session, self.clock.now())
            assert not session.dirty, "a query must not write"
            assert not session.new, "a query must not write"
            return result

    def write(self, operation: Operation[T]) -> T:
        """Run one operation in one transaction: all of it or none of it. Deadlocks are tried again."""
        with _in_our_words():
            for left in reversed(range(TRIES_MAX)):
                try:
                    return self._write_once(operation)
                except DBAPIError as error:
                    if left == 0 or getattr(error.orig, "sqlstate", None) not in _WORTH_ANOTHER_TRY:
                        raise
        raise AssertionError("unreachable")

    def _write_once(self, operation: Operation[T]) -> T:
        with self.database.gate, self.database.writers() as session:
            with session.begin():
                result = operation(session, self.clock.now())
            changes = taken_changes(session)
        if changes:
            self._tell(changes)
        return result

    def _tell(self, changes: frozenset[str]) -> None:
        for listener in self._listeners:
            try:
                listener(changes)
            except Exception:
                # It is committed: whoever asked must hear so, and nothing may be done a second time.
                log.exception("a listener to changes failed")

    def on_change(self, listener: Listener) -> None:
        """Call the listener after each commit with the topics it changed, on the committing thread."""
        self._listeners.append(listener)

    async def grouped(self, decide: Decide, request: Any) -> Any:
        """Decide a request together with those that arrive while the last batch commits.

        `decide` takes a batch in arrival order and returns one outcome for each; an outcome that is an `AppError` is
        raised here. A lone request waits for nobody.
        """
        return await _answer(self._group(decide, self.write), request)

    async def looked_up_together(self, find: Decide, key: Any) -> Any:
        """Look a key up together with those that are asked for while the last look-up runs.

        `find` takes a batch of keys and gives one answer for each; it only reads.
        """
        return await _answer(self._group(find, self.read), key)

    def grouped_blocking(self, decide: Decide, request: Any) -> Any:
        """Do what `grouped` does for a caller that runs in a thread."""
        waiter: Future[Any] = Future()
        self._group(decide, self.write).put(_Waiting(request, waiter, None))
        return _value(waiter.result())

    def _group(self, decide: Decide, run: Callable[[Operation[Any]], Any]) -> "_Group":
        group = self._groups.get(decide)
        if group is None:
            with self._groups_lock:
                turn = self._turn if is_turn_taken(decide) else nullcontext()
                group = self._groups.setdefault(decide, _Group(decide, run, turn))
        return group

    def close(self) -> None:
        for group in self._groups.values():
            group.stop()
        self.database.close()


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Say what the database refuses, or that it does not answer, as people may read it."""
    try:
        yield
    except DataError as error:
        # Mostly a zero byte, which no form of ours can send; the traceback tells if it was a mistake of ours.
        log.warning("the database refused a value", exc_info=error)
        text = "Some of this cannot be stored. Use plain letters and smaller numbers."
        raise InvalidInput(form=text) from error
    except _NO_ANSWER as error:
        log.exception("the database does not answer")
        raise DatabaseUnavailable from error


async def _answer(group: "_Group", request: Any) -> Any:
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[Any] = loop.create_future()
    group.put(_Waiting(request, waiter, loop))
    return _value(await waiter)


def _value(outcome: Any) -> Any:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class _Waiting(NamedTuple):
    request: Any
    waiter: Any
    loop: asyncio.AbstractEventLoop | None


class _Turn:
    """Let threads go one after the other in the order they came."""

    def __init__(self) -> None:
        self._given, self._served = 0, 0
        self._is_over = threading.Condition()

    def __enter__(self) -> None:
        with self._is_over:
            own, self._given = self._given, self._given + 1
            while self._served < own:
                self._is_over.wait()

    def __exit__(self, *_error: object) -> None:
        with self._is_over:
            self._served += 1
            self._is_over.notify_all()


class _Group:
    """One thread that turns whoever is waiting into one transaction."""

    def __init__(
        self, decide: Decide, run: Callable[[Operation[Any]], Any], turn: AbstractContextManager[None]
    ) -> None:
        self._decide = decide
        self._run_operation = run
        self._turn = turn
        # None is the word to stop, and the last thing in the queue.
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._is_stopping = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"group-{decide.__name__}", daemon=True)
        self._thread.start()

    def put(self, waiting: _Waiting) -> None:
        with self._door:
            if self._is_stopping:
                raise RuntimeError("the runtime is closed")
            self._waiting.put(waiting)

    def stop(self) -> None:
        with self._door:
            self._is_stopping = True
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            arrived = [self._waiting.get()]
            with self._turn:
                arrived += [self._waiting.get() for _ in range(min(self._waiting.qsize(), BATCH_MAX - 1))]
                batch = [waiting for waiting in arrived if waiting is not None]
                outcomes = self._outcomes([waiting.request for waiting in batch]) if batch else []
            is_last = len(batch) < len(arrived)
            _wake(batch, outcomes)

    def _outcomes(self, requests: Sequence[Any]) -> Sequence[Any]:
        try:
            return self._run_operation(partial(_decided, self._decide, requests))
        except DatabaseUnavailable as error:
            # It may be that the answer to the commit was lost, so nothing is decided a second time.
            return [error] * len(requests)
        except AppError as error:
            return [error] * len(requests) if len(requests) == 1 else self._one_by_one(requests)
        except Exception as error:
            if len(requests) == 1:
                return [error]
            log.warning("a batch of %d failed and is decided one by one", len(requests), exc_info=True)
            return self._one_by_one(requests)

    def _one_by_one(self, requests: Sequence[Any]) -> list[Any]:
        # One bad request must not touch its neighbours.
        return [self._outcomes([request])[0] for request in requests]


def _decided(decide: Decide, requests: Sequence[Any], session: Session, now: datetime) -> Sequence[Any]:
    return decide(session, requests, now)


def _wake(batch: Sequence[_Waiting], outcomes: Sequence[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Any, Any]]] = {}
    for waiting, outcome in zip(batch, outcomes, strict=True):
        if waiting.loop is None:
            waiting.waiter.set_result(outcome)
        else:
            by_loop.setdefault(waiting.loop, []).append((waiting.waiter, outcome))
    for loop, answers in by_loop.items():
        # A loop that was closed meanwhile has nobody left to hear the answer.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_answer_all, answers)


def _answer_all(answers: list[tuple[Any, Any]]) -> None:
    for waiter, outcome in answers:
        if not waiter.done():
            waiter.set_result(outcome)


def open_runtime(settings: Settings) -> Runtime:
    """Open the database, the clock and the payment provider that the settings name."""
    runtime = Runtime(
        clock=SystemClock(timedelta(seconds=settings.test_clock_offset_s)),
        database=open_database(settings.database_url),
        limits=RateLimits(is_on=settings.rate_limits is Switch.ON, redis_url=settings.redis_url),
        hold_span=settings.hold_span,
        post=Post(_mail_gateway(settings), settings.public_url),
        open_gateway=lambda running: _payment_gateway(settings, running),
        browser_form=_browser_form(settings),
    )
    if settings.failpoints is not None:
        from ticketapp.integrations.failpoints import Failpoints  # noqa: PLC0415 - only tests want it.

        Failpoints(settings.failpoints).stand_around(runtime)
    return runtime


def _payment_gateway(settings: Settings, running: Runtime) -> PaymentGateway:
    if settings.payment_provider is PaymentProvider.STRIPE and settings.stripe_secret_key is not None:
        # Slow to load, so that whoever does not need it starts without.
        from ticketapp.integrations.stripe_calls import StripeCalls  # noqa: PLC0415
        from ticketapp.integrations.stripe_payments import StripeGateway  # noqa: PLC0415

        calls = StripeCalls(settings.stripe_secret_key.get_secret_value(), base=settings.stripe_api_base)
        return StripeGateway(running, calls, settings.public_url)
    return SandboxGateway(
        running,
        success_rate=settings.sandbox_success_rate,
        delay_range_ms=settings.sandbox_delay_range_ms,
    )


def _browser_form(settings: Settings) -> BrowserForm | None:
    if settings.payment_provider is PaymentProvider.SANDBOX or settings.stripe_publishable_key is None:
        return None
    from ticketapp.integrations.stripe_calls import SCRIPT_ORIGIN, SCRIPT_PATH  # noqa: PLC0415

    origin = (settings.stripe_api_base or SCRIPT_ORIGIN).rstrip("/")
    return BrowserForm(origin + SCRIPT_PATH, settings.stripe_publishable_key)


def _mail_gateway(settings: Settings) -> MailGateway:
    if settings.mail_provider is MailProvider.SMTP and settings.smtp_url is not None:
        return SmtpMail(settings.smtp_url.get_secret_value(), settings.mail_from)
    return FolderMail(settings.var_folder / "mail", settings.mail_from)


def tune_interpreter() -> None:
    """Set the garbage collector and the threads' turns for a process that serves thousands, once all is loaded."""
    # A thousand open pages are a million objects, and looking through them for garbage took half of the processor. What
    # is loaded by now stays for good, and the rest is looked through seldom: nearly all of it is freed without.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    # The event loop and the writer threads share one interpreter. A writer that comes back from the database a dozen
    # times in a batch would otherwise wait up to 5 ms each time for a busy loop to let go.
    sys.setswitchinterval(0.0005)


_installed: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Make this the runtime of the process."""
    _installed[:] = [runtime]


def current() -> Runtime:
    return _installed[0]
