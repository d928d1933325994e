"""What never reaches a log."""

import logging
from collections.abc import Callable, Iterator

import pytest

from ticketapp.integrations.logs import configure_logs, redacted

SECRET = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE"


@pytest.fixture
def logged(capsys) -> Iterator[Callable[[], str]]:
    """Give what has been written; whatever a test configured ends with it."""
    yield lambda: capsys.readouterr().err
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.get_name() != "ticketapp"]


@pytest.mark.parametrize(
    "line",
    [
        f"GET / Cookie: ticketapp_session={SECRET}; theme=dark",
        f"headers={{'cookie': 'theme=dark; ticketapp_session={SECRET}', 'host': 'x'}}",
        f'{{"authorization": "Bearer {SECRET}"}}',
        f'{{\\"authorization\\": \\"Bearer {SECRET}\\"}}',
        f"Authorization: Bearer {SECRET}",
        f"authorization=Bearer {SECRET}",
        f"/reset-password?token={SECRET}&x=1",
        f"payload={{'password': '{SECRET}', 'email': 'x'}}",
        f"{{'old_password': \"{SECRET}\"}}",
        f"TICKETAPP_SECRET={SECRET}",
        f"accessToken: {SECRET}",
    ],
)
def test_a_secret_is_cut_out(line):
    assert SECRET not in redacted(line)


@pytest.mark.parametrize(
    "card", ["4242424242424242", "4242 4242 4242 4242", "4000-0000-0000-0002", "378282246310005"]
)
def test_a_card_number_is_cut_out(card):
    assert redacted(f"paid with {card}.") == "paid with [hidden]."


@pytest.mark.parametrize(
    "line",
    [
        "order 0195f0c8-1c1f-7000-8000-000000000001 paid in 12 ms",
        "job 4242 of kind refund failed at attempt 3",
        "TK-2026-A1B2C3 expired",
        "the cookie is fine",
    ],
)
def test_what_is_no_secret_stays(line):
    assert redacted(line) == line


def test_an_exception_is_redacted_too(logged):
    configure_logs(is_json=True)
    failure = ValueError(f"Bearer {SECRET}")
    logging.getLogger("reflex.app").error("failed with cookie=%s", SECRET, exc_info=failure)
    written = logged()
    assert "ValueError" in written
    assert SECRET not in written


@pytest.mark.parametrize("is_json", [True, False])
def test_an_exception_tells_the_lines_but_not_what_was_in_them(logged, is_json):
    def fail():
        buyer = "ada@" + "example.com"
        raise ValueError(len(buyer))

    configure_logs(is_json=is_json)
    try:
        fail()
    except ValueError:
        logging.getLogger("ticketapp.jobs").exception("failed")
    written = logged()
    assert "ValueError: 15" in written
    assert "ada@example.com" not in written


@pytest.mark.parametrize("name", ["httpx", "stripe", "fontTools.subset"])
def test_libraries_that_tell_of_all_that_went_well_are_silent(logged, name):
    configure_logs(is_json=False)
    logging.getLogger(name).info("went well")
    logging.getLogger(name).warning("went wrong")
    written = logged()
    assert "went wrong" in written
    assert "went well" not in written
