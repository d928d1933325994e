"""What may be known about a person outside this area."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ticketapp.models import TeamRole


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is calling and what they may do: an account, or a guest who has a cart but no e-mail address."""

    person_id: UUID
    name: str
    email: str | None
    is_guest: bool
    is_admin: bool
    organizers: Mapping[UUID, TeamRole] = field(default_factory=dict, hash=False)

    @property
    def roles(self) -> list[str]:
        """List the roles in the words of the API."""
        if self.is_guest:
            return []
        team_roles = set(self.organizers.values())
        return [
            role
            for role, has_it in (
                ("fan", True),
                ("organizer", bool(team_roles & {TeamRole.OWNER, TeamRole.MANAGER})),
                ("door", TeamRole.DOOR in team_roles),
                ("admin", self.is_admin),
            )
            if has_it
        ]


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session that is open, and whose it is."""

    session_id: UUID
    expires_at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against."""

    person_id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session with its token, which exists nowhere else."""

    token: str
    expires_at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class SessionView:
    """One device that is signed in, as its owner sees it."""

    id: str
    since_text: str
    until_text: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as its owner sees it."""

    name: str = ""
    email: str = ""
    is_verified: bool = False
    sessions: list[SessionView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account as an administrator sees it."""

    id: str
    name: str
    email: str
    is_admin: bool
    is_verified: bool
    teams_text: str
    since_text: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    people: list[PersonRow] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    total: int = 0


@dataclass(frozen=True, slots=True)
class OrganizerChoice:
    id: str
    name: str
