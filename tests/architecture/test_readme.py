"""The README names what there is, and nothing that is not there."""

import re
from enum import Enum
from pathlib import Path

import pytest

from tests.harness.routes import routes
from ticketapp.cli.main import COMMANDS
from ticketapp.services.payments.told_events import ACTED_ON
from ticketapp.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
MAKE_TARGETS = re.findall(r"^([a-z0-9]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
NOTHING = "\N{EN DASH}"
# `serve` gives its own port.
DEFAULTS_IN_WORDS = {"TICKETAPP_PUBLIC_URL": "http://localhost:PORT"}


def settings() -> dict[str, str]:
    """Give each setting's variable and its default, as the README writes it."""
    written = {}
    for name, field in Settings.model_fields.items():
        default = field.default.value if isinstance(field.default, Enum) else field.default
        written[str(field.validation_alias or f"TICKETAPP_{name.upper()}")] = (
            NOTHING if default is None else f"`{default}`"
        )
    return written | {name: f"`{default}`" for name, default in DEFAULTS_IN_WORDS.items()}


def test_every_setting_stands_in_the_readme_with_its_default():
    rows = dict(re.findall(r"^\| `((?:TICKETAPP|STRIPE)_\w+)` \| (.+?) \|", README, re.MULTILINE))

    assert rows == settings()


def test_every_event_of_stripe_that_is_acted_on_stands_in_the_readme():
    assert [name for name in ACTED_ON if f"`{name}`" not in README] == []


def test_the_readme_names_no_other_setting():
    assert set(re.findall(r"TICKETAPP_[A-Z_]+", README)) - set(settings()) == set()


def test_every_make_target_is_explained_and_no_other():
    assert set(re.findall(r"`make ([a-z0-9]+)", README)) == set(MAKE_TARGETS)


def test_every_command_is_explained_and_no_other():
    assert set(re.findall(r"`ticketapp ([a-z-]+)", README)) == set(COMMANDS)


def test_every_page_is_listed_and_no_other():
    (row_of_pages,) = re.findall(r"^## Pages\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"`(/[^`]*)`", row_of_pages)) == routes() - {"404"}


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_what_the_readme_shows_is_there(path: str):
    assert (ROOT / path).is_file()


def test_no_placeholder_is_left_in_the_readme():
    assert re.findall(r"^[A-Z]{4,}$", README, re.MULTILINE) == []
