"""Which sales an organizer looks at. The figures themselves come live, see `live.vars.LiveSales`."""

from typing import ClassVar
from uuid import UUID

import reflex as rx

from ticketapp.live.follow import follow_sales
from ticketapp.services.reporting import queries
from ticketapp.services.reporting.views import BoardChoice
from ticketapp.state.base import Done, Refused, ServiceCalls


class DashboardState(ServiceCalls, rx.State):
    """The team and, if one was chosen, the event whose sales are shown."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    choice: BoardChoice = BoardChoice()
    is_loading: bool = True
    error: str = ""

    @rx.event
    async def load(self):
        """Find what the address asks for and follow its sales."""
        actor = await self._actor()
        asked = self.router.url.query_parameters
        outcome = await self._read(
            lambda session, now: queries.choose_board(
                session, actor=actor, team=asked.get("team", ""), event=asked.get("event", "")
            )
        )
        if isinstance(outcome, Done) and outcome.value.team.id:
            self.choice = outcome.value
            outcome = await self._flow(self._follow)
        self.is_loading = False
        self.error = outcome.error.text if isinstance(outcome, Refused) else ""

    async def _follow(self) -> None:
        chosen = self.choice
        event_id = UUID(chosen.event_id) if chosen.event_id else None
        await follow_sales(self, UUID(chosen.team.id), event_id=event_id)
