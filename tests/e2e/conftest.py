"""The apps that browser journeys go through, and the people who go."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.stripe_shop import StripeShop, settings
from tests.harness.browser import Visit, sign_in
from tests.harness.databases import ticketapp
from tests.harness.fake_stripe import FakeStripe
from tests.harness.served import ServedApp


@pytest.fixture(scope="module")
def app(served_app: ServedApp) -> ServedApp:
    return served_app


@pytest.fixture(scope="module")
def hasty_app(serve) -> ServedApp:
    """Holds last six seconds."""
    return serve(hold_minutes="0.1")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open a page as a new person with a browser of their own, signed in if `email` is given."""
    contexts: list[BrowserContext] = []

    def opened(
        served: ServedApp, path: str = "/", *, email: str = "", on: Browser = browser, **options: Any
    ) -> Page:
        context = on.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Berlin"} | options)
        contexts.append(context)
        page = context.new_page()
        if email:
            sign_in(page, served, email)
        page.goto(served.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def shop(serve, fake_process: FakeStripe) -> StripeShop:
    """An app whose money moves at the fake Stripe, which knows nothing else and tells it all."""
    fake_process.reset()
    opened = StripeShop(serve(**settings(fake_process)), fake_process)
    opened.open_letter_box()
    return opened


@pytest.fixture(scope="module")
def books_agree(shop: StripeShop) -> Iterator[None]:
    """After all journeys every cent is where our books and the provider's say, and no log tells a secret."""
    yield
    assert "_secret_" not in shop.app.logs
    shop.fake.end_all_faults()
    shop.until_heard()
    ticketapp("audit", database_url=shop.app.database_url, **settings(shop.fake))


@pytest.fixture(scope="module")
def books_balance(app: ServedApp) -> Iterator[None]:
    """After all journeys every place and every cent is where it should be."""
    yield
    ticketapp("audit", database_url=app.database_url)
