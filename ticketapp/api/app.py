"""Put the API together: one FastAPI app whose routes win over the pages."""

from fastapi import FastAPI

from ticketapp.api import auth, auth_forms, door, events, reservations, system
from ticketapp.api.errors import install_errors
from ticketapp.api.origin import SameOriginOnly
from ticketapp.runtime import Runtime
from ticketapp.settings import Settings

ROUTERS = (
    system.router,
    auth.router,
    auth_forms.router,
    events.router,
    reservations.router,
    door.router,
)


def build_api(settings: Settings, runtime: Runtime) -> FastAPI:
    """Build the API over one runtime."""
    api = FastAPI(title="Ticketapp", docs_url="/docs", openapi_url="/openapi.json", redoc_url=None)
    api.state.settings = settings
    api.state.runtime = runtime
    install_errors(api)
    api.add_middleware(SameOriginOnly, public_url=settings.public_url)
    for router in ROUTERS:
        api.include_router(router)
    return api
