"""Composition root: settings, runtime, pages, API."""

import reflex as rx

from ticketapp import runtime
from ticketapp.api.app import build_api
from ticketapp.api.caching import KeepHashedAssets
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.pages import home
from ticketapp.settings import Settings

settings = Settings()
running = runtime.Runtime(clock=SystemClock(), database=open_database(settings.database_url))
runtime.install(running)

# Importing a page registers it; this list says which there are.
PAGES = (home,)

app = rx.App(api_transformer=[build_api(settings, running), KeepHashedAssets])
