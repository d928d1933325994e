"""Put the API together: one FastAPI app whose routes win over the pages."""

from fastapi import FastAPI

from ticketapp.api import auth, auth_forms, bookings, door, events, pages, reservations, sandbox, system
from ticketapp.api.errors import install_errors
from ticketapp.api.origin import SameOriginOnly
from ticketapp.api.shortcuts import Shortcuts
from ticketapp.runtime import Runtime
from ticketapp.settings import PaymentProvider, Settings

# Routes are tried in this order, so the doors and the holds, asked most often and in a hurry, come first.
ROUTERS = (
    door.router,
    reservations.router,
    bookings.router,
    system.router,
    auth.router,
    auth_forms.router,
    events.router,
    pages.router,
)

SHORTCUTS = {("POST", "/api/inventory/reservations"): reservations.hold}


def build_api(settings: Settings, runtime: Runtime) -> FastAPI:
    """Build the API over one runtime."""
    api = FastAPI(title="Ticketapp", docs_url="/docs", openapi_url="/openapi.json", redoc_url=None)
    api.state.settings = settings
    api.state.runtime = runtime
    api.state.events = events.keep_events(runtime)
    install_errors(api)
    api.add_middleware(Shortcuts, handlers=SHORTCUTS)
    api.add_middleware(SameOriginOnly, public_url=settings.public_url)
    for router in ROUTERS:
        api.include_router(router)
    if settings.payment_provider is PaymentProvider.SANDBOX:
        api.include_router(sandbox.router)
    return api
