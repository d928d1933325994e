"""Serve the app: pages, socket, API and, by default, the background loops."""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from ticketapp.cli import frontend
from ticketapp.cli.starting import checked_settings, refuse, require_migrated

APP = "ticketapp.ticketapp:app"
SECONDS_TO_FINISH = 10


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 3000,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Web processes; more than one needs PostgreSQL.")
    ] = 1,
    app: Annotated[str, typer.Option(hidden=True, help="Another composition root, for measuring.")] = APP,
) -> None:
    """Serve the app until it is told to stop."""
    settings = checked_settings()
    if workers > 1 and settings.is_sqlite:
        refuse("SQLite serves one web process; set TICKETAPP_DATABASE_URL to PostgreSQL for more.")
    if workers > 1 and settings.redis_url is None:
        refuse("Several web processes share live numbers through Redis; set TICKETAPP_REDIS_URL.")
    _require_port(host, port)
    require_migrated(settings)
    try:
        frontend.ensure_built()
    except frontend.BuildFailed as failure:
        print(failure, file=sys.stderr)
        raise typer.Exit(1) from failure
    environment = frontend.environment() | {
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        # A tab notices within half a minute that its connection died without a word.
        "REFLEX_SOCKET_INTERVAL": "10s",
        "REFLEX_SOCKET_TIMEOUT": "20s",
    }
    if workers > 1:
        # Where the processes put their durations, so that whichever is asked tells those of all.
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(_emptied(settings.var_folder / "metrics" / str(port)))
    environment.setdefault("TICKETAPP_PUBLIC_URL", f"http://localhost:{port}")
    print(f"Ticketapp listens on http://{host}:{port}", flush=True)
    os.chdir(frontend.ROOT)
    os.execve(sys.executable, _granian(host, port, workers, app), environment)  # noqa: S606 - no shell is wanted.


def _emptied(folder: Path) -> Path:
    """Give a folder that is there and empty, wherever the server changes to."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink()
    return folder.resolve()


def _require_port(host: str, port: int) -> None:
    # Granian shares its port so that its workers can; a second server would silently get half of the visitors.
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            refuse(f"Port {port} of {host} cannot be used: {error.strerror}.")


def _granian(host: str, port: int, workers: int, app: str) -> list[str]:
    options = {
        "--interface": "asgi",
        "--loop": "uvloop",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--workers-kill-timeout": str(SECONDS_TO_FINISH),
        "--log-level": "warning",
    }
    flags = [part for option in options.items() for part in option]
    if workers > 1:
        # One of several is replaced when it dies; a lone one ends the server, and who started it hears of it.
        flags.append("--respawn-failed-workers")
    return [sys.executable, "-m", "granian", *flags, "--factory", app]
