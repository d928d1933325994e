"""The app as people meet it: a real `ticketapp serve` in a process of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.harness.databases import ROOT, environment
from tests.harness.waiting import free_port, until

SECONDS_TO_START = 300
SECONDS_TO_STOP = 60


@dataclass
class ServedApp:
    """One served app; `settings` are those of settings.py in lower case."""

    folder: Path
    database_url: str
    workers: int = 1
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def logs(self) -> str:
        return self._log_path.read_text()

    @property
    def var_folder(self) -> Path:
        return self.folder / "var"

    @property
    def environment(self) -> dict[str, str]:
        """Give the environment of the process, for commands that look at the same database."""
        told = {
            "database_url": self.database_url,
            "public_url": self.url,
            "var_folder": str(self.var_folder),
            "rate_limits": "off",
            "sandbox_delay_ms": "0",
            "sandbox_success_rate": "1",
        }
        return environment(**(told | self.settings))

    def start(self) -> "ServedApp":
        """Start it and wait until it answers."""
        options = ["--port", str(self.port), "--workers", str(self.workers)]
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ticketapp.cli", "serve", *options],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until(self._answers, within_s=SECONDS_TO_START, what="the app answers")
        return self

    def kill9(self) -> None:
        """Kill every process of it at once."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def processes(self) -> list[int]:
        """Give the number of each of its processes."""
        assert self._process is not None
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        children = [child for task in tasks for child in (task / "children").read_text().split()]
        return [self._process.pid, *map(int, children)]

    def tell_to_stop(self) -> None:
        assert self._process is not None
        self._process.terminate()

    def wait(self) -> int:
        """Wait until it has ended, and give its status."""
        assert self._process is not None
        return self._process.wait(SECONDS_TO_STOP)

    def stop(self) -> int:
        """Ask it to stop and give the status it ended with."""
        assert self._process is not None
        self.tell_to_stop()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill9()
            raise

    def restart(self) -> "ServedApp":
        """Stop it as an operator would and start it on the same port."""
        self.stop()
        return self.start()

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def _log_path(self) -> Path:
        return self.folder / "served.log"

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(
                f"The app ended with status {self._process.returncode}:\n{self.logs[-8000:]}"
            )
        try:
            # Reading the system's certificates takes longer than the question.
            return httpx.get(f"{self.url}/api/health", timeout=20, verify=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False
