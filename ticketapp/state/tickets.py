"""My tickets: today, to come, past; and whose name is on them."""

from typing import Any, ClassVar

import reflex as rx

from ticketapp.core.errors import InvalidInput
from ticketapp.core.ids import parse_id
from ticketapp.live.follow import follow_person
from ticketapp.services.ticketing import operations, queries
from ticketapp.services.ticketing.views import TicketShelves
from ticketapp.state.base import Done, Refused, ServiceCalls, say


class TicketsState(ServiceCalls, rx.State):
    """The caller's own tickets, with the status of this moment. `renaming` is the ticket whose name is being changed."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    shelves: TicketShelves = TicketShelves()
    is_loading: bool = True
    error: str = ""
    renaming: str = ""
    name: str = ""
    name_error: str = ""

    @rx.var
    def is_empty(self) -> bool:
        """Whether there is no ticket at all."""
        return not (self.shelves.today or self.shelves.upcoming or self.shelves.past)

    @rx.event
    async def load(self):
        """Read the tickets."""
        actor = await self._actor()
        self.is_loading = False
        if actor is None:
            self.shelves = TicketShelves()
            return
        outcome = await self._read(lambda session, now: queries.get_shelves(session, actor=actor, now=now))
        match outcome:
            case Done(shelves):
                self.shelves, self.error = shelves, ""
            case Refused(error):
                self.error = error.text
        await follow_person(self, actor.person_id, reload=TicketsState.load)

    @rx.event
    def ask_name(self, ticket_id: str, name: str):
        """Open the question whose name is to be on a ticket."""
        self.renaming, self.name, self.name_error = ticket_id, name, ""

    @rx.event
    def close_question(self):
        """Leave the name as it is."""
        self.renaming = ""

    @rx.event
    async def rename(self, form: dict[str, Any]):
        """Write another name on the ticket."""
        actor = await self._actor()
        if actor is None or not self.renaming:
            return
        ticket_id, name = self.renaming, str(form.get("holder", ""))
        outcome = await self._attempt(
            lambda session, now: operations.rename_attendee(
                session, actor=actor, ticket_id=parse_id(ticket_id), name=name, now=now
            )
        )
        match outcome:
            case Done():
                self.renaming = ""
            case Refused(InvalidInput(text=text)):
                self.name_error = text
                return
            case Refused(error):
                self.renaming = ""
                yield say(error)
        yield TicketsState.load
