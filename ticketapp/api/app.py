"""Put the API together: one FastAPI app whose routes win over the pages, and what every request passes before it."""

from collections.abc import Callable
from functools import partial

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from ticketapp.api import (
    auth,
    auth_forms,
    bank,
    bookings,
    checkout,
    door,
    events,
    invoices,
    ledger,
    pages,
    reservations,
    sandbox,
    statements,
    stripe_webhook,
    system,
    tickets,
)
from ticketapp.api.body_limit import BodyLimit
from ticketapp.api.documents import document
from ticketapp.api.errors import install_errors, no_such_route
from ticketapp.api.metrics import Metrics, Timed
from ticketapp.api.origin import SameOriginOnly
from ticketapp.api.shortcuts import Shortcuts
from ticketapp.runtime import Runtime
from ticketapp.settings import PaymentProvider, Settings

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# Routes are tried in this order, so the doors and the holds, asked most often and in a hurry, come first.
ROUTERS = (
    door.router,
    reservations.router,
    bookings.router,
    checkout.router,
    bank.router,
    tickets.router,
    invoices.router,
    ledger.router,
    statements.router,
    system.router,
    auth.router,
    auth_forms.router,
    events.router,
    pages.router,
)

SHORTCUTS = {
    ("POST", "/api/inventory/reservations"): reservations.hold,
    ("POST", "/api/checkin/redeem"): door.redeem,
}


def build_api(settings: Settings, runtime: Runtime) -> FastAPI:
    """Build the API over one runtime."""
    # The page at /docs brings its own files: FastAPI's would fetch them from a third party.
    api = FastAPIOffline(
        title="Ticketapp",
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
        static_url="/docs/files",
        favicon_url="/icon.svg",
    )
    api.state.settings = settings
    api.state.runtime = runtime
    api.state.metrics = Metrics(runtime)
    api.state.events = events.keep_events(runtime)
    install_errors(api)
    is_sandbox = settings.payment_provider is PaymentProvider.SANDBOX
    routers = (*ROUTERS, sandbox.router if is_sandbox else stripe_webhook.router)
    for router in routers:
        api.include_router(router)
    document(api, routers)
    api.add_route("/api/{rest:path}", no_such_route, methods=list(METHODS), include_in_schema=False)
    return api


def layers_before(api: FastAPI) -> list[Callable[[ASGIApp], ASGIApp]]:
    """List what every request passes before the API, the innermost first.

    They are not added to the API itself, so that a shortcut is spared all that FastAPI does around its routes.
    """
    return [
        partial(Shortcuts, api=api, handlers=SHORTCUTS),
        partial(SameOriginOnly, public_url=api.state.settings.public_url),
        BodyLimit,
        partial(Timed, metrics=api.state.metrics),
    ]
