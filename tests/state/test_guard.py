"""What the guard lets through, for every kind of person and every handler there is."""

from typing import ClassVar

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from ticketapp.core.tokens import new_token
from ticketapp.models import Organizer, Person, TeamMember, TeamRole
from ticketapp.services.accounts import operations
from ticketapp.state.guard import required_role

KINDS = ("unknown", "guest", "fan", "organizer", "door", "admin")
ALLOWED = {
    "public": set(KINDS),
    "fan": {"fan", "organizer", "door", "admin"},
    "organizer": {"organizer", "admin"},
    "door": {"organizer", "door", "admin"},
    "admin": {"admin"},
}


class Counts(rx.State, mixin=True):
    calls: int = 0

    @rx.event
    def call(self):
        self.calls += 1

    @rx.event(background=True)
    async def call_later(self):
        async with self:
            self.calls += 10


class PublicProbe(Counts, rx.State):
    REQUIRED_ROLE: ClassVar[str] = "public"


class FanProbe(Counts, rx.State):
    REQUIRED_ROLE: ClassVar[str] = "fan"


class OrganizerProbe(Counts, rx.State):
    REQUIRED_ROLE: ClassVar[str] = "organizer"


class DoorProbe(Counts, rx.State):
    REQUIRED_ROLE: ClassVar[str] = "door"


class AdminProbe(Counts, rx.State):
    REQUIRED_ROLE: ClassVar[str] = "admin"


class ForgottenProbe(Counts, rx.State):
    pass


PROBES = {
    "public": PublicProbe,
    "fan": FanProbe,
    "organizer": OrganizerProbe,
    "door": DoorProbe,
    "admin": AdminProbe,
}


def cookie_of(runtime, kind):
    """Give the cookie of such a person, who is made for it."""
    if kind == "unknown":
        return new_token()

    def make(session, now):
        if kind == "guest":
            token = new_token()
            operations.begin_guest(session, token=token, now=now)
            return token
        person = Person(
            email=f"{kind}@example.com", password_hash="x", is_admin=kind == "admin", created_at=now
        )
        team = Organizer(slug="harbour", name="Harbour", contact_email="h@example.com", created_at=now)
        session.add_all([person, team])
        session.flush()
        if kind in ("organizer", "door"):
            role = TeamRole.MANAGER if kind == "organizer" else TeamRole.DOOR
            session.add(TeamMember(organizer_id=team.id, person_id=person.id, role=role))
        return operations.open_session(session, person_id=person.id, now=now).token

    return runtime.write(make)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", PROBES)
async def test_each_kind_of_person_reaches_what_their_role_allows(screen, app_runtime, role, kind):
    screen.token = cookie_of(app_runtime, kind)
    probe = PROBES[role]

    await screen.send(probe.call(), path="/cart")
    await screen.send(probe.call_later(), path="/cart")

    is_allowed = kind in ALLOWED[role]
    assert (await screen.state(probe)).calls == (11 if is_allowed else 0)
    assert screen.redirects == ([] if is_allowed else ["/sign-in?next=/cart"] * 2)
    assert screen.errors == []


async def test_a_state_without_a_role_is_closed_to_everybody(screen, app_runtime):
    screen.token = cookie_of(app_runtime, "admin")

    await screen.send(ForgottenProbe.call())

    assert (await screen.state(ForgottenProbe)).calls == 0


async def test_a_browser_cannot_set_variables_itself(screen, app_runtime):
    screen.token = cookie_of(app_runtime, "admin")
    name = PublicProbe.get_full_name()
    root, update = (
        "reflex___state____state",
        "reflex___state____update_vars_internal_state.update_vars_internal",
    )
    variables = {f"{name}.calls": 7, f"{name}.calls_rx_state_": 7}

    await screen.send_raw(f"{name}.setvar", {"var_name": "calls", "value": 7})
    await screen.send_raw(f"{root}.{update}", {"vars": variables})
    await screen.send_raw(f"{root}.setvar", {"var_name": "is_hydrated", "value": True})
    await screen.send_raw(f"{root}.hydrate_and_load", {"vars": variables})

    assert (await screen.state(PublicProbe)).calls == 0


async def test_a_screen_forgets_what_somebody_else_saw(screen, app_runtime):
    screen.token = cookie_of(app_runtime, "fan")
    hydrate = "reflex___state____state.hydrate_and_load"
    await screen.send_raw(hydrate, {})
    await screen.send(PublicProbe.call())
    await screen.send_raw(hydrate, {})
    kept = (await screen.state(PublicProbe)).calls

    screen.token = cookie_of(app_runtime, "unknown")
    await screen.send_raw(hydrate, {})

    assert (kept, (await screen.state(PublicProbe)).calls) == (1, 0)


async def test_signing_out_counts_for_a_socket_that_stays_open(screen, app_runtime):
    screen.token = cookie_of(app_runtime, "fan")
    await screen.send(FanProbe.call())

    app_runtime.write(lambda session, now: operations.sign_out(session, token=screen.token, now=now))
    await screen.send(FanProbe.call())

    assert (await screen.state(FanProbe)).calls == 1


def test_every_handler_of_ours_has_a_role(reflex_app):
    ours = [
        name
        for name, handler in RegistrationContext.get().event_handlers.items()
        if handler.states[0].__module__.startswith("ticketapp.") and not name.endswith(".setvar")
    ]

    assert [name for name in ours if required_role(name) is None] == []
