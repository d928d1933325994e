"""The people of the demo season and the two teams they work for."""

from datetime import datetime

from sqlmodel import Session, col, select

from ticketapp.models import Membership, Organizer, Person, TeamMember, TeamRole
from ticketapp.services.accounts.passwords import hash_password

PASSWORD = "ticketapp-demo"  # noqa: S105 - the demo's, printed in the README.
HARBOUR_LIGHTS = "harbour-lights"
NORTHERN_NOISE = "northern-noise"
CLUB = "Friends of the Harbour"
MEMBER = "fan20@example.com"

_FAN_NAMES = (
    "Frida Fan", "Jonas Weber", "Amina Diallo", "Lukas Brandt", "Sofia Rossi", "Noah Jansen", "Mila Novak",
    "Elias Lund", "Clara Dubois", "Yuto Tanaka", "Hanna Virtanen", "Mateo Garcia", "Zofia Kowalska", "Liam Byrne",
    "Ines Costa", "Oskar Berg", "Leila Haddad", "Tomas Svoboda", "Greta Maier", "Ravi Menon",
)  # fmt: skip
_STAFF = {
    "organizer@example.com": ("Olga Petersen", HARBOUR_LIGHTS, TeamRole.OWNER),
    "manager@example.com": ("Malik Osman", HARBOUR_LIGHTS, TeamRole.MANAGER),
    "door@example.com": ("Dora Lindqvist", HARBOUR_LIGHTS, TeamRole.DOOR),
    "rival@example.com": ("Rune Halvorsen", NORTHERN_NOISE, TeamRole.OWNER),
}
_ORGANIZERS = {HARBOUR_LIGHTS: "Harbour Lights", NORTHERN_NOISE: "Northern Noise"}


def fan_email(number: int) -> str:
    """Give the address of a fan, counted from 1."""
    return "fan@example.com" if number == 1 else f"fan{number}@example.com"


def add_people(session: Session, now: datetime) -> int:
    """Add the people, organizers, teams and memberships that are missing, and tell how many people that were."""
    names = {fan_email(number): name for number, name in enumerate(_FAN_NAMES, start=1)}
    names |= {email: name for email, (name, _, _) in _STAFF.items()} | {"admin@example.com": "Ada Moreau"}
    known = set(session.exec(select(Person.email).where(col(Person.email).in_(names))))
    missing = [email for email in names if email not in known]
    if not missing:
        return 0
    # One hash for all: the password is public, and twenty-five hashes take a second.
    password_hash = hash_password(PASSWORD)
    people = {
        email: Person(
            email=email,
            name=names[email],
            password_hash=password_hash,
            is_admin=email == "admin@example.com",
            created_at=now,
            email_verified_at=now,
        )
        for email in missing
    }
    session.add_all(people.values())
    organizers = _organizers(session, now)
    session.flush()  # Teams and memberships refer to both.
    for email, (_, slug, role) in _STAFF.items():
        if email in people:
            session.add(TeamMember(organizer_id=organizers[slug].id, person_id=people[email].id, role=role))
    if MEMBER in people:
        session.add(Membership(person_id=people[MEMBER].id, club=CLUB))
    return len(people)


def _organizers(session: Session, now: datetime) -> dict[str, Organizer]:
    known = {
        one.slug: one for one in session.exec(select(Organizer).where(col(Organizer.slug).in_(_ORGANIZERS)))
    }
    for slug, name in _ORGANIZERS.items():
        if slug not in known:
            known[slug] = Organizer(
                slug=slug, name=name, contact_email=f"hello@{slug}.example.com", created_at=now
            )
            session.add(known[slug])
    return known
