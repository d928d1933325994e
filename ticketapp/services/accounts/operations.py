"""Open and close sessions; make guests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from ticketapp.core.ids import new_id
from ticketapp.core.tokens import new_token, token_hash
from ticketapp.models import Person, WebSession
from ticketapp.services.accounts import queries, rules
from ticketapp.services.accounts.errors import SessionEnded
from ticketapp.services.accounts.views import Actor, OpenedSession
from ticketapp.services.messaging.changes import announce


def open_session(session: Session, *, person_id: UUID, now: datetime) -> OpenedSession:
    """Open a session with a token of its own; the token is told here and never again.

    Raises:
        NotFound: there is nobody with this id.
    """
    actor = queries.get_actor(session, person_id=person_id)
    token = new_token()
    expires_at = now + rules.SESSION_SPAN
    session.add(
        WebSession(token_hash=token_hash(token), person_id=person_id, created_at=now, expires_at=expires_at)
    )
    return OpenedSession(token, expires_at, actor)


def begin_guest(session: Session, *, token: str, now: datetime) -> Actor:
    """Make a guest of whoever carries this token, or tell who already does.

    Raises:
        SessionEnded: the token was signed out or has expired.
    """
    return _owner(session, token, now) or _insert_guest(session, token, now)


def _owner(session: Session, token: str, now: datetime) -> Actor | None:
    known = session.exec(select(WebSession).where(WebSession.token_hash == token_hash(token))).first()
    if known is None:
        return None
    if known.revoked_at is not None or known.expires_at <= now:
        raise SessionEnded
    return queries.get_actor(session, person_id=known.person_id)


def _insert_guest(session: Session, token: str, now: datetime) -> Actor:
    guest_id = new_id()
    try:
        # Two tabs may begin the same guest at once: the second meets the first one's row.
        with session.begin_nested():
            session.add(Person(id=guest_id, created_at=now))
            session.flush()
            session.add(
                WebSession(
                    token_hash=token_hash(token),
                    person_id=guest_id,
                    created_at=now,
                    expires_at=now + rules.SESSION_SPAN,
                )
            )
    except IntegrityError:
        owner = _owner(session, token, now)
        if owner is None:
            raise
        return owner
    return queries.get_actor(session, person_id=guest_id)


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End the session of one token; ending it again changes nothing."""
    people = session.scalars(
        update(WebSession)
        .where(col(WebSession.token_hash) == token_hash(token), col(WebSession.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(WebSession.person_id))
    ).all()
    for person_id in people:
        announce(session, "who", person_id)


def sign_out_everywhere(session: Session, *, person_id: UUID, now: datetime, except_token: str = "") -> int:
    """End every session of a person but the one they are using, and say how many those were."""
    ended = session.scalars(
        update(WebSession)
        .where(
            col(WebSession.person_id) == person_id,
            col(WebSession.token_hash) != token_hash(except_token),
            col(WebSession.revoked_at).is_(None),
            col(WebSession.expires_at) > now,
        )
        .values(revoked_at=now)
        .returning(col(WebSession.id))
    ).all()
    announce(session, "who", person_id)
    return len(ended)


def retire_guest(session: Session, *, guest_id: UUID, person_id: UUID, now: datetime) -> None:
    """Note that a guest has become a person with an account; the guest's sessions end."""
    session.exec(
        update(Person)
        .where(col(Person.id) == guest_id, col(Person.email).is_(None), col(Person.merged_into).is_(None))
        .values(merged_into=person_id)
    )
    sign_out_everywhere(session, person_id=guest_id, now=now)
