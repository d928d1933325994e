"""Check that every place and every cent agrees with every other record of it."""

import json
from typing import Annotated

import typer

from ticketapp.cli.starting import settings_of_migrated_database
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime
from ticketapp.services.reporting.audit import CHECKS, audit


def run(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002
) -> None:
    """Recompute stock, orders, payments and ledger from the facts; exit 1 when anything disagrees."""
    runtime = Runtime(
        clock=SystemClock(), database=open_database(settings_of_migrated_database().database_url)
    )
    try:
        found = runtime.read(lambda session, _now: audit(session))
    finally:
        runtime.close()
    if as_json:
        facts = [{"check": one.check, "facts": one.facts} for one in found]
        print(json.dumps({"checks": len(CHECKS), "disagreements": facts}))
    else:
        for one in found:
            print(one.text)
        print(f"{len(CHECKS)} checks, {len(found) or 'no'} disagreements.")
    raise typer.Exit(1 if found else 0)
