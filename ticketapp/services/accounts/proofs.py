"""One-use links that prove an address belongs to somebody: to verify it, or to choose a new password."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, update

from ticketapp.core.tokens import is_token, new_token, token_hash
from ticketapp.models import EmailProof
from ticketapp.services.accounts.errors import LinkExpired


class Purpose(StrEnum):
    VERIFY = "verify"
    RESET = "reset"


SPANS = {Purpose.VERIFY: timedelta(days=3), Purpose.RESET: timedelta(hours=1)}


def issue_proof(session: Session, *, person_id: UUID, purpose: Purpose, now: datetime) -> str:
    """Make a link's token; it is told here and never again."""
    token = new_token()
    session.add(
        EmailProof(
            token_hash=token_hash(token),
            person_id=person_id,
            purpose=purpose,
            expires_at=now + SPANS[purpose],
        )
    )
    return token


def use_proof(session: Session, *, token: str, purpose: Purpose, now: datetime) -> UUID:
    """Use a link's token up and tell whose it was; the person's other links of the kind are used up too.

    Raises:
        LinkExpired: there is no such token, or it was used, or it is too old.
    """
    if not is_token(token):
        raise LinkExpired
    # One statement looks and takes, so a link that is pressed twice at once works once.
    person_id = session.scalars(
        update(EmailProof)
        .where(
            col(EmailProof.token_hash) == token_hash(token),
            col(EmailProof.purpose) == purpose,
            col(EmailProof.used_at).is_(None),
            col(EmailProof.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(EmailProof.person_id))
    ).first()
    if person_id is None:
        raise LinkExpired
    session.exec(
        update(EmailProof)
        .where(
            col(EmailProof.person_id) == person_id,
            col(EmailProof.purpose) == purpose,
            col(EmailProof.used_at).is_(None),
        )
        .values(used_at=now)
    )
    return person_id
