"""One order at the desk of those who run its events: what it holds, and giving tickets back."""

from typing import Any, ClassVar

import reflex as rx

from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.core.ids import parse_id
from ticketapp.live.follow import follow_person
from ticketapp.services.accounts.rules import signed_in
from ticketapp.services.payments.desk import refund_from_desk
from ticketapp.services.reporting import order_desk, order_desk_views
from ticketapp.services.reporting.order_desk_views import DeskOrder
from ticketapp.state.base import Done, Refused, ServiceCalls, say

ROUTE = "/organizer/orders/"


class OrderDeskState(ServiceCalls, rx.State):
    """`chosen` are the tickets ticked, `asked` those that the open question is about."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    order: DeskOrder = DeskOrder()
    chosen: list[str] = []
    asked: list[str] = []
    note_error: str = ""
    is_loading: bool = True
    is_missing: bool = False
    is_busy: bool = False
    error: str = ""

    @rx.var
    def chosen_text(self) -> str:
        """What giving the ticked tickets back returns."""
        return order_desk_views.worth_text(self.order, self.chosen)

    @rx.var
    def asked_text(self) -> str:
        """What the open question is about: the sum that goes back."""
        return order_desk_views.worth_text(self.order, self.asked)

    @rx.var
    def asked_count_text(self) -> str:
        """How many tickets the open question is about."""
        return order_desk_views.tickets_text(len(self.asked))

    @rx.var
    def all_text(self) -> str:
        """What giving every valid ticket back returns; "" when there is none."""
        ids = order_desk_views.valid_ids(self.order)
        return order_desk_views.worth_text(self.order, ids) if ids else ""

    @rx.event
    async def load(self):
        """Open the order that the address names."""
        reference = self.router.url.path.removeprefix(ROUTE).strip("/")
        if reference != self.order.reference:
            self.order, self.is_loading = DeskOrder(), True
        self.chosen, self.asked, self.is_busy, self.note_error = [], [], False, ""
        await self._read_order(reference)

    @rx.event
    async def reload(self):
        """Read the same order again: something became of it."""
        await self._read_order(self.order.reference)

    @rx.event
    def tick(self, ticket_id: str):
        """Tick a ticket, or take the tick away."""
        kept = [known for known in self.chosen if known != ticket_id]
        added = [ticket_id] if ticket_id in order_desk_views.valid_ids(self.order) else []
        self.chosen = kept if len(kept) < len(self.chosen) else [*kept, *added]

    @rx.event
    def ask_about_chosen(self):
        """Ask whether to give the ticked tickets back."""
        self.asked, self.note_error = list(self.chosen), ""

    @rx.event
    def ask_about_all(self):
        """Ask whether to give every valid ticket back."""
        self.asked, self.note_error = order_desk_views.valid_ids(self.order), ""

    @rx.event
    def close_question(self):
        """Leave everything as it is."""
        self.asked = []

    @rx.event
    async def refund(self, form: dict[str, Any]):
        """Give the tickets back for exactly the sum that the question showed."""
        if self.is_busy or not self.asked:
            return
        self.is_busy, self.note_error = True, ""
        yield
        actor, shown, asked = await self._actor(), self.order, list(self.asked)
        outcome = await self._attempt(
            lambda session, now: refund_from_desk(
                session,
                actor=signed_in(actor),
                order_id=parse_id(shown.id),
                ticket_ids=[parse_id(ticket_id) for ticket_id in asked],
                note=str(form.get("note", "")),
                confirmed_minor=order_desk_views.worth_minor(shown, asked),
                now=now,
            )
        )
        self.is_busy = False
        if isinstance(outcome, Refused) and isinstance(outcome.error, InvalidInput):
            self.note_error = outcome.error.text
            return
        self.chosen, self.asked = [], []
        yield (
            say(outcome.error)
            if isinstance(outcome, Refused)
            else rx.toast.info(f"{outcome.value.amount_text} is on its way back.")
        )
        await self._read_order(shown.reference)

    async def _read_order(self, reference: str) -> None:
        actor = await self._actor()
        outcome = await self._read(
            lambda session, _now: order_desk.get_desk_order(session, actor=actor, reference=reference)
        )
        self.is_loading = False
        match outcome:
            case Done(shown):
                self.order, self.error, self.is_missing = shown, "", False
                valid = order_desk_views.valid_ids(shown)
                self.chosen = [ticket_id for ticket_id in self.chosen if ticket_id in valid]
                await follow_person(self, parse_id(shown.person_id), reload=OrderDeskState.reload)
            case Refused(NotFound()):
                self.order, self.error, self.is_missing = DeskOrder(), "", True
            case Refused(error):
                self.error = error.text
