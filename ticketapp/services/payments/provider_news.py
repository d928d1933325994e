"""What the payment provider tells: each event only says where to look, and the provider itself is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.integrations.provider_facts import ProviderFacts, ToldEvent
from ticketapp.integrations.transactions import Transactions
from ticketapp.services.payments import aftermath, told_events
from ticketapp.services.payments.flows import Cashier
from ticketapp.services.payments.payouts import PayoutReader
from ticketapp.services.payments.refunds import record_refund_done

T = TypeVar("T")
# Events appear in the list a little after they happened.
OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(days=3)


class UnknownPayment(NotFound):
    """The provider speaks of a payment that we do not know, or not yet."""

    code = "unknown_payment"


@dataclass(frozen=True, slots=True)
class ProviderNews:
    """Act on what the provider tells, look for what it told in vain, and read its account of our money."""

    transactions: Transactions
    cashier: Cashier
    facts: ProviderFacts

    async def keep(self, event: ToldEvent) -> bool:
        """Keep an event that was sent to us, with the promise to act on it; tell whether it was new."""
        return bool(
            await self._write(
                lambda session, now: told_events.keep_events(session, [event], is_sent=True, now=now)
            )
        )

    async def handle(self, event_id: str) -> None:
        """Act on a kept event. What was done before stays done once.

        Raises:
            UnknownPayment, TooEarly: it is about something that is not ours, or not on record yet.
            PaymentUnknown: the provider did not answer.
        """
        event = await self._read(lambda session, now: told_events.get_event(session, event_id))
        act = next(act for start, act in self._acts().items() if event.type.startswith(start))
        await act(event)
        await self._write(lambda session, now: told_events.mark_handled(session, event_id, now))

    async def catch_up(self) -> int:
        """Read on in the provider's list of events and in its balance; tell how many events had never come."""
        now = await self._read(lambda session, now: now)
        last = await self._read(lambda session, now: told_events.read_until(session))
        since = last - OVERLAP if last else now - FIRST_LOOK_BACK
        events = await self.facts.events_since(since, told_events.ACTED_ON)
        missed = await self._write(
            lambda session, moment: told_events.keep_read(session, events, until=now, now=moment)
        )
        await self._payouts.read()
        return missed

    @property
    def _payouts(self) -> PayoutReader:
        return PayoutReader(self.transactions, self.cashier.gateway.name, self.facts)

    def _acts(self) -> dict[str, Callable[[ToldEvent], Awaitable[None]]]:
        return {
            "payment_intent.": self._payment_moved,
            "charge.dispute.": self._disputed,
            "charge.captured": self._fee_told,
            "charge.updated": self._fee_told,
            "charge.refunded": self._refunded,
            "refund.": self._refunded,
            "payout.": self._paid_out,
        }

    async def _payment_moved(self, event: ToldEvent) -> None:
        key = await self._key(event)
        try:
            await self.cashier.hear(key)
        except NotFound as error:
            raise UnknownPayment from error

    async def _fee_told(self, event: ToldEvent) -> None:
        key = await self._key(event)
        fee = await self.facts.fee_of(event.object_id)
        if fee is not None:
            await self._write(lambda session, now: aftermath.book_fee(session, key=key, fee=fee, now=now))

    async def _refunded(self, event: ToldEvent) -> None:
        await self._key(event)
        for fact in await self.facts.refunds_of(event.intent_id or ""):
            if fact.key is None:
                # Somebody gave it back at the provider itself: the audit shows it.
                continue
            if fact.has_failed:
                await self._write(
                    lambda session, now, fact=fact: aftermath.record_refund_failed(
                        session, fact=fact, now=now
                    )
                )
            else:
                await self._write(
                    lambda session, now, fact=fact: record_refund_done(
                        session,
                        key=fact.key or "",
                        provider_ref=fact.provider_ref,
                        attempt=fact.attempt,
                        now=now,
                    )
                )

    async def _disputed(self, event: ToldEvent) -> None:
        key = await self._key(event)
        fact = await self.facts.dispute(event.object_id)
        await self._write(lambda session, now: aftermath.record_dispute(session, key=key, fact=fact, now=now))

    async def _paid_out(self, _event: ToldEvent) -> None:
        await self._payouts.read()

    async def _key(self, event: ToldEvent) -> str:
        key = await self.facts.key_of(event.intent_id) if event.intent_id else None
        if key is None:
            raise UnknownPayment
        return key

    async def _read(self, query: Callable[[Session, datetime], T]) -> T:
        return await asyncio.to_thread(self.transactions.read, query)

    async def _write(self, operation: Callable[[Session, datetime], T]) -> T:
        return await asyncio.to_thread(self.transactions.write, operation)
