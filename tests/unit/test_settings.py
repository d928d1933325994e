"""What cannot work is refused at start, with the variable named."""

import pytest
from pydantic import ValidationError

from ticketapp.settings import Settings

SAFE = {"env": "production", "secret_key": "long and random", "public_url": "https://tickets.example"}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"payment_provider": "stripe"}, "TICKETAPP_PAYMENT_PROVIDER"),
        ({"mail_provider": "mailgun"}, "TICKETAPP_MAIL_PROVIDER"),
        ({"mail_provider": "smtp"}, "TICKETAPP_SMTP_URL"),
        ({"sandbox_delay_ms": "soon"}, "500-1500"),
        (SAFE, "TICKETAPP_PAYMENT_PROVIDER=sandbox"),
        (SAFE | {"rate_limits": "off"}, "TICKETAPP_RATE_LIMITS"),
        (SAFE | {"secret_key": None}, "TICKETAPP_SECRET_KEY"),
        (SAFE | {"test_clock_offset_s": 60}, "TICKETAPP_TEST_CLOCK_OFFSET_S"),
        (SAFE | {"failpoints": "/tmp/failpoints"}, "TICKETAPP_FAILPOINTS is for tests"),
        (SAFE | {"public_url": "http://tickets.example"}, "TICKETAPP_PUBLIC_URL"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(settings, named):
    with pytest.raises(ValidationError, match=named):
        Settings(**settings)


def test_the_defaults_work():
    assert Settings().sandbox_delay_range_ms == (500, 1500)


TEST_KEYS = {
    "payment_provider": "stripe",
    "stripe_secret_key": "sk_test_1",
    "stripe_publishable_key": "pk_test_1",
    "stripe_webhook_secret": "whsec_1",
}
LIVE_KEYS = {"stripe_secret_key": "sk_live_1", "stripe_publishable_key": "pk_live_1"}
LIVE = SAFE | TEST_KEYS | LIVE_KEYS


@pytest.mark.parametrize(
    ("settings", "refusals"),
    [
        (
            {"payment_provider": "stripe"},
            ["STRIPE_SECRET_KEY is missing", "STRIPE_PUBLISHABLE_KEY is missing", "STRIPE_WEBHOOK_SECRET is missing"],
        ),
        (TEST_KEYS | {"stripe_secret_key": ""}, ["STRIPE_SECRET_KEY is missing"]),
        (TEST_KEYS | {"stripe_webhook_secret": " , "}, ["STRIPE_WEBHOOK_SECRET is missing"]),
        (TEST_KEYS | {"stripe_webhook_secret": "whsec_1,other"}, ["STRIPE_WEBHOOK_SECRET must begin with whsec_"]),
        (
            TEST_KEYS | {"stripe_secret_key": "pk_test_1", "stripe_publishable_key": "sk_test_1"},
            [
                "STRIPE_SECRET_KEY must begin with sk_test_ or sk_live_ or rk_test_ or rk_live_",
                "STRIPE_PUBLISHABLE_KEY must begin with pk_test_ or pk_live_",
            ],
        ),
        (
            TEST_KEYS | LIVE_KEYS,
            [
                "STRIPE_SECRET_KEY is a live key, which only production may use (TICKETAPP_ENV=production)",
                "STRIPE_PUBLISHABLE_KEY is a live key, which only production may use (TICKETAPP_ENV=production)",
            ],
        ),
        (
            SAFE | TEST_KEYS,
            [
                "STRIPE_SECRET_KEY is a test key, which takes no money",
                "STRIPE_PUBLISHABLE_KEY is a test key, which takes no money",
            ],
        ),
        (LIVE | {"stripe_publishable_key": "pk_test_1"}, ["STRIPE_PUBLISHABLE_KEY is a test key, which takes no money"]),
        (LIVE | {"stripe_api_base": "http://127.0.0.1:8420"}, ["STRIPE_API_BASE is for tests and rehearsals"]),
        (
            TEST_KEYS | {"stripe_api_base": "127.0.0.1"},
            ["STRIPE_API_BASE must be an address such as http://127.0.0.1:8420"],
        ),
    ],
)  # fmt: skip
def test_stripe_is_refused_with_each_reason(settings, refusals):
    with pytest.raises(ValidationError) as refused:
        Settings(**settings)

    (error,) = refused.value.errors()
    assert error["msg"] == (
        f"Value error, TICKETAPP_PAYMENT_PROVIDER=stripe cannot work: {'; '.join(refusals)}."
    )


@pytest.mark.parametrize(
    "settings", [TEST_KEYS, TEST_KEYS | {"stripe_api_base": "http://127.0.0.1:8420"}, LIVE]
)
def test_stripe_starts_with_all_its_keys(settings):
    assert Settings(**settings).stripe_webhook_secrets == ("whsec_1",)


def test_two_webhook_secrets_are_known_while_one_takes_over_from_the_other():
    settings = Settings(**TEST_KEYS | {"stripe_webhook_secret": "whsec_old, whsec_new"})

    assert settings.stripe_webhook_secrets == ("whsec_old", "whsec_new")


def test_stripes_variables_have_no_prefix(monkeypatch):
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    monkeypatch.setenv("STRIPE_API_BASE", "")

    settings = Settings()

    assert settings.stripe_secret_key.get_secret_value() == "sk_test_1"
    assert settings.stripe_api_base is None
    assert "sk_test_1" not in repr(settings)
