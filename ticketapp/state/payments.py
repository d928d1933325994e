"""The caller's payments, and one of them in full."""

from typing import ClassVar

import reflex as rx

from ticketapp.core.errors import NotFound
from ticketapp.core.ids import parse_id
from ticketapp.live.follow import follow_person
from ticketapp.services.payments import statement
from ticketapp.services.payments.statement import PaymentStatement
from ticketapp.state.base import Done, Refused, ServiceCalls

ROUTE = "/payments/"


class PaymentsState(ServiceCalls, rx.State):
    """Every attempt to pay, newest first."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    payments: list[PaymentStatement] = []
    is_loading: bool = True
    error: str = ""

    @rx.event
    async def load(self):
        """Read the caller's payments."""
        actor = await self._actor()
        self.is_loading = False
        if actor is None:
            self.payments = []
            return
        outcome = await self._read(lambda session, _now: statement.list_my_statements(session, actor=actor))
        match outcome:
            case Done(payments):
                self.payments, self.error = payments, ""
            case Refused(error):
                self.error = error.text
        await follow_person(self, actor.person_id, reload=PaymentsState.load)


class PaymentState(ServiceCalls, rx.State):
    """One payment, by its id in the address."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    payment: PaymentStatement = PaymentStatement()
    is_loading: bool = True
    is_missing: bool = False
    error: str = ""

    @rx.event
    async def load(self):
        """Open the payment that the address names."""
        payment_id = self.router.url.path.removeprefix(ROUTE).strip("/")
        if payment_id != self.payment.id:
            self.payment, self.is_loading = PaymentStatement(), True
        await self._read_payment(payment_id)

    @rx.event
    async def reload(self):
        """Read it again: something became of it."""
        await self._read_payment(self.payment.id)

    async def _read_payment(self, payment_id: str) -> None:
        actor = await self._actor()
        outcome = await self._read(
            lambda session, _now: statement.get_my_statement(
                session, actor=actor, payment_id=parse_id(payment_id)
            )
        )
        self.is_loading = False
        match outcome:
            case Done(payment):
                self.payment, self.error, self.is_missing = payment, "", False
            case Refused(NotFound()):
                self.payment, self.error, self.is_missing = PaymentStatement(), "", True
            case Refused(error):
                self.error = error.text
        if actor is not None:
            await follow_person(self, actor.person_id, reload=PaymentState.reload)
