"""Measure this machine and what Ticketapp does on it; the limit measured in the same run stands beside each figure."""

import json
from importlib import import_module
from typing import Annotated

import typer

from ticketapp.cli.starting import settings_of_migrated_database
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime, tune_interpreter

MEASURES = {
    "start": "ticketapp.cli.bench_start",
    "live": "ticketapp.cli.bench_live",
    "holds": "ticketapp.cli.bench_holds",
    "clicks": "ticketapp.cli.bench_clicks",
    "orders": "ticketapp.cli.bench_orders",
    "scans": "ticketapp.cli.bench_scans",
    "pages": "ticketapp.cli.bench_pages",
    "flash": "ticketapp.cli.bench_flash",
}


def run(
    what: Annotated[list[str] | None, typer.Argument(help="Which measures; all when none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,  # noqa: FBT002
) -> None:
    """Measure: each needs an empty, migrated database that nothing else uses."""
    runtime = Runtime(
        clock=SystemClock(), database=open_database(settings_of_migrated_database().database_url)
    )
    tune_interpreter()
    try:
        for name in what or MEASURES:
            if name not in MEASURES:
                raise typer.BadParameter(f"Choose from {', '.join(MEASURES)}.")
            for figure in import_module(MEASURES[name]).measure(runtime):
                print(json.dumps(figure) if as_json else _readable(figure), flush=True)
    finally:
        runtime.close()


def _readable(figure: dict[str, object]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in figure.items() if name != "what")
    return f"{figure['what']}: {facts}"
