"""The invoices and credit notes of an order, for its buyer and for its organizers."""

from typing import ClassVar

import reflex as rx

from ticketapp.core.errors import NotFound
from ticketapp.live.follow import follow_person
from ticketapp.services.invoicing import queries
from ticketapp.services.invoicing.queries import OrderInvoices
from ticketapp.state.base import Done, Refused, ServiceCalls

ROUTE = "/order/"
PAGE = "/invoice"


class InvoicesState(ServiceCalls, rx.State):
    """What the address names; who may see it, the service decides."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    papers: OrderInvoices = OrderInvoices()
    is_loading: bool = True
    is_missing: bool = False
    error: str = ""

    @rx.event
    async def load(self):
        """Open the papers of the order that the address names."""
        reference = self.router.url.path.removeprefix(ROUTE).strip("/").removesuffix(PAGE)
        if reference != self.papers.reference:
            self.papers, self.is_loading = OrderInvoices(), True
        await self._read_papers(reference)

    @rx.event
    async def reload(self):
        """Read them again: one was written."""
        await self._read_papers(self.papers.reference)

    async def _read_papers(self, reference: str) -> None:
        actor = await self._actor()
        outcome = await self._read(
            lambda session, _now: queries.get_order_invoices(session, actor=actor, reference=reference)
        )
        self.is_loading = False
        match outcome:
            case Done(papers):
                self.papers, self.error, self.is_missing = papers, "", False
            case Refused(NotFound()):
                self.papers, self.error, self.is_missing = OrderInvoices(), "", True
            case Refused(error):
                self.error = error.text
        if actor is not None:
            await follow_person(self, actor.person_id, reload=InvoicesState.reload)
