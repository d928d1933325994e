"""Fixtures over the real parts: databases, Redis, the served app, the browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
import reflex as rx

from tests.harness.databases import PostgresDatabases, SqliteFiles
from tests.harness.fake_stripe import FakeStripe
from tests.harness.postgres import PostgresServer
from tests.harness.redis import RedisServer
from tests.harness.served import ServedApp
from ticketapp import runtime
from ticketapp.cli import frontend
from ticketapp.core.clock import StoppedClock
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer().start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_databases(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> PostgresDatabases:
    return PostgresDatabases(postgres_server, tmp_path_factory.mktemp("postgres"))


@pytest.fixture
def sqlite_url(sqlite_files: SqliteFiles, tmp_path: Path) -> str:
    """A migrated, empty SQLite database of this test alone."""
    return sqlite_files.copy_to(tmp_path / "test.db", seeded=False)


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of this test alone."""
    name = postgres_databases.create(seeded=False)
    yield postgres_databases.server.url(name)
    postgres_databases.server.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_database_url(request: pytest.FixtureRequest) -> str:
    """The test runs once on each database."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def app_runtime(sqlite_url: str, clock: StoppedClock) -> Iterator[Runtime]:
    """A runtime on SQLite with a stopped clock: for most service tests."""
    yield from _runtime(sqlite_url, clock)


@pytest.fixture
def postgres_runtime(postgres_url: str, clock: StoppedClock) -> Iterator[Runtime]:
    yield from _runtime(postgres_url, clock)


@pytest.fixture
def any_runtime(any_database_url: str, clock: StoppedClock) -> Iterator[Runtime]:
    """A runtime on each database in turn: for races and whatever the database decides."""
    yield from _runtime(any_database_url, clock)


def _runtime(url: str, clock: StoppedClock) -> Iterator[Runtime]:
    built = Runtime(clock=clock, database=open_database(url))
    runtime.install(built)
    yield built
    built.close()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer().start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def fake_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeStripe]:
    fake = FakeStripe(tmp_path_factory.mktemp("fake_stripe")).start()
    yield fake
    fake.close()


@pytest.fixture
def fake(fake_process: FakeStripe) -> FakeStripe:
    """A fake Stripe that knows nothing yet."""
    fake_process.reset()
    return fake_process


@pytest.fixture(scope="session")
def built_frontend() -> None:
    """Build the pages once; every served app on every port uses the same build."""
    frontend.ensure_built()


Serve = Callable[..., ServedApp]


@pytest.fixture(scope="module")
def serve(
    built_frontend: None, sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serve]:
    """Start apps: `serve()`, `serve(seeded=False)`, `serve(database_url=…, workers=2, redis_url=…)`, any setting.

    Without a database URL each app gets a SQLite file of its own. All are stopped at the end of the module.
    """
    started: list[ServedApp] = []

    def start(
        *, database_url: str | None = None, seeded: bool = True, workers: int = 1, **settings: str
    ) -> ServedApp:
        folder = tmp_path_factory.mktemp("served")
        url = database_url or sqlite_files.copy_to(folder / "test.db", seeded=seeded)
        served = ServedApp(folder=folder, database_url=url, workers=workers, settings=settings)
        started.append(served)
        return served.start()

    yield start
    for served in started:
        served.close()


@pytest.fixture(scope="session")
def reflex_app(tmp_path_factory: pytest.TempPathFactory) -> rx.App:
    """The whole app with every page and state, unserved; each test installs a runtime of its own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TICKETAPP_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('app')}/unused.db")
        return import_module("ticketapp.ticketapp").app


@pytest.fixture(scope="module")
def served_app(serve: Serve) -> ServedApp:
    """One app with the demo season, shared by the tests of a module."""
    return serve()
