from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tests.harness.fake_stripe import FakeStripe
from tests.harness.worker import Worker
from tests.served.shopfront import Shopfront, stripe_settings
from tests.served.works import Works
from tests.stripe.shop import StripeShop
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime


@pytest.fixture
def open_shop(serve: Callable, fake: FakeStripe, tmp_path) -> Iterator[Callable[..., Shopfront]]:
    """Serve shops whose money moves at the fake; the first one puts an event on sale, others may join it."""
    opened: list[Shopfront] = []

    def open_on(database_url: str | None = None, **settings: str) -> Shopfront:
        told = stripe_settings(fake) | {"failpoints": str(tmp_path / f"failpoints-{len(opened)}")}
        app = serve(database_url=database_url, seeded=False, **told | settings)
        opened.append(Shopfront.open(app, fake))
        return opened[-1]

    yield open_on
    for front in opened:
        front.close()


@pytest.fixture
def start_worker(tmp_path) -> Iterator[Callable[..., Worker]]:
    """Start workers: `start_worker(database_url)`, with any setting; none outlives its test."""
    started: list[Worker] = []

    def start(database_url: str, **settings: str) -> Worker:
        started.append(Worker(tmp_path, {"database_url": database_url} | settings))
        return started[-1].start()

    yield start
    for worker in started:
        worker.close()


@pytest.fixture
async def open_works(fake: FakeStripe, tmp_path) -> AsyncIterator[Callable[[str], Works]]:
    """Open a shop whose work is done by workers that die: `open_works(database_url)`; none outlives its test."""
    opened: list[Works] = []

    def open_on(database_url: str) -> Works:
        runtime = Runtime(clock=SystemClock(), database=open_database(database_url))
        opened.append(Works(StripeShop(runtime, fake), database_url, tmp_path))
        return opened[0]

    yield open_on
    for works in opened:
        for worker in works.workers:
            worker.close()
        await works.shop.gateway.calls.close()
        works.shop.runtime.close()
