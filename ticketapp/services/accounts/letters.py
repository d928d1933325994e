"""Letters about an account. A job writes each one when it is sent, so that no link lies in the database.

What a job keeps is only which letter and for whom; a letter that is sent again carries a new link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session

from ticketapp.core.ids import new_id
from ticketapp.models import Person
from ticketapp.services.accounts.proofs import Purpose, issue_proof
from ticketapp.services.messaging import jobs

LETTER_JOB = "account-letter"


class LetterKind(StrEnum):
    WELCOME = "welcome"
    EMAIL_TAKEN = "email-taken"
    RESET = "reset"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


def order_letter(session: Session, *, kind: LetterKind, person_id: UUID, now: datetime) -> None:
    """Have a letter written and sent once this transaction is committed."""
    key = f"letter-{new_id()}"
    payload = {"letter": kind.value, "person": str(person_id), "key": key}
    jobs.enqueue(session, kind=LETTER_JOB, dedupe_key=key, payload=payload, run_at=now)


def write_letter(
    session: Session, *, kind: LetterKind, person_id: UUID, link: Callable[[str], str], now: datetime
) -> Letter | None:
    """Write a letter; None when the person has no address any more."""
    person = session.get(Person, person_id)
    if person is None or person.email is None:
        return None
    subject, paragraphs = _WRITERS[kind](session, person, link, now)
    text = "\n\n".join([f"Hello {person.name},", *paragraphs, "Ticketapp"])
    return Letter(person.email, subject, text + "\n")


def _welcome(
    session: Session, person: Person, link: Callable[[str], str], now: datetime
) -> tuple[str, list[str]]:
    token = issue_proof(session, person_id=person.id, purpose=Purpose.VERIFY, now=now)
    return "Confirm your e-mail address", [
        "you have made an account. Confirm that this address is yours, within three days:",
        link(f"/verify-email?token={token}"),
        "If this was not you, do nothing: the address stays unconfirmed.",
    ]


def _email_taken(
    _session: Session, _person: Person, link: Callable[[str], str], _now: datetime
) -> tuple[str, list[str]]:
    return "You already have an account", [
        "somebody, probably you, tried to make an account with this address. It has one already, so nothing was changed.",
        f"Sign in: {link('/sign-in')}",
        f"If you have forgotten your password: {link('/forgot-password')}",
    ]


def _reset(
    session: Session, person: Person, link: Callable[[str], str], now: datetime
) -> tuple[str, list[str]]:
    token = issue_proof(session, person_id=person.id, purpose=Purpose.RESET, now=now)
    return "Choose a new password", [
        "choose a new password here, within an hour:",
        link(f"/reset-password?token={token}"),
        "If you did not ask for this, do nothing: your password stays as it is.",
    ]


def _password_changed(
    _session: Session, _person: Person, link: Callable[[str], str], _now: datetime
) -> tuple[str, list[str]]:
    return "Your password was changed", [
        "your password was changed, and every other device was signed out.",
        f"If this was not you, take your account back here: {link('/forgot-password')}",
    ]


_WRITERS = {
    LetterKind.WELCOME: _welcome,
    LetterKind.EMAIL_TAKEN: _email_taken,
    LetterKind.RESET: _reset,
    LetterKind.PASSWORD_CHANGED: _password_changed,
}
