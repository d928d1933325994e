"""The first administrator, from the command line."""

import subprocess
import sys

import pytest

from tests.harness.databases import ROOT, environment
from ticketapp.integrations.database import open_database
from ticketapp.services.accounts.passwords import is_right_password
from ticketapp.services.accounts.queries import find_credentials, get_actor


def create_admin(url, email, password):
    return subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", "create-admin", email],
        cwd=ROOT, env=environment(database_url=url), check=False, capture_output=True, text=True, input=f"{password}\n",
    )  # fmt: skip


def test_an_administrator_is_made_once_and_keeps_the_first_password(sqlite_url):
    first = create_admin(sqlite_url, "Ada@Example.com", "a long password")
    again = create_admin(sqlite_url, "ada@example.com", "another password")

    with open_database(sqlite_url).readers() as session:
        known = find_credentials(session, email="ada@example.com")
        assert get_actor(session, person_id=known.person_id).is_admin
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout == "ada@example.com is an administrator.\n"
    assert is_right_password("a long password", known.password_hash)


@pytest.mark.parametrize(("email", "password"), [("ada", "a long password"), ("ada@example.com", "short")])
def test_what_is_no_account_is_refused(sqlite_url, email, password):
    refused = create_admin(sqlite_url, email, password)

    assert refused.returncode == 2
    with open_database(sqlite_url).readers() as session:
        assert find_credentials(session, email="ada@example.com") is None
