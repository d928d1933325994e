"""What Stripe itself says of fees, refunds and disputes, and what happened there."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

from ticketapp.integrations import stripe_book as book
from ticketapp.integrations.payments import PaymentUnknown
from ticketapp.integrations.provider_facts import (
    BalanceMovement,
    DisputeFact,
    Fee,
    IntentFact,
    Movement,
    PayoutFact,
    ProviderBooks,
    RefundFact,
    ToldEvent,
)
from ticketapp.integrations.stripe_calls import StripeCalls
from ticketapp.integrations.stripe_letters import told_event
from ticketapp.integrations.transactions import Transactions

PAGE_SIZE = 100
PAGES_MAX = 10_000
# So many kinds of events can be asked for at once.
TYPES_MAX = 20
REFUND_IS_DEAD = ("failed", "canceled")
_OVER = ("succeeded", "canceled")


@dataclass(frozen=True, slots=True)
class StripeFacts:
    """Ask Stripe."""

    transactions: Transactions
    calls: StripeCalls

    async def key_of(self, intent_id: str) -> str | None:
        known = await asyncio.to_thread(
            self.transactions.read, lambda session, now: book.find_key(session, intent_id)
        )
        if known is not None:
            return known
        try:
            intent = await self.calls.made(lambda: self.calls.v1.payment_intents.retrieve_async(intent_id))
        except stripe.InvalidRequestError:
            return None
        return _key_of(intent)

    async def fee_of(self, charge_id: str) -> Fee | None:
        charge = await self._got(
            lambda: self.calls.v1.charges.retrieve_async(charge_id, {"expand": ["balance_transaction"]})
        )
        moved = charge.balance_transaction
        return None if moved is None else Fee(moved.id, moved.fee, moved.currency.upper())

    async def refunds_of(self, intent_id: str) -> Sequence[RefundFact]:
        filters = {"payment_intent": intent_id}
        return [_refund(refund) for refund in await self._all(self.calls.v1.refunds.list_async, filters)]

    async def dispute(self, dispute_id: str) -> DisputeFact:
        dispute = await self._got(lambda: self.calls.v1.disputes.retrieve_async(dispute_id))
        return DisputeFact(
            id=dispute.id,
            intent_id=dispute.payment_intent,
            amount_minor=dispute.amount,
            currency=dispute.currency.upper(),
            status=dispute.status,
            opened_at=datetime.fromtimestamp(dispute.created, UTC),
            movements=tuple(
                Movement(moved.id, moved.amount, moved.fee, moved.currency.upper())
                for moved in dispute.balance_transactions
            ),
        )

    async def events_since(self, since: datetime, types: Sequence[str]) -> Sequence[ToldEvent]:
        events: list[Any] = []
        for first in range(0, len(types), TYPES_MAX):
            filters = _since(since) | {"types": list(types[first : first + TYPES_MAX])}
            events += reversed(await self._all(self.calls.v1.events.list_async, filters))
        return [told_event(event.to_dict()) for event in sorted(events, key=lambda event: event.created)]

    async def movements_since(self, since: datetime | None) -> Sequence[BalanceMovement]:
        return await self._movements(_since(since))

    async def movements_in(self, payout_id: str) -> Sequence[BalanceMovement]:
        return await self._movements({"payout": payout_id})

    async def payouts_since(self, since: datetime | None) -> Sequence[PayoutFact]:
        payouts = await self._all(self.calls.v1.payouts.list_async, _since(since))
        return [_payout(payout) for payout in reversed(payouts)]

    async def books(self) -> ProviderBooks:
        intents = await self._all(self.calls.v1.payment_intents.list_async, {})
        refunds = await self._all(self.calls.v1.refunds.list_async, {})
        movements = await self._movements({})
        balance = await self._got(self.calls.v1.balance.retrieve_async)
        return ProviderBooks(
            tuple(map(_intent, intents)), tuple(map(_refund, refunds)), tuple(movements), _sums(balance)
        )

    async def _movements(self, filters: dict[str, Any]) -> list[BalanceMovement]:
        filters = {**filters, "expand": ["data.source"]}
        moved = await self._all(self.calls.v1.balance_transactions.list_async, filters)
        intents = {intent for one in moved if (intent := getattr(one.source, "payment_intent", None))}
        keys = await asyncio.to_thread(
            self.transactions.read, lambda session, now: book.find_keys(session, intents)
        )
        return [_movement(one, keys) for one in reversed(moved)]

    async def _got(self, call: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await self.calls.made(call)
        except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
            raise PaymentUnknown from error

    async def _all(self, listed: Callable[[Any], Awaitable[Any]], filters: dict[str, Any]) -> list[Any]:
        """Read a list of Stripe's page by page, the newest first."""
        found: list[Any] = []
        for _ in range(PAGES_MAX):
            after = {"starting_after": found[-1].id} if found else {}
            page = await self._got(lambda after=after: listed({**filters, **after, "limit": PAGE_SIZE}))
            found += page.data
            if not page.has_more:
                break
        return found


def _since(since: datetime | None) -> dict[str, Any]:
    return {} if since is None else {"created": {"gte": int(since.timestamp())}}


def _movement(moved: Any, keys: Mapping[str, str]) -> BalanceMovement:
    source = moved.source
    kind = getattr(source, "object", None)
    key = keys.get(getattr(source, "payment_intent", None) or "")
    if key is None and kind == "charge":
        # Our own mark on the PaymentIntent, should our own book have lost it.
        key = _key_of(source)
    return BalanceMovement(
        ref=moved.id,
        kind=moved.type,
        amount_minor=moved.amount,
        fee_minor=moved.fee,
        currency=moved.currency.upper(),
        source_ref=getattr(source, "id", None),
        key=key,
        refund_key=_key_of(source) if kind == "refund" else None,
        created_at=datetime.fromtimestamp(moved.created, UTC),
    )


def _payout(payout: Any) -> PayoutFact:
    return PayoutFact(
        id=payout.id,
        amount_minor=payout.amount,
        currency=payout.currency.upper(),
        status=payout.status,
        is_itemised=payout.reconciliation_status == "completed",
        arrives_at=datetime.fromtimestamp(payout.arrival_date, UTC),
        created_at=datetime.fromtimestamp(payout.created, UTC),
    )


def _sums(balance: Any) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for part in (*balance.available, *balance.pending):
        sums[part.currency.upper()] += part.amount
    return dict(sums)


def _key_of(made: Any) -> str | None:
    return made.metadata.to_dict().get("key")


def _intent(intent: Any) -> IntentFact:
    return IntentFact(
        intent_id=intent.id,
        key=_key_of(intent),
        received_minor=intent.amount_received,
        currency=intent.currency.upper(),
        is_payable=intent.status not in _OVER,
    )


def attempt_of(refund: Any) -> int:
    """Tell at which attempt a refund of ours was made, by our mark on it."""
    marked = refund.metadata.to_dict().get("attempt", "1")
    return int(marked) if marked.isdecimal() and len(marked) < 6 else 1


def _refund(refund: Any) -> RefundFact:
    return RefundFact(
        provider_ref=refund.id,
        key=_key_of(refund),
        intent_id=refund.payment_intent,
        amount_minor=refund.amount,
        currency=refund.currency.upper(),
        has_failed=refund.status in REFUND_IS_DEAD,
        attempt=attempt_of(refund),
    )
