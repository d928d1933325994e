"""What a hostile client can do with the raw socket of a served app: everything called, in any order, twice."""

import random

import pytest
import sqlalchemy as sa
from reflex_base.registry import RegistrationContext
from sqlmodel import Session, SQLModel

from tests.harness.tabs import open_tab
from ticketapp.cli.wire_client import HYDRATE
from ticketapp.integrations.database import open_database
from ticketapp.models import (
    Event,
    Hold,
    Order,
    Payment,
    Person,
    Refund,
    Scan,
    TeamMember,
    Ticket,
    Tier,
    TierStock,
)

pytestmark = pytest.mark.served

KEPT: tuple[type[SQLModel], ...] = (
    Event, Hold, Order, Payment, Person, Refund, Scan, TeamMember, Ticket, Tier, TierStock,
)  # fmt: skip
HOSTILE: tuple[dict, ...] = ({}, {"surprise": 1}, {"_": {"__class__": []}}, {"value": ["\x00", 10**30]})


def kept(app) -> dict[str, list[tuple]]:
    """Give every row of the tables that matter."""
    database = open_database(app.database_url)
    try:
        with Session(database.engine) as session:
            return {
                model.__name__: sorted(map(tuple, session.execute(sa.select(model.__table__))), key=repr)
                for model in KEPT
            }
    finally:
        database.close()


@pytest.mark.usefixtures("reflex_app")
@pytest.mark.parametrize("who", ["", "fan@example.com"])
async def test_calling_everything_in_any_order_twice_changes_nothing(served_app, who):
    names = sorted(RegistrationContext.get().event_handlers) * 2
    random.Random(who).shuffle(names)
    before = kept(served_app)

    async with open_tab(served_app, "/door/tonight", who=who) as tab:
        for place, name in enumerate(names):
            await tab.client.send(name, **HOSTILE[place % len(HOSTILE)])
        seen = len(tab.hydrations())
        await tab.client.send(HYDRATE)
        await tab.until(lambda: len(tab.hydrations()) > seen)

    async with open_tab(served_app, "/event/midnight-parade") as calm:
        await calm.until(lambda: calm.var("event_page_state", "event"))
    assert kept(served_app) == before
