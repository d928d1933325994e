"""Databases for tests: built once by the migrations, filled once by the seeds, then copied."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.postgres import PostgresServer

ROOT = Path(__file__).parents[2]


def ticketapp(*arguments: str, **settings: str) -> str:
    """Run one `ticketapp` command to its end and give what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", *arguments],
        cwd=ROOT, env=environment(**settings), check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"ticketapp {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


def environment(**settings: str) -> dict[str, str]:
    """Give this process's environment with nothing of Ticketapp's but the settings named (`database_url=…`)."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TICKETAPP_", "STRIPE_"))
    }
    ours = {
        name.upper() if name.startswith("stripe_") else f"TICKETAPP_{name.upper()}": value
        for name, value in settings.items()
    }
    return inherited | {"PYTHONPATH": str(ROOT)} | ours


@dataclass
class SqliteFiles:
    """Migrated and seeded files, made when first wanted."""

    folder: Path
    _made: dict[str, Path] = field(default_factory=dict)

    def copy_to(self, target: Path, *, seeded: bool) -> str:
        """Put a fresh database at `target` and give its URL."""
        shutil.copyfile(self._template(seeded=seeded), target)
        return f"sqlite:///{target}"

    def _template(self, *, seeded: bool) -> Path:
        kind = "seeded" if seeded else "migrated"
        if kind not in self._made:
            path = self.folder / f"{kind}.db"
            url = self.copy_to(path, seeded=False) if seeded else f"sqlite:///{path}"
            ticketapp("seed" if seeded else "migrate", database_url=url, var_folder=str(self.folder / "var"))
            # What was committed may still lie in the write-ahead log; closing the last connection moved it.
            assert not path.with_name(f"{path.name}-wal").exists()
            self._made[kind] = path
        return self._made[kind]


@dataclass
class PostgresDatabases:
    """Migrated and seeded databases of one server, made when first wanted."""

    server: PostgresServer
    folder: Path
    _made: dict[str, str] = field(default_factory=dict)

    def create(self, *, seeded: bool) -> str:
        """Make a fresh database and give its name."""
        return self.server.create_database(self._template(seeded=seeded))

    def _template(self, *, seeded: bool) -> str:
        kind = "seeded" if seeded else "migrated"
        if kind not in self._made:
            name = self.create(seeded=False) if seeded else self.server.create_database()
            url = self.server.url(name)
            ticketapp("seed" if seeded else "migrate", database_url=url, var_folder=str(self.folder / "var"))
            self._made[kind] = name
        return self._made[kind]
