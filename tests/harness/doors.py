"""An event with its door staff, for tests that scan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from tests.factories import (
    code_of,
    make_event,
    make_member,
    make_organizer,
    make_person,
    make_ticket,
    make_tier,
)
from ticketapp.core.ids import new_id
from ticketapp.models import Event, TeamRole, Ticket, Tier
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.views import Actor
from ticketapp.services.checkin.codes import present
from ticketapp.services.checkin.operations import redeem_many
from ticketapp.services.checkin.requests import RedeemRequest
from ticketapp.services.checkin.views import ScanView


@dataclass
class Door:
    """An event with one tier, somebody of its door staff, and a runtime to ask it with."""

    runtime: Runtime
    event: Event
    tier: Tier
    actor: Actor

    def write(self, operation: Callable[[Session], Any]) -> Any:
        return self.runtime.write(lambda session, now: operation(session))

    def ticket(self, **facts: Any) -> Ticket:
        return self.write(lambda session: make_ticket(session, tier=self.tier, **facts))

    def code(self, ticket: Ticket, **facts: Any) -> str:
        return self.write(lambda session: code_of(session, ticket, **facts))

    def request(self, text: str, *, scan_id: UUID | None = None, **facts: Any) -> RedeemRequest:
        given: dict[str, Any] = {
            "event_id": self.event.id,
            "actor": self.actor,
            "gate": "Gate A",
            "device": "tablet",
            "scanned_at": self.runtime.clock.now(),
        }
        presented = self.runtime.read(lambda session, now: present(session, text))
        return RedeemRequest(scan_id=scan_id or new_id(), presented=presented, **(given | facts))

    def scan(self, text: str, **facts: Any) -> ScanView:
        return self.runtime.grouped_blocking(redeem_many, self.request(text, **facts))


def open_door(runtime: Runtime) -> Door:
    def make(session: Session, now: Any) -> Door:
        organizer, person = make_organizer(session), make_person(session, name="Dora Door")
        make_member(session, organizer_id=organizer.id, person_id=person.id, role=TeamRole.DOOR)
        event = make_event(session, organizer_id=organizer.id)
        tier = make_tier(session, event_id=event.id)
        return Door(runtime, event, tier, actor_of(person, {organizer.id: TeamRole.DOOR}))

    return runtime.write(make)


def actor_of(person: Any, organizers: dict[UUID, TeamRole] | None = None) -> Actor:
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        is_guest=person.email is None,
        is_admin=person.is_admin,
        organizers=organizers or {},
    )
