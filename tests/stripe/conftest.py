from collections.abc import AsyncIterator

import pytest

from tests.harness.fake_stripe import FakeStripe
from tests.stripe.shop import StripeShop
from ticketapp.runtime import Runtime


@pytest.fixture
async def shop(app_runtime: Runtime, fake: FakeStripe) -> AsyncIterator[StripeShop]:
    """A shop with its provider."""
    opened = StripeShop(app_runtime, fake)
    yield opened
    await opened.gateway.calls.close()


@pytest.fixture
async def any_shop(any_runtime: Runtime, fake: FakeStripe) -> AsyncIterator[StripeShop]:
    """A shop on each database in turn: for whatever the database decides."""
    opened = StripeShop(any_runtime, fake)
    yield opened
    await opened.gateway.calls.close()
