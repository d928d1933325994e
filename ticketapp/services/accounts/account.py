"""What people change about their own account."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, update

from ticketapp.core.errors import NotFound
from ticketapp.models import Person, WebSession
from ticketapp.services.accounts import queries, rules
from ticketapp.services.accounts.letters import LetterKind, order_letter
from ticketapp.services.accounts.operations import sign_out_everywhere
from ticketapp.services.accounts.proofs import Purpose, use_proof
from ticketapp.services.accounts.views import Actor
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record


def register(session: Session, *, email: str, name: str, password_hash: str, now: datetime) -> UUID | None:
    """Make an account and write to its owner; None when the address had one, which only the letter says.

    Raises:
        InvalidInput: the address or the name is not acceptable.
    """
    email, name = rules.checked_email(email), rules.checked_name(name)
    known = queries.find_credentials(session, email=email)
    if known is not None:
        order_letter(session, kind=LetterKind.EMAIL_TAKEN, person_id=known.person_id, now=now)
        return None
    person = Person(email=email, name=name, password_hash=password_hash, created_at=now)
    session.add(person)
    record(session, kind="account.registered", subject=person.id, actor=person.id, data={}, now=now)
    order_letter(session, kind=LetterKind.WELCOME, person_id=person.id, now=now)
    return person.id


def ask_to_verify(session: Session, *, actor: Actor, now: datetime) -> None:
    """Send the letter that confirms an address again."""
    order_letter(session, kind=LetterKind.WELCOME, person_id=actor.person_id, now=now)


def verify_email(session: Session, *, token: str, now: datetime) -> None:
    """Note that an address belongs to its account.

    Raises:
        LinkExpired: the link does not count any more.
    """
    person_id = use_proof(session, token=token, purpose=Purpose.VERIFY, now=now)
    _note_verified(session, person_id, now)


def ask_for_reset(session: Session, *, email: str, now: datetime) -> None:
    """Send a link for a new password, if the address has an account; the caller does not learn whether."""
    known = queries.find_credentials(session, email=email)
    if known is not None:
        order_letter(session, kind=LetterKind.RESET, person_id=known.person_id, now=now)


def reset_password(session: Session, *, token: str, password_hash: str, now: datetime) -> None:
    """Set a new password by a link, and sign every device out.

    Raises:
        LinkExpired: the link does not count any more.
    """
    person_id = use_proof(session, token=token, purpose=Purpose.RESET, now=now)
    _note_verified(session, person_id, now)
    _set_password(session, person_id, password_hash, now)


def change_password(
    session: Session, *, actor: Actor, password_hash: str, keep_token: str, now: datetime
) -> None:
    """Set a new password and sign every other device out; the caller has checked the old one."""
    _set_password(session, actor.person_id, password_hash, now, keep_token=keep_token)


def _set_password(
    session: Session, person_id: UUID, password_hash: str, now: datetime, keep_token: str = ""
) -> None:
    session.exec(update(Person).where(col(Person.id) == person_id).values(password_hash=password_hash))
    sign_out_everywhere(session, person_id=person_id, now=now, except_token=keep_token)
    record(session, kind="account.password_changed", subject=person_id, actor=person_id, data={}, now=now)
    order_letter(session, kind=LetterKind.PASSWORD_CHANGED, person_id=person_id, now=now)


def change_name(session: Session, *, actor: Actor, name: str, now: datetime) -> None:  # noqa: ARG001
    """Change what a person is called.

    Raises:
        InvalidInput: the name is empty or too long.
    """
    session.exec(
        update(Person).where(col(Person.id) == actor.person_id).values(name=rules.checked_name(name))
    )
    announce(session, "who", actor.person_id)


def end_session(session: Session, *, actor: Actor, session_id: UUID, now: datetime) -> None:
    """Sign one device of one's own out.

    Raises:
        NotFound: this person has no such session.
    """
    ended = session.scalars(
        update(WebSession)
        .where(col(WebSession.id) == session_id, col(WebSession.person_id) == actor.person_id)
        .where(col(WebSession.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(WebSession.id))
    ).all()
    if not ended:
        raise NotFound
    announce(session, "who", actor.person_id)


def _note_verified(session: Session, person_id: UUID, now: datetime) -> None:
    session.exec(
        update(Person)
        .where(col(Person.id) == person_id, col(Person.email_verified_at).is_(None))
        .values(email_verified_at=now)
    )
