"""The organizer's events: the list, the form for a new one, and the desk at which one is changed."""

from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec

from ticketapp.core.errors import AppError, InvalidInput, NotFound
from ticketapp.core.ids import parse_id
from ticketapp.services.accounts.rules import signed_in
from ticketapp.services.catalog import cancelling, forms, managing, operations, tier_operations
from ticketapp.services.catalog.views import Choice, EventFields, Impact, OrganizerEvent, TierFields
from ticketapp.state.base import Done, Refused, ServiceCalls, say

FIRST_TIERS_MAX = 4
# Before the names of a tier's fields, which would else be those of the event's.
TIER_FORM = "tiers.0."


# Where the pages list what is wrong with a form.
PROBLEMS_ID = "problems"


def problems_of(error: AppError) -> list[list[str]]:
    """Give what is wrong as pairs of field and text; what belongs to no field is only said."""
    return (
        [[field, text] for field, text in error.field_texts.items()]
        if isinstance(error, InvalidInput)
        else []
    )


def point_at(error: AppError) -> EventSpec:
    """Lead to the list of what is wrong; what belongs to no field is said."""
    return rx.scroll_to(PROBLEMS_ID) if isinstance(error, InvalidInput) else say(error)


class OrganizerEventsState(ServiceCalls, rx.State):
    """The events that this person may change."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    events: list[OrganizerEvent] = []
    is_loading: bool = True
    error: str = ""

    @rx.event
    async def load(self):
        """Read the list."""
        actor = await self._actor()
        outcome = await self._read(
            lambda session, now: managing.list_own_events(session, actor=signed_in(actor), now=now)
        )
        self.is_loading = False
        match outcome:
            case Done(events):
                self.events, self.error = events, ""
            case Refused(error):
                self.error = error.text


class NewEventState(ServiceCalls, rx.State):
    """The form for a new event. What is typed stays in the browser until it is sent."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    organizers: list[Choice] = []
    tier_count: int = 1
    problems: dict[str, str] = {}
    summary: list[list[str]] = []
    is_busy: bool = False

    @rx.event
    async def load(self):
        """Begin with an empty form."""
        actor = await self._actor()
        outcome = await self._read(
            lambda session, now: managing.list_organizers(session, actor=signed_in(actor))
        )
        self.organizers = outcome.value if isinstance(outcome, Done) else []
        self.tier_count, self.problems, self.summary, self.is_busy = 1, {}, [], False

    @rx.event
    def add_tier(self):
        """Show the fields of one more tier."""
        self.tier_count = min(self.tier_count + 1, FIRST_TIERS_MAX)

    @rx.event
    async def create(self, form: dict[str, Any]):
        """Create the event as a draft and go to its desk; busy until the page is left, so that no second click makes another."""
        if self.is_busy:
            return
        self.is_busy = True
        yield
        actor = await self._actor()
        outcome = await self._attempt(
            lambda session, now: (
                operations.create_event(
                    session,
                    actor=signed_in(actor),
                    organizer_id=parse_id(form.get("organizer")),
                    draft=forms.event_draft(form),
                    tier_drafts=forms.tier_drafts(form),
                    now=now,
                ).slug
            )
        )
        match outcome:
            case Done(slug):
                yield rx.redirect(f"/organizer/events/{slug}")
            case Refused(error):
                self.is_busy = False
                self.summary = problems_of(error)
                self.problems = dict(self.summary)
                yield point_at(error)


