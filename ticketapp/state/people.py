"""The administrator's list of people and their roles."""

from typing import Any, ClassVar
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from ticketapp.core.ids import parse_id
from ticketapp.services.accounts import administration
from ticketapp.services.accounts.views import OrganizerChoice, PeoplePage
from ticketapp.state.base import Done, Refused, ServiceCalls, say


class PeopleState(ServiceCalls, rx.State):
    """Who there is, a page at a time; the search is in the address."""

    REQUIRED_ROLE: ClassVar[str] = "admin"

    people: PeoplePage = PeoplePage()
    organizers: list[OrganizerChoice] = []
    query: str = ""
    chosen_id: str = ""
    chosen_name: str = ""
    is_loading: bool = True
    error: str = ""

    @rx.event
    async def load(self):
        """Read the page of people that the address asks for."""
        self.query = self.router.url.query_parameters.get("q", "")
        await self._show()

    @rx.event
    async def make_admin(self, person_id: str):
        """Make somebody administrator."""
        yield await self._set_admin(person_id, is_admin=True)

    @rx.event
    async def unmake_admin(self, person_id: str):
        """Take administration away from somebody."""
        yield await self._set_admin(person_id, is_admin=False)

    @rx.event
    def choose(self, person_id: str, name: str):
        """Open the dialog for somebody's role at an organizer."""
        self.chosen_id, self.chosen_name = str(person_id), str(name)

    @rx.event
    def let_go(self):
        """Close the dialog."""
        self.chosen_id = ""

    @rx.event
    async def set_team_role(self, form: dict[str, Any]):
        """Give the chosen person a role at an organizer, or take it away."""
        actor = await self._actor()
        outcome = await self._attempt(
            lambda session, now: administration.set_team_role(
                session,
                actor=actor,
                person_id=parse_id(self.chosen_id),
                organizer_id=parse_id(form.get("organizer")),
                role=str(form.get("role", "")).replace("none", ""),
                now=now,
            )
        )
        if isinstance(outcome, Refused):
            yield say(outcome.error)
            return
        self.chosen_id = ""
        await self._show()

    @rx.var
    def page_text(self) -> str:
        """Say which part of the list this is."""
        return f"Page {self.people.page} of {self.people.pages} · {self.people.total} people"

    @rx.var
    def previous_href(self) -> str:
        return self._page_href(-1)

    @rx.var
    def next_href(self) -> str:
        return self._page_href(1)

    def _page_href(self, step: int) -> str:
        return f"/admin?{urlencode({'q': self.query, 'page': self.people.page + step})}"

    async def _set_admin(self, person_id: str, *, is_admin: bool) -> EventSpec | None:
        actor = await self._actor()
        outcome = await self._attempt(
            lambda session, now: administration.set_admin(
                session, actor=actor, person_id=parse_id(person_id), is_admin=is_admin, now=now
            )
        )
        await self._show()
        return say(outcome.error) if isinstance(outcome, Refused) else None

    async def _show(self) -> None:
        actor = await self._actor()
        page = self.router.url.query_parameters.get("page", "1")
        outcome = await self._read(
            lambda session, now: (
                administration.list_people(
                    session, actor=actor, query=self.query, page=int(page) if page.isdecimal() else 1
                ),
                administration.list_organizers(session, actor=actor),
            )
        )
        self.is_loading = False
        match outcome:
            case Done((people, organizers)):
                self.people, self.organizers, self.error = people, organizers, ""
            case Refused(error):
                self.error = error.text
