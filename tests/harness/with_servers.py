"""Run a module with a PostgreSQL (fsync on) and a Redis of its own.

`python -m tests.harness.with_servers ticketapp.cli bench`
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.harness.databases import PostgresDatabases, environment
from tests.harness.postgres import Options, PostgresServer
from tests.harness.redis import RedisServer

LOG_FILES = 40


def main(module: str, *arguments: str) -> int:
    """Give the status of the module that was run, unless the environment already names a database."""
    command = [sys.executable, "-m", module, *arguments]
    if "TICKETAPP_DATABASE_URL" in os.environ:
        return subprocess.run(command, check=False).returncode
    postgres, redis = PostgresServer(Options(is_durable=True)).start(), RedisServer().start()
    try:
        _make_log_files(postgres)
        databases = PostgresDatabases(postgres, Path("var"))
        url = postgres.url(databases.create(seeded=False))
        settings = environment(database_url=url, redis_url=redis.url)
        return subprocess.run(command, check=False, env=settings).returncode
    finally:
        redis.close()
        postgres.close()


def _make_log_files(server: PostgresServer) -> None:
    """Bring a new server to where one is that has run for a while.

    Until then it fills each file of its write-ahead log with zeros when it comes to it, and everybody waits for that.
    """
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE filling (number int)")
        for number in range(LOG_FILES):
            connection.execute("INSERT INTO filling VALUES (%s)", [number])
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("DROP TABLE filling")
        connection.execute("CHECKPOINT")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
