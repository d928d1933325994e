"""People, their sessions, the clubs they belong to and the organizers they work for."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.core.ids import new_id
from ticketapp.models.base import UtcDateTime, status_type


class Person(SQLModel, table=True):
    """Somebody who buys, sells or checks tickets; a guest has no e-mail address yet."""

    __tablename__ = "people"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("(email IS NULL) = (password_hash IS NULL)", name="account_has_both"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str | None = Field(default=None, max_length=254, unique=True)
    name: str = Field(default="", max_length=120)
    password_hash: str | None = Field(default=None, max_length=200)
    is_admin: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    email_verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    merged_into: UUID | None = Field(default=None, foreign_key="people.id")


class WebSession(SQLModel, table=True):
    """One signed-in browser, bearer token or guest; only the hash of its token is kept."""

    __tablename__ = "sessions"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: bytes = Field(unique=True, max_length=32)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EmailProof(SQLModel, table=True):
    """A one-use link sent by mail: to verify an address or set a new password."""

    __tablename__ = "email_proofs"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: bytes = Field(unique=True, max_length=32)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    purpose: str = Field(max_length=16)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """A person's membership of a club, which a tier may require."""

    __tablename__ = "memberships"

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    club: str = Field(max_length=60, primary_key=True)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Organizer(SQLModel, table=True):
    """A team that runs events."""

    __tablename__ = "organizers"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    contact_email: str = Field(max_length=254)
    created_at: datetime = Field(sa_type=UtcDateTime)


class TeamRole(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    DOOR = "door"


class TeamMember(SQLModel, table=True):
    """What a person may do for one organizer."""

    __tablename__ = "team_members"

    organizer_id: UUID = Field(foreign_key="organizers.id", primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", primary_key=True, index=True)
    role: TeamRole = Field(sa_type=status_type(TeamRole, "role_known"))
