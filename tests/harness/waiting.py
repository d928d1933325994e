"""The only place where tests wait: for something another process is about to do."""

import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

SECONDS_BETWEEN_LOOKS = 0.02
SECONDS_TO_END = 20


def until(look: Callable[[], T], *, within_s: float, what: str) -> T:
    """Look again and again until there is something true; fail loudly when it takes too long."""
    deadline = time.monotonic() + within_s
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {within_s} s: {what}")
        time.sleep(SECONDS_BETWEEN_LOOKS)


def end(process: subprocess.Popen[Any]) -> None:
    """Wait for a process that was told to stop; kill it when it does not."""
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Find a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
