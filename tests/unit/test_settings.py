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
        (SAFE | {"public_url": "http://tickets.example"}, "TICKETAPP_PUBLIC_URL"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(settings, named):
    with pytest.raises(ValidationError, match=named):
        Settings(**settings)


def test_the_defaults_work():
    assert Settings().sandbox_delay_range_ms == (500, 1500)
