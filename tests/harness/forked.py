"""Workers that are to die, by the dozen: each a process of its own, forked from one that has imported everything."""

import multiprocessing
import os
from pathlib import Path

from tests.harness.databases import environment

# What a worker imports; the process that all are forked from imports this module first.
from ticketapp.cli import worker as _worker  # noqa: F401
from ticketapp.cli.main import main
from ticketapp.integrations import failpoints as _failpoints  # noqa: F401
from ticketapp.integrations import stripe_payments as _stripe_payments  # noqa: F401

SECONDS_TO_DIE = 120
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload([__name__])


def exit_of_worker(folder: Path, settings: dict[str, str]) -> int:
    """Let a worker work until it dies, and give what it died of."""
    told = environment(var_folder=str(folder), **settings)
    process = _FORKING.Process(target=_work, args=(told, folder / "worker.log"), daemon=True)
    process.start()
    process.join(SECONDS_TO_DIE)
    status = process.exitcode
    process.kill()
    process.join()
    process.close()
    assert status is not None, f"The worker lives on:\n{(folder / 'worker.log').read_text()[-3000:]}"
    return status


def _work(told: dict[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(told)
    with log.open("ab") as lines:
        os.dup2(lines.fileno(), 1)
        os.dup2(lines.fileno(), 2)
    main(["worker"])
