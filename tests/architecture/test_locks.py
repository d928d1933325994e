"""What is installed is named exactly, and from no particular place."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "reflex.lock/bun.lock", "reflex.lock/package.json"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_no_address(name):
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_python_package_is_pinned_with_hashes(name):
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())

    unpinned = [entry.split()[0] for entry in entries if not re.match(r"[a-z0-9._\[\]-]+==\S+", entry)]
    without_hash = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]

    assert (len(entries) > 50, unpinned, without_hash) == (True, [], [])


def test_reflex_is_pinned_to_the_version_its_internals_were_read_in():
    assert "reflex==0.10.1 " in (ROOT / "requirements.lock").read_text()


def test_pages_ship_without_radix_themes():
    package = json.loads((ROOT / "reflex.lock/package.json").read_text())

    assert [name for name in package["dependencies"] if name.startswith("@radix-ui/themes")] == []