class EventDeskState(ServiceCalls, rx.State):
    """One event of an organizer: its fields, its tiers, and its way from draft to cancelled."""

    REQUIRED_ROLE: ClassVar[str] = "organizer"

    event: EventFields = EventFields()
    impact: Impact = Impact()
    tier: TierFields = TierFields()
    # A form that is opened again begins anew.
    tier_form_count: int = 0
    is_tier_open: bool = False
    is_cancelling: bool = False
    problems: dict[str, str] = {}
    summary: list[list[str]] = []
    tier_problems: dict[str, str] = {}
    is_busy: bool = False
    is_missing: bool = False
    is_loading: bool = True

    @rx.event
    async def load(self):
        """Read the event that the address names."""
        self.is_loading = True
        self.problems, self.summary, self.is_tier_open, self.is_cancelling = {}, [], False, False
        await self._show(self.router.url.path.rstrip("/").rsplit("/", 1)[-1])

    @rx.event
    async def save(self, form: dict[str, Any]):
        """Change what the event is, where and when."""
        self.is_busy = True
        yield
        draft = forms.event_draft(form)
        error = await self._change(
            lambda session, now, **who: operations.update_event(session, draft=draft, now=now, **who)
        )
        self.is_busy = False
        self.summary = problems_of(error) if error else []
        self.problems = dict(self.summary)
        yield point_at(error) if error else rx.toast("Saved.")

    @rx.event
    async def publish(self):
        """Put the event on sale, for the first time or after a pause."""
        error = await self._change(
            lambda session, now, **who: operations.publish_event(session, now=now, **who)
        )
        if error:
            yield say(error)

    @rx.event
    async def pause(self):
        """Stop sales for a while."""
        error = await self._change(
            lambda session, now, **who: operations.pause_event(session, now=now, **who)
        )
        if error:
            yield say(error)

    @rx.event
    async def ask_to_cancel(self):
        """Show whom cancelling would touch."""
        await self._show(self.event.slug)
        self.is_cancelling = True

    @rx.event
    def keep_it(self):
        """Close the question."""
        self.is_cancelling = False

    @rx.event
    async def cancel(self):
        """Cancel the event for good."""
        if not self.is_cancelling:
            return
        error = await self._change(
            lambda session, now, **who: cancelling.cancel_event(session, now=now, **who)
        )
        self.is_cancelling = False
        if error:
            yield say(error)

    @rx.event
    def open_tier(self, tier_id: str):
        """Open the form of a tier, or of a new one."""
        found = [tier for tier in self.event.tiers if tier.id == tier_id]
        self.tier = found[0] if found else TierFields()
        self.tier_problems, self.is_tier_open = {}, True
        self.tier_form_count += 1

    @rx.event
    def close_tier(self):
        """Close the form of the tier."""
        self.is_tier_open = False

    @rx.event
    async def save_tier(self, form: dict[str, Any]):
        """Add the tier or change it."""
        if not self.is_tier_open:
            return
        self.is_busy = True
        yield
        draft = forms.tier_drafts({TIER_FORM + "name": "", **form, "timezone": self.event.timezone})[0]
        tier_id = self.tier.id
        if tier_id:
            error = await self._change(
                lambda session, now, **who: tier_operations.update_tier(
                    session, tier_id=parse_id(tier_id), draft=draft, now=now, **who
                )
            )
        else:
            error = await self._change(
                lambda session, now, **who: tier_operations.create_tier(session, draft=draft, now=now, **who)
            )
        self.is_busy = False
        self.tier_problems = {TIER_FORM + field: text for field, text in problems_of(error)} if error else {}
        self.is_tier_open = error is not None
        if error and not self.tier_problems:
            yield say(error)

    async def _change(self, operation: Any) -> AppError | None:
        """Change the event as whoever is calling, show how it stands then, and give the refusal if there is one."""
        actor, event_id, slug = await self._actor(), self.event.id, self.event.slug
        outcome = await self._attempt(
            lambda session, now: operation(session, now, actor=signed_in(actor), event_id=parse_id(event_id))
        )
        if isinstance(outcome, Refused):
            return outcome.error
        await self._show(slug)
        return None

    async def _show(self, slug: str) -> None:
        actor = await self._actor()
        outcome = await self._read(
            lambda session, now: managing.get_desk(session, slug, actor=signed_in(actor), now=now)
        )
        match outcome:
            case Done((fields, impact)):
                self.event, self.impact, self.is_missing = fields, impact, False
            case Refused(error):
                self.is_missing = isinstance(error, NotFound)
                self.event, self.impact = EventFields(), Impact()
        self.is_loading = False
