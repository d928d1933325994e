"""What the fake knows: every object in Stripe's own shape, in the order it was made. All of it is in memory."""

import asyncio
import copy
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ticketapp.core.clock import SystemClock
from ticketapp.rehearsal import errors
from ticketapp.rehearsal.cards import Instrument

Row = dict[str, Any]

PREFIXES = {
    "payment_intent": "pi",
    "charge": "ch",
    "refund": "re",
    "balance_transaction": "txn",
    "customer": "cus",
    "event": "evt",
    "dispute": "dp",
    "payment_method": "pm",
    "confirmation_token": "ctoken",
    "payout": "po",
}
KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}
WITHOUT_MODE = {"refund", "balance_transaction"}
# The version whose shapes these are: the one stripe-python 16.1 pins.
API_VERSION = "2026-10-28.endive"
_ALPHABET = string.ascii_letters + string.digits


def new_secret(length: int = 24) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass(slots=True)
class MovingClock:
    """The machine's time, moved ahead at will so that tokens and keys grow old."""

    ahead: timedelta = timedelta()

    def now(self) -> int:
        return int((SystemClock().now() + self.ahead).timestamp())


@dataclass(slots=True)
class Manners:
    """How the fake behaves until told otherwise; None waits for an admin call."""

    balance_after_ms: int | None = None
    processing_after_ms: int | None = None
    # How refunds begin: succeeded, processing (withdrawn, may fail later) or insufficient_funds (nothing moved yet).
    refunds_begin: str = "succeeded"


@dataclass(frozen=True, slots=True)
class Cause:
    """The request on whose behalf something happens."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass
class Book:
    clock: MovingClock = field(default_factory=MovingClock)
    manners: Manners = field(default_factory=Manners)
    cause: Cause = Cause()
    on_event: Callable[[Row], None] = lambda event: None
    # What each payment method will do; its row does not tell.
    instruments: dict[str, Instrument] = field(default_factory=dict)
    # The payment method behind each confirmation token.
    token_methods: dict[str, str] = field(default_factory=dict)
    # PaymentIntents that their bank authorised and will not pay.
    refused: set[str] = field(default_factory=set)
    # The payout that each movement of the balance was in.
    paid_out: dict[str, str] = field(default_factory=dict)
    # Where 3-D Secure sends the browser back to.
    return_urls: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {kind: {} for kind in PREFIXES})
    _timers: set[asyncio.TimerHandle] = field(default_factory=set)

    def add(self, kind: str, **fields: Any) -> Row:
        row: Row = {"id": f"{PREFIXES[kind]}_{new_secret()}", "object": kind, "created": self.clock.now()}
        row |= ({} if kind in WITHOUT_MODE else {"livemode": False}) | fields
        self._rows[kind][row["id"]] = row
        return row

    def find(self, kind: str, object_id: str) -> Row | None:
        return self._rows[kind].get(object_id)

    def get(self, kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Row:
        """Give an object.

        Raises:
            Refusal: there is none.
        """
        row = self.find(kind, object_id)
        if row is None:
            raise errors.missing(kind, object_id, param=param, status=status)
        return row

    def named(self, kind: str, given: Row, param: str) -> Row | None:
        """Give the object that a parameter names, None when it was not passed."""
        object_id = given.get(param)
        return self.get(kind, object_id, param=param, status=400) if object_id else None

    def all(self, kind: str) -> list[Row]:
        """Give all objects of a kind, oldest first."""
        return list(self._rows[kind].values())

    def emit(self, event_type: str, row: Row, *, before: Row | None = None) -> None:
        """Make an event of what has just happened to an object; `before` is how it was."""
        data: Row = {"object": copy.deepcopy(row)}
        if before is not None:
            data["previous_attributes"] = {
                name: value for name, value in before.items() if row.get(name) != value
            }
        event = self.add(
            "event", api_version=API_VERSION, data=data, pending_webhooks=1, type=event_type,
            request={"id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key},
        )  # fmt: skip
        self.on_event(event)

    def later(self, after_ms: int | None, work: Callable[[], Any]) -> None:
        """Do something of the bank's own accord after a while; never, when no while is named."""
        if after_ms is None:
            return

        def due() -> None:
            self._timers.discard(timer)
            self.cause = Cause()
            work()

        timer = asyncio.get_running_loop().call_later(after_ms / 1000, due)
        self._timers.add(timer)

    def close(self) -> None:
        """Let nothing more happen of its own accord."""
        for timer in self._timers:
            timer.cancel()
