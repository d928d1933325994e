import httpx
import pytest

from tests.factories import NOON
from tests.harness.api import guarded_api
from ticketapp.cli import seed
from ticketapp.core.clock import StoppedClock
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime
from ticketapp.settings import Settings

ORIGIN = "http://localhost:3000"


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(var_folder=tmp_path, rate_limits="off")


@pytest.fixture(scope="session")
def season_file(sqlite_files, tmp_path_factory):
    """The small demo season as a database, made once."""
    path = tmp_path_factory.mktemp("season") / "season.db"
    clock = StoppedClock(NOON)
    runtime = Runtime(clock=clock, database=open_database(sqlite_files.copy_to(path, seeded=False)))
    seed.fill(runtime, clock, is_small=True)
    runtime.close()
    return path


@pytest.fixture
async def client(app_runtime, settings):
    """An HTTP client of the API, without a server between."""
    transport = httpx.ASGITransport(guarded_api(settings, app_runtime))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as opened:
        yield opened
