"""The fake Stripe in this process: every call is an effect, and every letter waits until somebody delivers it."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from tests.harness.fake_stripe import PUBLISHABLE_KEY, SECRET_KEY
from tests.simulation.loop import StillLoop
from ticketapp.core.clock import StoppedClock
from ticketapp.integrations.stripe_calls import StripeCalls
from ticketapp.rehearsal import attempts, charges, disputes, methods, refunds, sums
from ticketapp.rehearsal.api import Api
from ticketapp.rehearsal.book import Book, Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.faults import Fault, Faults, Kind
from ticketapp.rehearsal.idempotency import Keys
from ticketapp.rehearsal.webhooks import Plan, Postman
from ticketapp.rehearsal.wire import Request

BASE = "http://stripe.fake"


@dataclass
class SharedClock:
    """The shop's clock, in the provider's seconds."""

    clock: StoppedClock

    def now(self) -> int:
        return int(self.clock.now().timestamp())


@dataclass
class Provider:
    """One account at the fake."""

    clock: StoppedClock
    book: Book = field(init=False)
    letters: list[Row] = field(default_factory=list)
    # What was told of each event when it was made, by those who watch.
    watchers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        shared: Any = SharedClock(self.clock)
        self.book = Book(clock=shared)
        self.book.on_event = self._tell
        self._faults = Faults()
        postman = Postman(self.book, Plan())
        self._api = Api(self.book, postman, Keys(shared), self._faults, SECRET_KEY, PUBLISHABLE_KEY)

    def _tell(self, event: Row) -> None:
        self.letters.append(event)
        for watch in self.watchers:
            watch(event)

    def answer(self, request: Request, fault: Fault | None = None) -> Any:
        """Answer a call here and now."""
        self._faults.planned[:] = [fault] if fault else []
        answering = self._api.answer(request)
        try:
            answering.send(None)
        except StopIteration as end:
            return end.value
        raise AssertionError("the fake waited")

    def token(self, method: str) -> str:
        """Give the token that a payment form makes of a test card."""
        return methods.create_token(Call(self.book, given={"payment_method": method}))["id"]

    def intents(self, *statuses: str) -> list[Row]:
        return [row for row in self.book.all("payment_intent") if not statuses or row["status"] in statuses]

    def approve(self, intent: Row, *, is_approved: bool) -> None:
        attempts.authenticate(self.book, intent, is_approved=is_approved)

    def arrive(self, intent: Row, *, is_paid: bool) -> None:
        attempts.finish(self.book, intent, is_paid=is_paid)

    def publish_balances(self) -> None:
        for charge in self.book.all("charge"):
            if charge["status"] == "succeeded":
                charges.publish_balance(self.book, charge)

    def refund_fails(self, refund: Row) -> None:
        refunds.fail(self.book, refund, "lost_or_stolen_card")

    def dispute(self, charge: Row) -> None:
        disputes.open_dispute(self.book, charge)

    def close_dispute(self, dispute: Row, *, is_won: bool) -> None:
        disputes.close(self.book, dispute, is_won=is_won)

    def totals(self) -> dict[str, Any]:
        return sums.totals(self.book)


@dataclass
class Line(httpx.AsyncBaseTransport):
    """The line from the product's own client to the provider."""

    loop: StillLoop
    provider: Provider
    # What happens to the next call that happens.
    fault: Fault | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        asked = Request(
            request.method,
            request.url.path,
            request.url.query.decode(),
            {name.lower(): value for name, value in request.headers.items()},
            body,
        )
        answer = await self.loop.effect(
            f"{asked.method} {_plain(asked.path)}", lambda: self._answer(asked), is_call=True
        )
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    def _answer(self, asked: Request) -> Any:
        fault, self.fault = self.fault, None
        return self.provider.answer(asked, fault)


def _plain(path: str) -> str:
    parts = path.removeprefix("/v1/").split("/")
    return "/".join("ID" if "_" in part and part[:2] in ("pi", "ch", "re", "dp") else part for part in parts)


def broken(status: int, *, executes: bool = False) -> Fault:
    return Fault(Kind.STATUS, status=status, executes=executes)


def calls_over(line: Line) -> StripeCalls:
    """Give the adapter's calls over this line, each made once."""
    calls = _calls()
    calls._http._client_async = httpx.AsyncClient(transport=line, verify=False)
    return calls


@cache
def _calls() -> StripeCalls:
    # Kept, because reading the certificates takes longer than a call.
    return StripeCalls(SECRET_KEY, base=BASE, network_retries_max=0, rate_limit_wait_s=0)
