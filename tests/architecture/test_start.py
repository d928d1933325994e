"""What a start loads is what it needs."""

import subprocess
import sys

from tests.harness.databases import ROOT, environment

# Each takes long to load or much memory; who needs one imports it where it is used.
SLOW_LIBRARIES = {"alembic.autogenerate", "fpdf", "hypothesis", "icalendar", "playwright", "stripe"}


def test_a_start_loads_no_slow_library_that_it_may_never_use(tmp_path):
    program = "import sys, ticketapp.ticketapp; print(*sys.modules)"

    started = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env=environment(database_url=f"sqlite:///{tmp_path}/test.db"), check=True, capture_output=True, text=True,
    )  # fmt: skip

    loaded = set(started.stdout.split())
    assert "ticketapp.runtime" in loaded
    assert loaded & SLOW_LIBRARIES == set()
    assert "ticketapp.integrations.failpoints" not in loaded
