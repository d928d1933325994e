"""Let threads race for the same thing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def race(act: Callable[[], T], *, times: int) -> list[T]:
    """Do something in many threads at the same moment and give what each got; an error is raised here."""
    barrier = threading.Barrier(times)

    def run() -> T:
        barrier.wait(timeout=10)
        return act()

    with ThreadPoolExecutor(times) as threads:
        return [done.result(timeout=30) for done in [threads.submit(run) for _ in range(times)]]
