import httpx
import pytest

from ticketapp.api.app import build_api
from ticketapp.settings import Settings

ORIGIN = "http://localhost:3000"


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(var_folder=tmp_path, rate_limits="off")


@pytest.fixture
async def client(app_runtime, settings):
    """An HTTP client of the API, without a server between."""
    transport = httpx.ASGITransport(build_api(settings, app_runtime))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as opened:
        yield opened
