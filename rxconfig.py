"""How Reflex is configured; what differs per installation comes from the settings."""

from typing import Any
from urllib.parse import urlsplit

import reflex as rx

from ticketapp.settings import Settings

HOST_TAKEN_OVER = "endpoint.hostname = frontend_hostname;"
PORT_TAKEN_OVER = "endpoint.port = window.location.port;"


class OwnOrigin(rx.plugins.Plugin):
    """Let one build answer on every port: the browser asks the origin that served the page."""

    def pre_compile(self, **context: Any) -> None:
        context["add_modify_task"]("utils/state.js", take_over_port)


def take_over_port(state_js: str) -> str:
    """Add the port to what Reflex's client takes over from the page's address."""
    if PORT_TAKEN_OVER in state_js:
        return state_js
    if state_js.count(HOST_TAKEN_OVER) != 1:
        raise RuntimeError("Reflex's state.js has changed: find where it takes over the host name.")
    return state_js.replace(HOST_TAKEN_OVER, f"{HOST_TAKEN_OVER}\n    {PORT_TAKEN_OVER}")


def allowed_origins(settings: Settings) -> list[str]:
    """List the origins that may open a socket; in development the machine's own names are one."""
    if settings.is_production:
        return [settings.public_url]
    port = urlsplit(settings.public_url).port or 80
    own_names = [f"http://{host}:{port}" for host in ("localhost", "127.0.0.1")]
    return list(dict.fromkeys([settings.public_url, *own_names]))


_settings = Settings()

config = rx.Config(
    app_name="ticketapp",
    plugins=[rx.plugins.TailwindV4Plugin({"plugins": []}), OwnOrigin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
    deploy_url=_settings.public_url,
    cors_allowed_origins=allowed_origins(_settings),
    redis_url=_settings.redis_url,
    # In memory a visitor's screen would take its place for a day; one that was idle for so long is read again instead.
    redis_token_expiration=24 * 60 * 60 if _settings.redis_url else 30 * 60,
    state_manager_mode="redis" if _settings.redis_url else "memory",
    telemetry_enabled=False,
    show_built_with_reflex=False,
)
