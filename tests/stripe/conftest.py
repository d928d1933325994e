from collections.abc import AsyncIterator

import httpx
import pytest

from tests.harness.api import guarded_api
from tests.harness.fake_stripe import SECRET_KEY, WEBHOOK_SECRET, FakeStripe
from tests.stripe.door import Door
from tests.stripe.shop import PUBLIC_URL, StripeShop
from ticketapp.core.clock import StoppedClock, SystemClock
from ticketapp.runtime import Runtime
from ticketapp.settings import Settings


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


@pytest.fixture
def clock() -> StoppedClock:
    """The fake signs with the machine's time, so the shop's clock stands there too."""
    return StoppedClock(SystemClock().now())


@pytest.fixture
async def door(any_shop: StripeShop) -> AsyncIterator[Door]:
    """The door that webhooks come in by, over the whole API."""
    settings = Settings(
        payment_provider="stripe",
        stripe_secret_key=SECRET_KEY,
        stripe_publishable_key="pk_test_rehearsal",
        stripe_webhook_secret=f"{WEBHOOK_SECRET},whsec_next",
        rate_limits="off",
    )
    transport = httpx.ASGITransport(guarded_api(settings, any_shop.runtime))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        opened = Door(any_shop, client)
        yield opened
        opened.close()
