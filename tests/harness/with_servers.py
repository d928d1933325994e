"""Run a module with a PostgreSQL (fsync on) and a Redis of its own.

`python -m tests.harness.with_servers ticketapp.cli bench`
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.harness.databases import PostgresDatabases, environment
from tests.harness.postgres import Options, PostgresServer
from tests.harness.redis import RedisServer


def main(module: str, *arguments: str) -> int:
    """Give the status of the module that was run, unless the environment already names a database."""
    command = [sys.executable, "-m", module, *arguments]
    if "TICKETAPP_DATABASE_URL" in os.environ:
        return subprocess.run(command, check=False).returncode
    postgres, redis = PostgresServer(Options(is_durable=True)).start(), RedisServer().start()
    try:
        databases = PostgresDatabases(postgres, Path("var"))
        url = postgres.url(databases.create(seeded=False))
        settings = environment(database_url=url, redis_url=redis.url)
        return subprocess.run(command, check=False, env=settings).returncode
    finally:
        redis.close()
        postgres.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
