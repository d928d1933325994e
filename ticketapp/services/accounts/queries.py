"""Look people and their sessions up."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ticketapp.core.errors import NotFound
from ticketapp.core.times import moment_text
from ticketapp.core.tokens import token_hash
from ticketapp.models import Person, TeamMember, TeamRole, WebSession
from ticketapp.services.accounts.views import AccountView, Actor, Credentials, KnownSession, SessionView

SESSIONS_SHOWN = 50


def find_session(session: Session, *, hashed_token: bytes, now: datetime) -> KnownSession | None:
    """Find whose open session a token belongs to."""
    row = session.exec(
        select(WebSession, Person)
        .join(Person, col(WebSession.person_id) == col(Person.id))
        .where(
            col(WebSession.token_hash) == hashed_token,
            col(WebSession.revoked_at).is_(None),
            col(WebSession.expires_at) > now,
        )
    ).first()
    if row is None:
        return None
    web_session, person = row
    return KnownSession(web_session.id, web_session.expires_at, _actor(session, person))


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
