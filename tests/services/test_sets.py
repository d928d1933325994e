"""Sets of keys use indexes on both databases."""

import sqlalchemy as sa

from ticketapp.core.ids import new_id
from ticketapp.integrations.sets import among
from ticketapp.models import Hold, Tier
from ticketapp.models.base import table_of


def test_a_set_of_keys_is_looked_up_in_an_index(app_runtime):
    tiers = table_of(Tier)
    query = sa.select(tiers.c.id).where(among(tiers.c.id, "tiers"))
    text = str(query.compile(app_runtime.database.engine))

    plan = app_runtime.read(
        lambda session, now: session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[]",)).all()
    )

    assert any("SEARCH tiers USING" in row[3] for row in plan), plan


def test_a_set_of_keys_finds_what_is_there(any_runtime):
    holds = table_of(Hold)
    query = sa.select(sa.func.count()).where(among(holds.c.id, "ids"), among(holds.c.status, "statuses"))

    found = any_runtime.read(
        lambda session, now: session.execute(query, {"ids": [new_id()], "statuses": ["live"]}).scalar_one()
    )

    assert found == 0
