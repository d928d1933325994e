"""What Stripe itself says of fees, refunds and disputes, and what happened there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

from ticketapp.integrations import stripe_book as book
from ticketapp.integrations.payments import PaymentUnknown
from ticketapp.integrations.provider_facts import (
    DisputeFact,
    Fee,
    IntentFact,
    Movement,
    ProviderBooks,
    RefundFact,
    ToldEvent,
)
from ticketapp.integrations.stripe_calls import StripeCalls
from ticketapp.integrations.stripe_letters import told_event
from ticketapp.integrations.transactions import Transactions

PAGE_SIZE = 100
PAGES_MAX = 10_000
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
        filters = {"created": {"gte": int(since.timestamp())}, "types": list(types)}
        events = await self._all(self.calls.v1.events.list_async, filters)
        return [told_event(event.to_dict()) for event in reversed(events)]

    async def books(self) -> ProviderBooks:
        intents = await self._all(self.calls.v1.payment_intents.list_async, {})
        refunds = await self._all(self.calls.v1.refunds.list_async, {})
        return ProviderBooks(tuple(map(_intent, intents)), tuple(map(_refund, refunds)))

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


def _refund(refund: Any) -> RefundFact:
    return RefundFact(
        provider_ref=refund.id,
        key=_key_of(refund),
        intent_id=refund.payment_intent,
        amount_minor=refund.amount,
        currency=refund.currency.upper(),
        has_failed=refund.status in ("failed", "canceled"),
    )
