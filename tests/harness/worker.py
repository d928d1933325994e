"""`ticketapp worker` in a process of its own."""

import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.databases import ROOT, environment
from tests.harness.waiting import until

SECONDS_TO_START = 300
SECONDS_TO_DIE = 60


@dataclass
class Worker:
    """One worker; `settings` are those of settings.py in lower case, `module` another program to run in its place."""

    folder: Path
    settings: dict[str, str]
    module: str = "ticketapp.cli"
    _process: subprocess.Popen[str] | None = None
    _log: Path = field(init=False)

    def start(self) -> "Worker":
        """Start it and wait until it works."""
        self._log = self.folder / "worker.log"
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module, "worker"],
                cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=log,
                env=environment(var_folder=str(self.folder), **self.settings),
            )  # fmt: skip
        assert self._process.stdout is not None
        is_heard, _, _ = select.select([self._process.stdout], [], [], SECONDS_TO_START)
        assert is_heard, f"The worker has not said that it works:\n{self._log.read_text()[-3000:]}"
        assert self._process.stdout.readline() == "Ticketapp works on background jobs.\n", (
            self._log.read_text()
        )
        return self

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill9(self) -> None:
        self.send(signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """Ask it to stop and give the status it ended with."""
        self.send(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended."""
        assert self._process is not None
        return self._process.wait(SECONDS_TO_DIE)

    def wait_until_stopped(self) -> None:
        """Wait until it stands still (SIGSTOP)."""
        assert self._process is not None
        process = self._process.pid
        changed, status = until(
            lambda: (found := os.waitpid(process, os.WUNTRACED | os.WNOHANG))[0] and found,
            within_s=SECONDS_TO_DIE, what="the worker stands still",
        )  # fmt: skip
        assert (changed, os.WIFSTOPPED(status)) == (process, True), self._log.read_text()[-3000:]

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
