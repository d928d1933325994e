from collections.abc import Callable, Iterator

import pytest

from tests.harness.fake_stripe import FakeStripe
from tests.harness.worker import Worker
from tests.served.shopfront import Shopfront, stripe_settings


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
