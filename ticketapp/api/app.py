"""Put the API together: one FastAPI app whose routes win over the pages."""

from fastapi import FastAPI

from ticketapp.api import system
from ticketapp.runtime import Runtime
from ticketapp.settings import Settings


def build_api(settings: Settings, runtime: Runtime) -> FastAPI:
    """Build the API over one runtime."""
    api = FastAPI(title="Ticketapp", docs_url="/docs", openapi_url="/openapi.json", redoc_url=None)
    api.state.settings = settings
    api.state.runtime = runtime
    api.include_router(system.router)
    return api
