"""Payments through Stripe: one PaymentIntent per attempt, on record before it is confirmed, by us and never by a browser."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

import stripe
from sqlmodel import Session

from ticketapp.core.ids import new_id
from ticketapp.integrations import stripe_book as book
from ticketapp.integrations.payments import (
    Charge,
    ChargeOrder,
    ChargeStatus,
    PaymentUnknown,
    RefundOrder,
    RefundRefused,
)
from ticketapp.integrations.stripe_calls import KeyBurnt, StripeCalls
from ticketapp.integrations.stripe_facts import REFUND_IS_DEAD, StripeFacts, attempt_of
from ticketapp.integrations.stripe_words import charge_of, has_failed, is_unconfirmed, reason_of
from ticketapp.integrations.transactions import Transactions

T = TypeVar("T")
LIST_MAX = 100
NO_TOKEN, TOKEN_REFUSED = "TOKEN_MISSING", "TOKEN_REFUSED"
_REFUSED = (stripe.InvalidRequestError, stripe.IdempotencyError)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StripeGateway:
    """Move money at Stripe. What it has to remember stands in its own book, and the money itself only at Stripe."""

    transactions: Transactions
    calls: StripeCalls
    public_url: str
    name: str = "stripe"
    takes_cards: bool = False

    @property
    def facts(self) -> StripeFacts:
        return StripeFacts(self.transactions, self.calls)

    async def charge(self, order: ChargeOrder) -> Charge:
        """Collect with the token that the payment form gave; what is declined is called off before that is said."""
        intent_id = await self._read(lambda session, now: book.find_intent(session, order.key))
        if intent_id is None:
            try:
                intent_id = await self._begun(order)
            except _REFUSED as error:
                return await self._never_made(order, reason_of(error.code, None))
            if intent_id is None:
                return _nothing(order.key, ChargeStatus.CANCELLED)
        return await self._confirmed(order, intent_id)

    async def capture(self, order: ChargeOrder) -> Charge:
        """Collect what was authorised; what is refused now is called off before that is said."""
        intent_id = await self._read(lambda session, now: book.find_intent(session, order.key))
        if intent_id is None:
            return await self.cancel(order)
        try:
            # An intent is captured once, under however many keys: one that no call used yet is safe, and never burnt.
            intent = await self.calls.first_made(
                [f"{order.key}:capture", f"{order.key}:capture:{new_id().hex}"],
                lambda key: self.calls.v1.payment_intents.capture_async(
                    intent_id, {}, {"idempotency_key": key}
                ),
            )
        except stripe.CardError as error:
            charge = charge_of(await self._called_off(intent_id), order.key)
            if charge.status is not ChargeStatus.CANCELLED:
                return charge
            return replace(charge, status=ChargeStatus.FAILED, error_code=reason_of(error.code, None))
        except _REFUSED:
            intent = await self._looked_up(intent_id)
        return charge_of(intent, order.key)

    async def ask(self, key: str) -> Charge | None:
        """Tell how a charge stands at Stripe; None also for one that was never confirmed, so that no money can move yet."""
        intent_id = await self._read(lambda session, now: book.find_intent(session, key))
        if intent_id is None:
            is_closed = await self._read(lambda session, now: book.is_closed(session, key))
            return _nothing(key, ChargeStatus.CANCELLED) if is_closed else None
        intent = await self._looked_up(intent_id)
        if has_failed(intent):
            intent = await self._called_off(intent_id)
        return None if is_unconfirmed(intent) else charge_of(intent, key)

    async def cancel(self, order: ChargeOrder) -> Charge:
        """Call a charge off. A key without a PaymentIntent gets none any more, so nothing can be confirmed under it."""
        intent_id = await self._keep(order.key, None)
        if intent_id is None:
            leftover = await self._leftover(order)
            if leftover is not None:
                await self._called_off(leftover)
            return await self._closed(order.key, ChargeStatus.CANCELLED)
        return charge_of(await self._called_off(intent_id), order.key)

    async def refund(self, order: RefundOrder) -> str:
        """Give money back, once per key, however long ago the key was first used.

        Raises:
            RefundRefused: Stripe will not, and says why.
        """
        filters = {"payment_intent": order.provider_ref, "limit": LIST_MAX}
        try:
            made = await self.calls.made(lambda: self.calls.v1.refunds.list_async(filters))
            for refund in made.data:
                # One that lives is the money on its way, at whichever attempt it was made.
                is_it = attempt_of(refund) == order.attempt or refund.status not in REFUND_IS_DEAD
                if _key_of(refund) == order.key and is_it:
                    return refund.id
            refund = await self.calls.first_made(
                [order.call_key, f"{order.call_key}:again"],
                lambda key: self.calls.v1.refunds.create_async(
                    {
                        "payment_intent": order.provider_ref,
                        "amount": order.amount_minor,
                        "metadata": _marked(order),
                    },
                    {"idempotency_key": key},
                ),
            )
        except _REFUSED as error:
            raise RefundRefused(f"Stripe refused this refund: {error.user_message}") from error
        return refund.id

    async def _begun(self, order: ChargeOrder) -> str | None:
        """Make the PaymentIntent and write it down; None when the key was called off meanwhile."""
        if await self._read(lambda session, now: book.is_known(session, order.key)):
            return None
        customer = await self._customer(order)
        intent = await self.calls.made(lambda: self._made(order, customer))
        kept = await self._keep(order.key, intent.id)
        if kept is None:
            await self._called_off(intent.id)
        return kept

    async def _never_made(self, order: ChargeOrder, error_code: str) -> Charge:
        log.warning("stripe refused to begin %s: %s", order.key, error_code)
        await self._keep(order.key, None)
        return await self._closed(order.key, ChargeStatus.FAILED, error_code)

    async def _closed(self, key: str, status: ChargeStatus, error_code: str | None = None) -> Charge:
        await self._write(lambda session, now: book.close(session, key=key, now=now))
        return _nothing(key, status, error_code)

    async def _confirmed(self, order: ChargeOrder, intent_id: str) -> Charge:
        if not order.token:
            return await self._refused(order, intent_id, NO_TOKEN)
        how = {
            "confirmation_token": order.token,
            "return_url": f"{self.public_url.rstrip('/')}/order/{order.reference}/back",
        }
        options = {"idempotency_key": f"{order.key}:confirm"}
        try:
            intent = await self.calls.made(
                lambda: self.calls.v1.payment_intents.confirm_async(intent_id, how, options)
            )
        except stripe.CardError:
            intent = await self._called_off(intent_id)
        except _REFUSED as error:
            intent = await self._looked_up(intent_id)
            if is_unconfirmed(intent):
                log.warning("stripe refused to confirm %s: %s", order.key, error.code)
                return await self._refused(order, intent_id, TOKEN_REFUSED)
        if has_failed(intent):
            intent = await self._called_off(intent_id)
        return charge_of(intent, order.key)

    async def _refused(self, order: ChargeOrder, intent_id: str, error_code: str) -> Charge:
        """Fail what cannot be confirmed: nobody else shall confirm it either."""
        charge = charge_of(await self._called_off(intent_id), order.key)
        if charge.status is not ChargeStatus.CANCELLED:
            return charge
        return replace(charge, status=ChargeStatus.FAILED, error_code=error_code)

    async def _called_off(self, intent_id: str) -> Any:
        """Cancel a PaymentIntent and give it as it then is: it may have succeeded, or be on its way."""
        try:
            return await self.calls.made(lambda: self.calls.v1.payment_intents.cancel_async(intent_id))
        except _REFUSED:
            return await self._looked_up(intent_id)

    async def _looked_up(self, intent_id: str) -> Any:
        try:
            return await self.calls.made(lambda: self.calls.v1.payment_intents.retrieve_async(intent_id))
        except _REFUSED as error:
            _not_there(intent_id, error)

    async def _leftover(self, order: ChargeOrder) -> str | None:
        """Find a PaymentIntent that was made, perhaps this very moment, and never written down."""
        try:
            customer = await self._customer(order)
        except KeyBurnt:
            # Whoever makes an intent needs a customer first, and gets none under these keys either.
            return None
        found = await self._listed(order.key, customer)
        if found is not None:
            return found
        try:
            # One that is being made is what this call gets, or is told to wait for; else this is the one that all get.
            return (await self.calls.made(lambda: self._made(order, customer))).id
        except KeyBurnt:
            # Who broke down may have made it since we looked.
            return await self._listed(order.key, customer)
        except _REFUSED:
            return None

    async def _listed(self, key: str, customer: str) -> str | None:
        filters = {"customer": customer, "limit": LIST_MAX}
        made = await self.calls.made(lambda: self.calls.v1.payment_intents.list_async(filters))
        return next((intent.id for intent in made.data if _key_of(intent) == key), None)

    async def _customer(self, order: ChargeOrder) -> str:
        person_id: UUID = order.person_id
        known = await self._read(lambda session, now: book.find_customer(session, person_id))
        if known is not None:
            return known
        made = await self.calls.first_made(
            [f"customer:{person_id}", f"customer:{person_id}:{order.key}"],
            lambda key: self.calls.v1.customers.create_async(
                {"metadata": {"person": str(person_id)}}, {"idempotency_key": key}
            ),
        )
        return await self._write(
            lambda session, now: book.keep_customer(session, person_id=person_id, customer_id=made.id)
        )

    async def _made(self, order: ChargeOrder, customer: str) -> Any:
        what = {
            "amount": order.amount_minor,
            "currency": order.currency.lower(),
            "customer": customer,
            "metadata": {"key": order.key, "reference": order.reference},
            "automatic_payment_methods": {"enabled": True},
            "capture_method": "manual" if order.authorises_first else "automatic_async",
        }
        return await self.calls.v1.payment_intents.create_async(what, {"idempotency_key": order.key})

    async def _keep(self, key: str, intent_id: str | None) -> str | None:
        return await self._write(
            lambda session, now: book.keep_intent(session, key=key, intent_id=intent_id, now=now)
        )

    async def _read(self, query: Callable[[Session, datetime], T]) -> T:
        return await asyncio.to_thread(self.transactions.read, query)

    async def _write(self, operation: Callable[[Session, datetime], T]) -> T:
        return await asyncio.to_thread(self.transactions.write, operation)


def _nothing(key: str, status: ChargeStatus, error_code: str | None = None) -> Charge:
    """Tell of a charge for which there is nothing at Stripe."""
    return Charge(key, "", status, 0, "", error_code)


def _key_of(made: Any) -> str | None:
    return made.metadata.to_dict().get("key")


def _not_there(intent_id: str, error: stripe.StripeError) -> NoReturn:
    log.error("stripe does not give the PaymentIntent %s: status %s", intent_id, error.http_status)
    raise PaymentUnknown from error


def _marked(order: RefundOrder) -> dict[str, str]:
    """Give the mark that a refund is found by again."""
    return {"key": order.key} | ({"attempt": str(order.attempt)} if order.attempt > 1 else {})
