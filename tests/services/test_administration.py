"""Who may give and take roles."""

import pytest
from sqlmodel import select

from tests.factories import make_organizer, make_person
from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import LogEntry, Person, TeamMember, TeamRole
from ticketapp.services.accounts import administration, queries
from ticketapp.services.accounts.errors import LastAdministrator


@pytest.fixture
def people(any_runtime):
    """An administrator, a fan, a guest, and a team with its owner."""

    def make(session, now):
        owner = make_person(session, email="owner@example.com", name="Olga Owner")
        return {
            "admin": make_person(session, email="admin@example.com", name="Ada Admin", is_admin=True).id,
            "fan": make_person(session, email="fan@example.com", name="Frida 100%").id,
            "guest": make_person(session, email="").id,
            "owner": owner.id,
            "team": make_organizer(session, owner_id=owner.id).id,
        }

    return any_runtime.write(make)


def actor(runtime, person_id):
    return runtime.read(lambda session, now: queries.get_actor(session, person_id=person_id))


def set_admin(runtime, by, person_id, *, is_admin):
    acting = actor(runtime, by) if by else None
    runtime.write(
        lambda session, now: administration.set_admin(
            session, actor=acting, person_id=person_id, is_admin=is_admin, now=now
        )
    )


def set_role(runtime, by, person_id, team_id, role):
    acting = actor(runtime, by)
    runtime.write(
        lambda session, now: administration.set_team_role(
            session, actor=acting, person_id=person_id, organizer_id=team_id, role=role, now=now
        )
    )


def roles(runtime):
    """Read every role there is, and how many changes of roles were written down."""
    return runtime.read(
        lambda session, now: (
            {person.id for person in session.exec(select(Person)) if person.is_admin},
            {(member.person_id, member.role) for member in session.exec(select(TeamMember))},
            len(session.exec(select(LogEntry).where(LogEntry.kind == "account.role_changed")).all()),
        )
    )


def test_an_administrator_makes_another_and_takes_it_away(any_runtime, people):
    set_admin(any_runtime, people["admin"], people["fan"], is_admin=True)
    both = roles(any_runtime)
    set_admin(any_runtime, people["fan"], people["admin"], is_admin=False)

    assert both[0] == {people["admin"], people["fan"]}
    assert (roles(any_runtime)[0], roles(any_runtime)[2]) == ({people["fan"]}, 2)


@pytest.mark.parametrize("by", ["fan", "owner", "guest", None])
def test_nobody_else_changes_or_sees_roles(any_runtime, people, by):
    before = roles(any_runtime)
    acting = actor(any_runtime, people[by]) if by else None

    with pytest.raises(NotFound):
        set_admin(any_runtime, by and people[by], people["fan"], is_admin=True)
    with pytest.raises(NotFound):
        any_runtime.read(
            lambda session, now: administration.list_people(session, actor=acting, query="", page=1)
        )
    with pytest.raises(NotFound):
        any_runtime.read(lambda session, now: administration.list_organizers(session, actor=acting))

    assert roles(any_runtime) == before


def test_somebody_stays_administrator(any_runtime, people):
    with pytest.raises(LastAdministrator):
        set_admin(any_runtime, people["admin"], people["admin"], is_admin=False)

    assert roles(any_runtime)[0] == {people["admin"]}


@pytest.mark.parametrize("who", ["guest", "nobody"])
def test_only_accounts_become_administrators(any_runtime, people, who):
    with pytest.raises(NotFound):
        set_admin(any_runtime, people["admin"], people.get(who, new_id()), is_admin=True)

    assert roles(any_runtime)[0] == {people["admin"]}


def test_a_team_role_is_given_changed_and_taken(any_runtime, people):
    seen = []
    for role in ("door", "manager", ""):
        set_role(any_runtime, people["admin"], people["fan"], people["team"], role)
        seen.append(actor(any_runtime, people["fan"]).organizers)

    assert seen == [{people["team"]: TeamRole.DOOR}, {people["team"]: TeamRole.MANAGER}, {}]


@pytest.mark.parametrize(
    ("by", "role", "team", "refusal"),
    [
        ("owner", "door", "team", NotFound),
        ("admin", "emperor", "team", InvalidInput),
        ("admin", "door", "nowhere", NotFound),
    ],
)
def test_a_refused_team_role_changes_nothing(any_runtime, people, by, role, team, refusal):
    before = roles(any_runtime)

    with pytest.raises(refusal):
        set_role(any_runtime, people[by], people["fan"], people.get(team, new_id()), role)

    assert roles(any_runtime) == before


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada Admin", "Frida 100%", "Olga Owner"]),
        ("OLGA", ["Olga Owner"]),
        ("fan@", ["Frida 100%"]),
        ("100%", ["Frida 100%"]),
        ("_", []),
        ("x" * 5000, []),
    ],
)
def test_people_are_found_by_any_part_of_name_or_address(any_runtime, people, query, names):
    admin = actor(any_runtime, people["admin"])

    page = any_runtime.read(
        lambda session, now: administration.list_people(session, actor=admin, query=query, page=99)
    )

    assert [person.name for person in page.people] == names
    assert (page.page, page.pages, page.total) == (1, 1, len(names))
