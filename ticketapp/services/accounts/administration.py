"""What administrators do: see who there is, and give and take roles."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, or_, select, update

from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.core.times import day_text
from ticketapp.models import Organizer, Person, TeamMember, TeamRole
from ticketapp.services.accounts.errors import LastAdministrator
from ticketapp.services.accounts.views import Actor, OrganizerChoice, PeoplePage, PersonRow
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record

PAGE_SIZE = 25
QUERY_MAX = 100


def list_people(session: Session, *, actor: Actor | None, query: str, page: int) -> PeoplePage:
    """List accounts whose name or address contains a text, by name; a page at a time.

    Raises:
        NotFound: the caller is no administrator.
    """
    _check_admin(actor)
    wanted = col(Person.email).is_not(None)
    words = query.strip().lower()[:QUERY_MAX] if isinstance(query, str) else ""
    if words:
        wanted = wanted & or_(
            func.lower(col(Person.name)).contains(words, autoescape=True),
            col(Person.email).contains(words, autoescape=True),
        )
    total = session.exec(select(func.count()).select_from(Person).where(wanted)).one()
    pages = max(1, -(-total // PAGE_SIZE))
    shown = min(max(1, page), pages) if isinstance(page, int) else 1
    people = session.exec(
        select(Person)
        .where(wanted)
        .order_by(func.lower(col(Person.name)), col(Person.id))
        .offset((shown - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    ).all()
    teams = _teams(session, [person.id for person in people])
    return PeoplePage([_row(person, teams.get(person.id, [])) for person in people], shown, pages, total)


def list_organizers(session: Session, *, actor: Actor | None) -> list[OrganizerChoice]:
    """List the organizers somebody may be given a role at.

    Raises:
        NotFound: the caller is no administrator.
    """
    _check_admin(actor)
    found = session.exec(select(Organizer).order_by(col(Organizer.name), col(Organizer.id)).limit(500)).all()
    return [OrganizerChoice(str(organizer.id), organizer.name) for organizer in found]


def set_admin(
    session: Session, *, actor: Actor | None, person_id: UUID, is_admin: bool, now: datetime
) -> None:
    """Make an account an administrator, or no longer one.

    Raises:
        NotFound: the caller is no administrator, or there is no such account.
        LastAdministrator: nobody would be left.
    """
    admin = _check_admin(actor)
    # Every administrator's row is locked, so that two of them cannot remove each other at once.
    admins = set(
        session.exec(select(Person.id).where(col(Person.is_admin)).order_by(col(Person.id)).with_for_update())
    )
    person = session.get(Person, person_id)
    if person is None or person.email is None:
        raise NotFound
    if not is_admin and admins == {person_id}:
        raise LastAdministrator
    session.exec(update(Person).where(col(Person.id) == person_id).values(is_admin=is_admin))
    _note_role(session, admin, person_id, {"admin": is_admin}, now)


def set_team_role(
    session: Session,
    *,
    actor: Actor | None,
    person_id: UUID,
    organizer_id: UUID,
    role: str,
    now: datetime,
) -> None:
    """Give an account a role at an organizer, another one, or none (`role=""`).

    Raises:
        InvalidInput: there is no such role.
        NotFound: the caller is no administrator, or there is no such account or organizer.
    """
    admin = _check_admin(actor)
    if role and role not in list(TeamRole):
        raise InvalidInput(role="Choose owner, manager, door or none.")
    person = session.get(Person, person_id)
    if person is None or person.email is None or session.get(Organizer, organizer_id) is None:
        raise NotFound
    member = session.get(TeamMember, (organizer_id, person_id), with_for_update=True)
    if not role and member is not None:
        session.delete(member)
    elif role and member is not None:
        member.role = TeamRole(role)
    elif role:
        session.add(TeamMember(organizer_id=organizer_id, person_id=person_id, role=TeamRole(role)))
    _note_role(session, admin, person_id, {"organizer": str(organizer_id), "role": role}, now)


def create_first_admin(session: Session, *, email: str, password_hash: str, now: datetime) -> UUID:
    """Make an administrator from the command line: a new account, or one that exists and keeps its password."""
    person = session.exec(select(Person).where(Person.email == email)).first()
    if person is None:
        person = Person(
            email=email,
            name="Administrator",
            password_hash=password_hash,
            created_at=now,
            email_verified_at=now,
        )
        session.add(person)
    person.is_admin = True
    record(session, kind="account.role_changed", subject=person.id, data={"admin": True}, now=now)
    announce(session, "who", person.id)
    return person.id


def _check_admin(actor: Actor | None) -> Actor:
    if actor is None or not actor.is_admin:
        raise NotFound
    return actor


def _note_role(
    session: Session, admin: Actor, person_id: UUID, change: dict[str, object], now: datetime
) -> None:
    record(
        session, kind="account.role_changed", subject=person_id, actor=admin.person_id, data=change, now=now
    )
    announce(session, "who", person_id)


def _teams(session: Session, people: list[UUID]) -> dict[UUID, list[str]]:
    rows = session.exec(
        select(TeamMember.person_id, TeamMember.role, Organizer.name)
        .join(Organizer, col(Organizer.id) == col(TeamMember.organizer_id))
        .where(col(TeamMember.person_id).in_(people))
        .order_by(Organizer.name)
    ).all()
    teams: dict[UUID, list[str]] = {}
    for person_id, role, name in rows:
        teams.setdefault(person_id, []).append(f"{name}: {role}")
    return teams


def _row(person: Person, teams: list[str]) -> PersonRow:
    return PersonRow(
        id=str(person.id),
        name=person.name,
        email=person.email or "",
        is_admin=person.is_admin,
        is_verified=person.email_verified_at is not None,
        teams_text=", ".join(teams),
        since_text=day_text(person.created_at, "UTC"),
    )
