"""The books as a file: for those who run events, of their own events alone."""

import csv
import io

import pytest

from tests.buying import CARDS, Shop
from tests.factories import make_member
from ticketapp.models import Event, TeamRole
from ticketapp.services.accounts import operations as accounts
from ticketapp.services.accounts.rules import SESSION_COOKIE

PATH = "/api/organizer/ledger.csv"


@pytest.fixture
async def shop(app_runtime) -> Shop:
    """A shop that has sold two places at €45."""
    shop = Shop(app_runtime)
    shop.own, person = shop.event(name="Midnight Parade"), shop.person()
    await shop.hold(person, shop.own, shop.tier(shop.own), 2)
    await shop.pay(await shop.place(person), CARDS.good)
    return shop


def cookie(shop: Shop, role: TeamRole | None) -> dict[str, str]:
    person = shop.person()

    def join(session, now):
        if role is not None:
            organizer = session.get_one(Event, shop.own).organizer_id
            make_member(session, organizer_id=organizer, person_id=person, role=role)
        return accounts.open_session(session, person_id=person, now=now).token

    return {"Cookie": f"{SESSION_COOKIE}={shop.runtime.write(join)}"}


async def test_a_manager_gets_every_transfer(shop, client):
    answer = await client.get(PATH, headers=cookie(shop, TeamRole.MANAGER))

    heading, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="ledger-all-2026-11-21.csv"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert (heading[5], [(row[1], row[3], row[5], row[6]) for row in rows]) == (
        "Amount",
        [("Midnight Parade", "Tickets", "90.00", "EUR")],
    )
    later = await client.get(f"{PATH}?from=2026-11-22", headers=cookie(shop, TeamRole.OWNER))
    assert len(later.text.splitlines()) == 1


@pytest.mark.parametrize(("role", "status"), [(None, 404), (TeamRole.DOOR, 404)])
async def test_nobody_else_gets_a_file(shop, client, role, status):
    assert (await client.get(PATH, headers=cookie(shop, role))).status_code == status
    assert (await client.get(PATH)).status_code == 401


async def test_an_event_that_is_not_theirs_is_not_found(shop, client):
    headers = cookie(shop, TeamRole.OWNER)

    for event in ("no-such-event", "x%0d%0aSet-Cookie:%20a=b", '"'):
        assert (await client.get(f"{PATH}?event={event}", headers=headers)).status_code == 404
