"""What was written down stays as it was: the database refuses to change or remove it, on both."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.buying import CARDS, Shop

pytestmark = pytest.mark.anyio

CHANGES = {
    "ledger_entries": "UPDATE ledger_entries SET amount_minor = amount_minor + 1",
    "event_log": "UPDATE event_log SET kind = 'nothing'",
    "invoices": "UPDATE invoices SET buyer_name = 'Eve'",
    "invoice_lines": "UPDATE invoice_lines SET quantity = quantity + 1",
}


@pytest.fixture
async def shop(any_runtime):
    """A shop with one paid and invoiced order."""
    shop = Shop(any_runtime)
    event, person = shop.event(), shop.person()
    await shop.hold(person, event, shop.tier(event), 2)
    await shop.pay(await shop.place(person), CARDS.good)
    assert shop.invoice() == 1
    return shop


def content(shop, table):
    with shop.look() as session:
        return session.execute(sa.text(f"SELECT * FROM {table}")).all()


@pytest.mark.parametrize("table", CHANGES)
async def test_it_cannot_be_changed_or_removed(shop, table):
    before = content(shop, table)
    emptied = [] if shop.runtime.database.is_sqlite else [f"TRUNCATE {table} CASCADE"]

    for statement in (CHANGES[table], f"DELETE FROM {table}", *emptied):
        with pytest.raises(DBAPIError, match=f"{table} is append-only"):
            shop.runtime.write(lambda session, now, statement=statement: session.execute(sa.text(statement)))

    assert before != []
    assert content(shop, table) == before
