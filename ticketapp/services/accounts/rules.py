"""Who may do what, and what an account must look like."""

import re
from datetime import timedelta
from uuid import UUID

from ticketapp.core.errors import InvalidInput, NotSignedIn
from ticketapp.models import TeamRole
from ticketapp.services.accounts.views import Actor

SESSION_COOKIE = "ticketapp_session"
SESSION_SPAN = timedelta(days=30)
EMAIL_MAX = 254
NAME_MAX = 120
PASSWORD_MIN = 8
PASSWORD_MAX = 128
_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


def signed_in(actor: Actor | None) -> Actor:
    """Give who is calling.

    Raises:
        NotSignedIn: nobody with an account is; they may have signed out on another tab a moment ago.
    """
    if actor is None or actor.is_guest:
        raise NotSignedIn
    return actor


def may_manage(actor: Actor | None, organizer_id: UUID) -> bool:
    """May they change this organizer's events and see its money?"""
    if actor is None or actor.is_guest:
        return False
    return actor.is_admin or actor.organizers.get(organizer_id) in (TeamRole.OWNER, TeamRole.MANAGER)


def may_scan(actor: Actor | None, organizer_id: UUID) -> bool:
    """May they check people in at this organizer's events?"""
    if actor is None or actor.is_guest:
        return False
    return actor.is_admin or organizer_id in actor.organizers


def has_role(actor: Actor | None, role: str) -> bool:
    """Does this person have the role that a screen asks for? Which organizer, the services ask again."""
    if role == "public":
        return True
    if actor is None or actor.is_guest:
        return False
    return {
        "fan": True,
        "organizer": actor.is_admin
        or not {TeamRole.OWNER, TeamRole.MANAGER}.isdisjoint(actor.organizers.values()),
        "door": actor.is_admin or bool(actor.organizers),
        "admin": actor.is_admin,
    }.get(role, False)


def checked_email(text: object, field: str = "email") -> str:
    """Give an e-mail address as it is stored.

    Raises:
        InvalidInput: it is not one.
    """
    email = text.strip().lower() if isinstance(text, str) else ""
    if len(email) > EMAIL_MAX or _EMAIL.fullmatch(email) is None or ".." in email:
        raise InvalidInput(**{field: "Enter an e-mail address like name@example.com."})
    return email


def checked_name(text: object) -> str:
    """Give a name as it is stored.

    Raises:
        InvalidInput: it is empty, too long or not printable.
    """
    name = " ".join(text.split()) if isinstance(text, str) else ""
    if not 1 <= len(name) <= NAME_MAX or not name.isprintable():
        raise InvalidInput(name=f"Enter your name, at most {NAME_MAX} characters.")
    return name


def checked_password(text: object, *, email: str) -> str:
    """Give a password that may be used.

    Raises:
        InvalidInput: it is too short, too long or the e-mail address itself.
    """
    if not isinstance(text, str) or not PASSWORD_MIN <= len(text) <= PASSWORD_MAX:
        raise InvalidInput(password=f"Choose a password of {PASSWORD_MIN} to {PASSWORD_MAX} characters.")
    if text.lower() == email:
        refusal = "Choose a password that is not your e-mail address."
        raise InvalidInput(password=refusal)
    return text


def check_registration(*, email: object, name: object, password: object) -> None:
    """Check all fields of a registration, so that every wrong one is named at once.

    Raises:
        InvalidInput: at least one is not acceptable.
    """
    texts: dict[str, str] = {}
    for check in (
        lambda: checked_name(name),
        lambda: checked_email(email),
        lambda: checked_password(password, email=str(email).strip().lower()),
    ):
        try:
            check()
        except InvalidInput as error:
            texts |= error.field_texts
    if texts:
        raise InvalidInput(**texts)
