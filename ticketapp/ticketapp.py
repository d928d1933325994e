"""Composition root: settings, runtime, pages, API."""

from functools import partial

import reflex as rx

from ticketapp import runtime
from ticketapp.api.app import build_api, layers_before
from ticketapp.api.caching import KeepHashedAssets
from ticketapp.api.event_pages import EventPages
from ticketapp.api.plain_paths import PlainPaths
from ticketapp.api.security_headers import SecurityHeaders, outside_of
from ticketapp.api.session_cookie import FirstVisit
from ticketapp.api.shell_html import BUILT
from ticketapp.components.connection import no_overlay
from ticketapp.components.head import head_components, toaster
from ticketapp.components.tokens import STYLESHEETS
from ticketapp.integrations.bus import open_bus
from ticketapp.integrations.logs import configure_logs
from ticketapp.jobs.runner import keep_jobs_running
from ticketapp.live.hub import keep_pages_live
from ticketapp.pages import (
    account,
    admin,
    cart,
    checkout,
    door,
    door_scan,
    event_list,
    event_page,
    forgot_password,
    not_found,
    order,
    order_invoice,
    orders,
    organizer,
    organizer_event,
    organizer_events,
    organizer_ledger,
    organizer_new_event,
    organizer_order,
    organizer_orders,
    payment,
    payments,
    register,
    reset_password,
    sign_in,
    tickets,
    verify_email,
)
from ticketapp.settings import Settings, Switch
from ticketapp.state.faults import tell_of_fault
from ticketapp.state.guard import RoleGuard

settings = Settings()
configure_logs(is_json=settings.is_production)
running = runtime.open_runtime(settings)
runtime.install(running)
bus = open_bus(settings.redis_url)
running.on_change(bus.publish)
api = build_api(settings, running)

# Importing a page registers it; this list says which there are.
PAGES = (
    account,
    admin,
    cart,
    checkout,
    door,
    door_scan,
    event_list,
    event_page,
    forgot_password,
    not_found,
    order,
    order_invoice,
    orders,
    organizer,
    organizer_event,
    organizer_events,
    organizer_ledger,
    organizer_new_event,
    organizer_order,
    organizer_orders,
    payment,
    payments,
    register,
    reset_password,
    sign_in,
    tickets,
    verify_email,
)

app = rx.App(
    stylesheets=STYLESHEETS,
    head_components=head_components(),
    toaster=toaster(),
    backend_exception_handler=tell_of_fault,
    api_transformer=[
        api,
        *layers_before(api),
        partial(PlainPaths, built=BUILT),
        KeepHashedAssets,
        partial(EventPages, runtime=running, public_url=settings.public_url),
        partial(FirstVisit, is_secure=settings.is_https),
        partial(SecurityHeaders, outside=outside_of(settings), is_secure=settings.is_https),
    ],
)
app.app_wraps[(5, "Overlay")] = no_overlay
app.add_middleware(RoleGuard())
app.register_lifespan_task(keep_pages_live(running, bus))
if settings.jobs is Switch.ON:
    app.register_lifespan_task(keep_jobs_running(running))

runtime.tune_interpreter()
