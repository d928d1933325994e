"""A refund that did not reach its buyer: tried again, or settled another way."""

from typing import Any, ClassVar

import reflex as rx

from ticketapp.core.errors import InvalidInput
from ticketapp.core.ids import parse_id
from ticketapp.services.accounts.rules import signed_in
from ticketapp.services.payments import again
from ticketapp.state.base import Done, Refused, ServiceCalls, say
from ticketapp.state.order_desk import OrderDeskState


class FailedRefundState(ServiceCalls, rx.State):
    """`asked` is the refund that the open question is about."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    asked: str = ""
    note_error: str = ""
    is_busy: bool = False

    @rx.event
    async def try_again(self, refund_id: str):
        """Have the provider asked once more."""
        if self.is_busy:
            return
        self.is_busy = True
        yield
        actor = await self._actor()
        outcome = await self._attempt(
            lambda session, now: again.try_refund_again(
                session, actor=signed_in(actor), refund_id=parse_id(refund_id), now=now
            )
        )
        self.is_busy = False
        yield (
            rx.toast.info("The refund is on its way again.")
            if isinstance(outcome, Done)
            else say(outcome.error)
        )
        yield OrderDeskState.reload

    @rx.event
    def ask(self, refund_id: str):
        """Ask how a refund was paid."""
        self.asked, self.note_error = str(refund_id)[:64], ""

    @rx.event
    def close(self):
        """Leave everything as it is."""
        self.asked = ""

    @rx.event
    async def settle(self, form: dict[str, Any]):
        """Write down that the buyer was paid from elsewhere."""
        if self.is_busy or not self.asked:
            return
        self.is_busy, self.note_error = True, ""
        yield
        actor, asked = await self._actor(), self.asked
        outcome = await self._attempt(
            lambda session, now: again.settle_refund(
                session,
                actor=signed_in(actor),
                refund_id=parse_id(asked),
                note=str(form.get("note", "")),
                now=now,
            )
        )
        self.is_busy = False
        if isinstance(outcome, Refused) and isinstance(outcome.error, InvalidInput):
            self.note_error = outcome.error.text
            return
        self.asked = ""
        if isinstance(outcome, Refused):
            yield say(outcome.error)
        yield OrderDeskState.reload
