"""Place, pay and answer in one call: the key of the call is claimed with its order and answered with its payment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from ticketapp.core.errors import AppError
from ticketapp.integrations.payments import Charge
from ticketapp.integrations.transactions import takes_turns
from ticketapp.services.messaging.answers import Claim, Earlier, Given, claim_many, keep_many
from ticketapp.services.payments.operations import place_and_start, settle
from ticketapp.services.payments.requests import CheckedOut, CheckOut, Settlement


@dataclass(frozen=True, slots=True)
class BeginBooking:
    """Claim a key, and with it place an order and begin to pay it."""

    claim: Claim
    check_out: CheckOut


@dataclass(frozen=True, slots=True)
class Begun:
    """The key is the caller's, whose it is to answer it or to give it up; the order was placed or refused."""

    outcome: CheckedOut | AppError


@takes_turns
def begin_bookings(
    session: Session, requests: Sequence[BeginBooking], now: datetime
) -> list[Begun | Earlier | AppError]:
    """Decide which requests are new, and place and begin to pay those, in one transaction."""
    claimed = claim_many(session, [request.claim for request in requests], now)
    own = [request for request, earlier in zip(requests, claimed, strict=True) if earlier is None]
    outcomes = iter(place_and_start(session, [request.check_out for request in own], now))
    return [Begun(next(outcomes)) if earlier is None else earlier for earlier in claimed]


@dataclass(frozen=True, slots=True)
class SettleBooking:
    """Settle a charge and keep the answer that `write` makes of it; without one the key is still the caller's."""

    charge: Charge
    write: Callable[[Settlement], Given | None]


@takes_turns
def settle_bookings(
    session: Session, requests: Sequence[SettleBooking], now: datetime
) -> list[Settlement | AppError]:
    """Settle charges and keep what their callers are answered, in one transaction."""
    settled = settle(session, [request.charge for request in requests], now)
    written = [
        request.write(settlement)
        for request, settlement in zip(requests, settled, strict=True)
        if isinstance(settlement, Settlement)
    ]
    keep_many(session, [given for given in written if given is not None], now)
    return settled
