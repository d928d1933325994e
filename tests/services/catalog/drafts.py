"""Drafts for tests: a good one, and ways to spoil it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from tests.factories import NOON
from ticketapp.core.ids import new_id
from ticketapp.models import TeamRole
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog.drafts import EventDraft, TierDraft, VenueDraft

HALL = VenueDraft(name="Dockside Hall", address="Quay 1", city="Hamburg", country="DE")
STARTS = NOON + timedelta(days=21)
GOOD = EventDraft(
    name="Midnight Parade",
    artist="The Lanterns",
    category="concert",
    venue=HALL,
    timezone="Europe/Berlin",
    doors_at=STARTS - timedelta(hours=1),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=3),
)
REGULAR = TierDraft(name="Regular", price_minor=45_00, currency="EUR", capacity=100)


def draft(**changes) -> EventDraft:
    return replace(GOOD, **changes)


def tier(**changes) -> TierDraft:
    return replace(REGULAR, **changes)


def owner_of(organizer_id: UUID, *, person_id: UUID | None = None, role: TeamRole = TeamRole.OWNER) -> Actor:
    return Actor(
        person_id=person_id or new_id(),
        name="Olga",
        email="olga@example.com",
        is_guest=False,
        is_admin=False,
        organizers={organizer_id: role},
    )


def admin() -> Actor:
    return Actor(person_id=new_id(), name="Ada", email="ada@example.com", is_guest=False, is_admin=True)


def guest() -> Actor:
    return Actor(person_id=new_id(), name="", email=None, is_guest=True, is_admin=False)


def fan() -> Actor:
    return Actor(person_id=new_id(), name="Finn", email="finn@example.com", is_guest=False, is_admin=False)
