"""Look people and their sessions up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.core.errors import NotFound
from ticketapp.core.times import moment_text
from ticketapp.core.tokens import token_hash
from ticketapp.models import Person, TeamMember, TeamRole, WebSession
from ticketapp.models.base import UtcDateTime, table_of
from ticketapp.services.accounts.views import AccountView, Actor, Credentials, KnownSession, SessionView

SESSIONS_SHOWN = 50

_SESSION, _PERSON, _MEMBER = table_of(WebSession), table_of(Person), table_of(TeamMember)
_SESSIONS = (
    sa.select(
        _SESSION.c.id.label("session_id"),
        _SESSION.c.token_hash,
        _SESSION.c.expires_at,
        _SESSION.c.person_id,
        *(_PERSON.c[name] for name in ("name", "email", "is_admin")),
        _MEMBER.c.organizer_id,
        _MEMBER.c.role,
    )
    .join(_PERSON, _PERSON.c.id == _SESSION.c.person_id)
    .outerjoin(_MEMBER, _MEMBER.c.person_id == _SESSION.c.person_id)
    .where(
        _SESSION.c.token_hash.in_(sa.bindparam("hashes", expanding=True)),
        _SESSION.c.revoked_at.is_(None),
        _SESSION.c.expires_at > sa.bindparam("now", type_=UtcDateTime()),
    )
)


def find_sessions(
    session: Session, hashed_tokens: Sequence[bytes], now: datetime
) -> list[KnownSession | None]:
    """Find whose open sessions tokens belong to, in one statement; None for a token that opens nothing."""
    rows = session.connection().execute(_SESSIONS, {"hashes": list(hashed_tokens), "now": now}).all()
    organizers: dict[bytes, dict[UUID, TeamRole]] = {}
    for row in rows:
        roles = organizers.setdefault(row.token_hash, {})
        if row.organizer_id is not None:
            roles[row.organizer_id] = TeamRole(row.role)
    known = {
        row.token_hash: KnownSession(
            row.session_id,
            row.expires_at,
            Actor(
                person_id=row.person_id,
                name=row.name,
                email=row.email,
                is_guest=row.email is None,
                is_admin=row.is_admin,
                organizers=organizers[row.token_hash],
            ),
        )
        for row in rows
    }
    return [known.get(hashed) for hashed in hashed_tokens]


def find_session(session: Session, *, hashed_token: bytes, now: datetime) -> KnownSession | None:
    """Find whose open session a token belongs to."""
    return find_sessions(session, [hashed_token], now)[0]


def find_guest(session: Session, *, token: str, now: datetime) -> Actor | None:
    """Find the guest a browser's token belongs to; nobody when it is an account's."""
    known = find_session(session, hashed_token=token_hash(token), now=now) if token else None
    return known.actor if known is not None and known.actor.is_guest else None


def get_actor(session: Session, *, person_id: UUID) -> Actor:
    """Describe a person with their roles.

    Raises:
        NotFound: there is nobody with this id.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return _actor(session, person)


def get_account(session: Session, *, actor: Actor, token: str, now: datetime) -> AccountView:
    """Read one's own account and the devices that are signed in to it, the newest first.

    Raises:
        NotFound: the account is gone.
    """
    person = session.get(Person, actor.person_id)
    if person is None or person.email is None:
        raise NotFound
    rows = session.exec(
        select(WebSession)
        .where(
            col(WebSession.person_id) == actor.person_id,
            col(WebSession.revoked_at).is_(None),
            col(WebSession.expires_at) > now,
        )
        .order_by(col(WebSession.created_at).desc(), col(WebSession.id))
        .limit(SESSIONS_SHOWN)
    ).all()
    here = token_hash(token)
    sessions = [
        SessionView(
            str(row.id),
            moment_text(row.created_at, "UTC"),
            moment_text(row.expires_at, "UTC"),
            row.token_hash == here,
        )
        for row in rows
    ]
    return AccountView(person.name, person.email, person.email_verified_at is not None, sessions)


def find_credentials(session: Session, *, email: str) -> Credentials | None:
    """Find what the password of an account is checked against."""
    person = session.exec(select(Person).where(Person.email == email)).first()
    if person is None or person.password_hash is None:
        return None
    return Credentials(person.id, person.password_hash)


def _actor(session: Session, person: Person) -> Actor:
    roles = session.exec(
        select(TeamMember.organizer_id, TeamMember.role).where(col(TeamMember.person_id) == person.id)
    ).all()
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        is_guest=person.email is None,
        is_admin=person.is_admin,
        organizers={organizer_id: TeamRole(role) for organizer_id, role in roles},
    )
