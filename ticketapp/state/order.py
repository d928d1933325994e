"""One order: how it stands, kept up to date by itself, and what its buyer may do with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, ClassVar

import reflex as rx

from ticketapp import runtime
from ticketapp.core.errors import NotFound
from ticketapp.core.ids import parse_id
from ticketapp.live.follow import follow_person
from ticketapp.runtime import Operation
from ticketapp.services.accounts.views import Actor
from ticketapp.services.payments import receipt, refunds
from ticketapp.services.payments.receipt_views import ReceiptView
from ticketapp.state.base import Done, Refused, ServiceCalls, say
from ticketapp.state.viewer import ViewerState

ROUTE = "/order/"
CANCEL, RETURN_ALL = "cancel", "all"
_TO_HEADING = (
    "requestAnimationFrame(() => document.getElementById('page-title')?.focus({preventScroll: true}))"
)


class OrderState(ServiceCalls, rx.State):
    """Only the buyer sees it. `asked` is the question that is open: cancel, give all back, or a ticket's id."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    receipt: ReceiptView = ReceiptView()
    is_loading: bool = True
    is_missing: bool = False
    is_busy: bool = False
    error: str = ""
    asked: str = ""

    @rx.var
    def asked_text(self) -> str:
        """What the open question is about: the amount that comes back."""
        if self.asked == RETURN_ALL:
            return self.receipt.return_all_text
        return next((row.return_text for row in self.receipt.tickets if row.shown.id == self.asked), "")

    @rx.event
    async def load(self):
        """Open the order that the address names; the outcome gets the focus."""
        reference = self.router.url.path.removeprefix(ROUTE).strip("/")
        if reference != self.receipt.order.reference:
            self.receipt, self.is_loading = ReceiptView(), True
        self.asked, self.is_busy = "", False
        await self._read_receipt(reference)
        yield rx.call_script(_TO_HEADING)
        if self.receipt.is_asking:
            # Whoever comes back from their bank: what the address says of the payment is not believed.
            order_id = self.receipt.order.id
            await self._flow(lambda: runtime.current().cashier.ask_about(parse_id(order_id)))
            await self._read_receipt(reference)

    @rx.event
    async def reload(self):
        """Read the same order again: something became of it."""
        await self._read_receipt(self.receipt.order.reference)

    @rx.event
    def ask_cancel(self):
        """Ask whether to cancel the unpaid order."""
        self.asked = CANCEL

    @rx.event
    def ask_return_all(self):
        """Ask whether to give all tickets back that can be."""
        self.asked = RETURN_ALL

    @rx.event
    def ask_return(self, ticket_id: str):
        """Ask whether to give one ticket back."""
        self.asked = ticket_id

    @rx.event
    def close_question(self):
        """Leave everything as it is."""
        self.asked = ""

    @rx.event
    async def cancel_order(self):
        """Cancel the unpaid order; a payment under way is called off first."""
        if self.asked != CANCEL:
            return
        order_id = self.receipt.order.id
        async for event in self._change(
            lambda actor: runtime.current().cashier.cancel_order(
                person_id=actor.person_id, order_id=parse_id(order_id)
            )
        ):
            yield event

    @rx.event
    async def give_back(self):
        """Give tickets back and start the refund of exactly the amount that was shown."""
        if not self.asked:
            return
        chosen = self.receipt.returnable_ids if self.asked == RETURN_ALL else [self.asked]
        order_id = self.receipt.order.id
        async for event in self._change(
            lambda actor: _written(
                lambda session, now: refunds.refund_tickets(
                    session,
                    actor=actor,
                    order_id=parse_id(order_id),
                    ticket_ids=[parse_id(ticket_id) for ticket_id in chosen],
                    now=now,
                )
            )
        ):
            yield event

    @rx.event
    async def use_another_card(self):
        """Call the payment under way off, and go back to pay in another way."""
        order_id = self.receipt.order.id
        async for event in self._change(
            lambda actor: runtime.current().cashier.call_off_order(
                person_id=actor.person_id, order_id=parse_id(order_id)
            )
        ):
            yield event
        if self.receipt.can_pay:
            yield rx.redirect("/checkout")

    async def _change(self, change: Callable[[Actor], Awaitable[Any]]) -> AsyncIterator[Any]:
        """Run one change as the caller, tell a refusal, and read the order again."""
        if self.is_busy:
            return
        self.is_busy = True
        yield
        actor = await self._actor()
        outcome = (
            Refused(NotFound("We could not find this order."))
            if actor is None
            else await self._flow(lambda: change(actor))
        )
        self.is_busy, self.asked = False, ""
        if isinstance(outcome, Refused):
            yield say(outcome.error)
        await self._read_receipt(self.receipt.order.reference)
        yield ViewerState.load

    async def _read_receipt(self, reference: str) -> None:
        actor = await self._actor()
        outcome = await self._read(
            lambda session, now: receipt.get_receipt(session, actor=actor, reference=reference, now=now)
        )
        self.is_loading = False
        match outcome:
            case Done(shown):
                self.receipt, self.error, self.is_missing = shown, "", False
            case Refused(NotFound()):
                self.receipt, self.error, self.is_missing = ReceiptView(), "", True
            case Refused(error):
                self.error = error.text
        if actor is not None:
            await follow_person(self, actor.person_id, reload=OrderState.reload)


def _written(operation: Operation[Any]) -> Awaitable[Any]:
    return asyncio.to_thread(runtime.current().write, operation)
