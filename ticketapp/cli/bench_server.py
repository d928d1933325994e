"""A served app in a process of its own, to be measured from outside."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ticketapp.cli import frontend
from ticketapp.integrations.database import Database

# The product with one empty request and one empty handler more, the limits that others are compared with.
APP = "ticketapp.cli.bench_floor:app"
EMPTY_PATH = "/api/bench/empty"
EMPTY_HANDLER = "reflex___state____state.ticketapp___cli___bench_floor____empty_state.do_nothing"
SECONDS_TO_START = 120
SECONDS_TO_STOP = 20
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What a server process has used: CPU seconds since its start, and memory now."""

    cpu_s: float
    memory_kb: int


@contextmanager
def serving(database: Database, **settings: str) -> Iterator[int]:
    """Serve one worker over a database on a free port and give the port; `settings` are those of settings.py."""
    port = _free_port()
    told = {
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "RATE_LIMITS": "off",
        "SANDBOX_DELAY_MS": "0",
        "SANDBOX_SUCCESS_RATE": "1",
        "PUBLIC_URL": f"http://localhost:{port}",
    } | settings
    environment = frontend.environment() | {f"TICKETAPP_{name}": value for name, value in told.items()}
    command = [sys.executable, "-m", "ticketapp.cli", "serve", "--port", str(port), "--app", APP]
    process = subprocess.Popen(command, cwd=frontend.ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _await_answer(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(SECONDS_TO_STOP)


def usage_of_server() -> Usage:
    """Add up what the server processes below this one use."""
    cpu_s, memory_kb = 0.0, 0
    for pid in _descendants(os.getpid()):
        command = Path(f"/proc/{pid}/cmdline").read_text()
        if "granian" in command:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            cpu_s += (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
            memory_kb += _proportional_kb(pid)
    return Usage(cpu_s, memory_kb)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await_answer(port: int, process: "subprocess.Popen[bytes]") -> None:
    started = time.monotonic()
    while time.monotonic() - started < SECONDS_TO_START:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with status {process.returncode}.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("The server did not start.")


def _descendants(pid: int) -> list[int]:
    below: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            child = int(path.parent.name)
            below += [child, *_descendants(child)]
    return below


def _proportional_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
