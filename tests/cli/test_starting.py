"""A command that cannot work says why in one line, and what to do."""

import subprocess
import sys

import pytest

from tests.harness.databases import ROOT, environment

NEXT_STEP = "Refused to start. The database is not as this version needs it. Run `ticketapp migrate` first.\n"


def run(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", *arguments],
        cwd=ROOT, env=environment(**settings), check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    "command", [("serve",), ("worker",), ("audit",), ("seed",), ("create-admin", "ada@example.com")]
)
def test_a_database_without_tables_is_refused_with_the_next_step(tmp_path, command):
    refused = run(*command, database_url=f"sqlite:///{tmp_path}/empty.db")

    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", NEXT_STEP)


@pytest.mark.postgres
def test_a_database_that_does_not_answer_is_named_without_its_password():
    refused = run("worker", database_url="postgresql+psycopg://ada:hidden@127.0.0.1:1/x")

    assert refused.returncode == 2
    assert refused.stderr.startswith("Refused to start. The database does not answer: ")
    assert refused.stderr.count("\n") == 1
    assert "hidden" not in refused.stderr


def test_settings_that_cannot_work_are_refused_by_every_command():
    refused = run("audit", mail_provider="smtp")

    assert (refused.returncode, refused.stderr) == (
        2,
        "Refused to start. TICKETAPP_MAIL_PROVIDER=smtp needs TICKETAPP_SMTP_URL\n",
    )
