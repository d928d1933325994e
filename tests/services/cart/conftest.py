from uuid import UUID

import pytest

from tests.factories import make_person
from tests.sales import NewTier, Sale, make_sale
from ticketapp.runtime import Runtime


@pytest.fixture
def person(any_runtime: Runtime) -> UUID:
    return any_runtime.write(lambda session, now: make_person(session, email="").id)


@pytest.fixture
def event(any_runtime: Runtime) -> Sale:
    tiers = (
        NewTier("regular", capacity=10, columns={"max_per_order": 10}),
        NewTier("golden-circle", capacity=5, price_minor=12000),
    )
    return any_runtime.write(lambda session, now: make_sale(session, *tiers))
