"""The only place where tests wait: for something another process is about to do."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS_BETWEEN_LOOKS = 0.02


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


def free_port() -> int:
    """Find a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
