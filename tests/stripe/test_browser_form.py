"""Which script the checkout's page loads, and with which key."""

import pytest

from tests.harness.fake_stripe import PUBLISHABLE_KEY, SECRET_KEY
from ticketapp.integrations.payments import BrowserForm
from ticketapp.runtime import open_runtime
from ticketapp.settings import Settings

TEST = {"stripe_secret_key": SECRET_KEY, "stripe_publishable_key": PUBLISHABLE_KEY}
LIVE = {
    "env": "production",
    "secret_key": "long and random",
    "public_url": "https://tickets.example",
    "stripe_secret_key": "sk_live_1",
    "stripe_publishable_key": "pk_live_1",
}


@pytest.mark.parametrize(
    ("given", "form"),
    [
        (LIVE, BrowserForm("https://js.stripe.com/endive/stripe.js", "pk_live_1")),
        (TEST, BrowserForm("https://js.stripe.com/endive/stripe.js", PUBLISHABLE_KEY)),
        (
            TEST | {"stripe_api_base": "http://127.0.0.1:8420"},
            BrowserForm("http://127.0.0.1:8420/endive/stripe.js", PUBLISHABLE_KEY),
        ),
    ],
)
def test_the_form_comes_from_stripe_or_from_what_stands_in_for_it(sqlite_url, given, form):
    settings = Settings(
        database_url=sqlite_url, payment_provider="stripe", stripe_webhook_secret="whsec_1", **given
    )

    opened = open_runtime(settings)

    assert opened.browser_form == form
    opened.close()


def test_the_sandbox_has_no_form_of_others(sqlite_url):
    opened = open_runtime(Settings(database_url=sqlite_url))

    assert opened.browser_form is None
    opened.close()
