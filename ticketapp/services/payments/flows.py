"""Several transactions around a call to the provider: whatever happens in between, the next one finds its place."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from ticketapp.integrations.payments import (
    Card,
    Charge,
    ChargeStatus,
    PaymentGateway,
    PaymentUnknown,
    RefundRefused,
)
from ticketapp.integrations.transactions import Transactions
from ticketapp.models import OrderStatus, PaymentStatus
from ticketapp.services.contract import CheckoutRequest
from ticketapp.services.ordering import operations as ordering
from ticketapp.services.ordering.errors import PaymentUnderWay
from ticketapp.services.ordering.expiring import finish_expiring
from ticketapp.services.ordering.queries import check_buyer
from ticketapp.services.ordering.settling import ConfirmFree, Settled, confirm_free
from ticketapp.services.payments import again, operations, queries, refunds
from ticketapp.services.payments.authorised import weigh_authorised
from ticketapp.services.payments.requests import OpenPayment, Settlement, StartedPayment, StartPayment

ANSWER_WITHIN_S = 30.0
ASK_AFTER = timedelta(seconds=60)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cashier:
    """Collect money, find out how collecting went, call it off and give it back, through one provider."""

    transactions: Transactions
    gateway: PaymentGateway
    answer_within_s: float = ANSWER_WITHIN_S

    async def pay(
        self, checkout: CheckoutRequest, *, reference: str, card: Card | None = None, token: str = ""
    ) -> Settlement:
        """Collect what a reservation asked for; an open settlement means that the provider has not answered yet.

        Raises:
            OrderNotPayable, ReservationExpired, PaymentUnderWay, NotFound: nothing was begun.
        """
        started = await self.transactions.grouped(
            operations.start_payments, StartPayment(checkout, self.gateway.name)
        )
        return await self.collect(started, reference=reference, card=card, token=token)

    async def collect(
        self, started: StartedPayment, *, reference: str, card: Card | None = None, token: str = ""
    ) -> Settlement:
        """Ask the provider to carry out a payment that is on record, and settle what it says."""
        charge = await self.charge(started, reference=reference, card=card, token=token)
        return await (self.look_up(started.key) if charge is None else self.settle(charge))

    async def charge(
        self, started: StartedPayment, *, reference: str, card: Card | None = None, token: str = ""
    ) -> Charge | None:
        """Ask the provider to carry out a payment that is on record; None when it does not answer.

        What it only set aside is settled here, and then taken or let go of.
        """
        order = replace(started.charge_order(reference), card=card, token=token)
        try:
            charge = await self._answered(self.gateway.charge(order))
        except PaymentUnknown:
            return None
        return await self._followed(charge)

    async def settle(self, charge: Charge) -> Settlement:
        """Bring payment and order in line with the provider's own object."""
        return await self.transactions.grouped(operations.settle, charge)

    async def look_up(self, key: str) -> Settlement:
        """Tell how a payment stands on our side."""
        return await asyncio.to_thread(
            self.transactions.read, lambda session, now: queries.get_settlement(session, key)
        )

    async def ask(self, key: str) -> Settlement:
        """Ask the provider how a payment stands and settle the answer.

        Called off are a payment that the provider never heard of, because we died before telling it, once it is old
        enough that no call can be under way, and one that waits for a buyer whose order has ended or is paid.
        """
        payment = await self._open_payment(key)
        if payment is None:
            return await self.look_up(key)
        try:
            charge = await self._answered(self.gateway.ask(key))
            if charge is None:
                is_forlorn = payment.is_older_than(ASK_AFTER)
            else:
                is_forlorn = charge.status is ChargeStatus.NEEDS_ACTION and payment.is_order_over
            if is_forlorn:
                charge = await self._answered(self.gateway.cancel(payment.order))
        except PaymentUnknown:
            charge = None
        return await (self.look_up(key) if charge is None else self._settled_on(charge))

    async def hear(self, key: str) -> Settlement:
        """Settle how a payment stands at the provider, whatever we believed of it.

        Raises:
            NotFound: there is no such payment.
            PaymentUnknown: the provider did not answer.
        """
        charge = await self._answered(self.gateway.ask(key))
        return await (self.look_up(key) if charge is None else self._settled_on(charge))

    async def ask_about(self, order_id: UUID) -> None:
        """Ask the provider about the payment under way for an order, if there is one."""
        for key in await self._open_keys(order_id):
            await self.ask(key)

    async def bank_question(self, payment_id: UUID) -> Charge | None:
        """Ask the provider for the charge about which the buyer's bank wants an answer; None when it needs none any more.

        Raises:
            NotFound: there is no such payment.
        """
        key = await asyncio.to_thread(
            self.transactions.read, lambda session, now: queries.get_key(session, payment_id)
        )
        payment = await self._open_payment(key)
        if payment is None or payment.is_order_over:
            return None
        try:
            charge = await self._answered(self.gateway.ask(key))
        except PaymentUnknown:
            return None
        if charge is None:
            return None
        await self._settled_on(charge)
        return charge if charge.status is ChargeStatus.NEEDS_ACTION else None

    async def call_off(self, key: str) -> Settlement:
        """Call a payment off if that is still possible, and settle what the provider then says."""
        payment = await self._open_payment(key)
        if payment is None:
            return await self.look_up(key)
        try:
            charge = await self._answered(self.gateway.cancel(payment.order))
        except PaymentUnknown:
            return await self.look_up(key)
        return await self._settled_on(charge)

    async def cancel_order(self, *, person_id: UUID, order_id: UUID, reason: str = "by_buyer") -> OrderStatus:
        """Cancel an unpaid order; a payment that was begun is called off first.

        Raises:
            NotFound: it is not this person's.
            NotCancellable: it was paid or has ended.
            PaymentUnderWay: the provider cannot say yet whether the payment can be called off.
        """
        request = ordering.CancelOrder(person_id, order_id, reason)
        try:
            return await self.transactions.grouped(ordering.cancel_orders, request)
        except PaymentUnderWay:
            await self._call_off_for(order_id)
        return await self.transactions.grouped(ordering.cancel_orders, request)

    async def confirm_free(self, *, person_id: UUID, order_id: UUID) -> Settled:
        """Confirm an order that costs nothing."""
        return await self.transactions.grouped(confirm_free, ConfirmFree(person_id, order_id))

    async def expire_order(self, order_id: UUID) -> bool:
        """End an order whose time has passed while a payment was open; tell whether it has come to its end.

        The places are freed only after the provider called the payment off. One that says "succeeded" makes the order
        paid; one that does not know keeps the places, within the limit of the ordering rules. Money that was set aside
        in time is taken, for which the provider is asked first.
        """
        for key in await self._open_keys(order_id):
            await self._end(key)
        status = await asyncio.to_thread(
            self.transactions.write,
            lambda session, now: finish_expiring(session, order_id=order_id, now=now),
        )
        return status is not OrderStatus.EXPIRING

    async def reconcile(self, *, limit: int) -> int:
        """Ask about every payment that has been open for a while, the oldest first, and tell how many there were.

        They are listed `limit` at a time, so that those that stay open for long keep nobody else from being asked about.
        """
        now = await asyncio.to_thread(self.transactions.read, lambda session, now: now)
        asked, last = 0, None
        while True:
            some = await asyncio.to_thread(
                self.transactions.read,
                lambda session, _now, after=last: queries.list_open_payments(
                    session, until=now - ASK_AFTER, limit=limit, after=after
                ),
            )
            for payment in some:
                await self.ask(payment.key)
            asked += len(some)
            if len(some) < limit:
                return asked
            last = some[-1]

    async def carry_out_refund(self, key: str) -> None:
        """Have the provider give money back, once, however often this is called.

        Raises:
            PaymentUnknown: the provider did not answer; calling again is safe.
        """
        refund = await asyncio.to_thread(
            self.transactions.read, lambda session, now: refunds.get_refund_to_carry_out(session, key)
        )
        if refund.is_done:
            return
        try:
            provider_ref = await self._answered(self.gateway.refund(refund.order))
        except RefundRefused as refused:
            reason, attempt = refused.text, refund.order.attempt
            await asyncio.to_thread(
                self.transactions.write,
                lambda session, now: again.record_refund_refused(
                    session, key=key, attempt=attempt, reason=reason, now=now
                ),
            )
            return
        await asyncio.to_thread(
            self.transactions.write,
            lambda session, now: refunds.record_refund_done(
                session, key=key, provider_ref=provider_ref, attempt=refund.order.attempt, now=now
            ),
        )

    async def call_off_order(self, *, person_id: UUID, order_id: UUID) -> None:
        """Call off the payment under way for a person's order, so that another can be begun; a paid one stays paid.

        Raises:
            NotFound: it is not this person's order.
        """
        await asyncio.to_thread(
            self.transactions.read,
            lambda session, now: check_buyer(session, person_id=person_id, order_id=order_id),
        )
        await self._call_off_for(order_id)

    async def _call_off_for(self, order_id: UUID) -> None:
        for key in await self._open_keys(order_id):
            await self.call_off(key)

    async def _end(self, key: str) -> None:
        payment = await self._open_payment(key)
        if payment is not None and payment.order.authorises_first:
            said = await self.ask(key)
            if said.status is PaymentStatus.AUTHORISED:
                return
        await self.call_off(key)

    async def _followed(self, charge: Charge) -> Charge:
        """Go on from money that was set aside: confirm the places, then take it, or let go of it where there are none.

        Gives what the provider said last; one that is silent now is asked again by a job.
        """
        if charge.status is not ChargeStatus.AUTHORISED:
            return charge
        await self.settle(charge)
        authorised = await asyncio.to_thread(
            self.transactions.write, lambda session, now: weigh_authorised(session, key=charge.key, now=now)
        )
        if authorised is None:
            return charge
        step = self.gateway.capture if authorised.is_wanted else self.gateway.cancel
        try:
            return await self._answered(step(authorised.order))
        except PaymentUnknown:
            return charge

    async def _settled_on(self, charge: Charge) -> Settlement:
        return await self.settle(await self._followed(charge))

    async def _open_keys(self, order_id: UUID) -> list[str]:
        return await asyncio.to_thread(
            self.transactions.read,
            lambda session, now: queries.list_open_keys(session, order_id=order_id),
        )

    async def _open_payment(self, key: str) -> OpenPayment | None:
        return await asyncio.to_thread(
            self.transactions.read, lambda session, now: queries.find_open_payment(session, key, now)
        )

    async def _answered(self, call: Awaitable[T]) -> T:
        """Wait for the provider, but not for ever; no answer means that nobody knows."""
        try:
            async with asyncio.timeout(self.answer_within_s):
                return await call
        except TimeoutError:
            raise PaymentUnknown from None
