"""The API as it is served: with what every request passes before it."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from ticketapp.api.app import build_api, layers_before
from ticketapp.runtime import Runtime
from ticketapp.settings import Settings


def guarded_api(settings: Settings, runtime: Runtime) -> ASGIApp:
    return guarded(build_api(settings, runtime))


def guarded(api: FastAPI) -> ASGIApp:
    app: ASGIApp = api
    for layer in layers_before(api):
        app = layer(app)
    return app
