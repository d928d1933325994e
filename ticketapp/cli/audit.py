"""Check that every place and every cent agrees with every other record of it."""

import asyncio
import json
import sys
from typing import Annotated

import typer

from ticketapp.cli.starting import settings_of_migrated_database
from ticketapp.integrations.payments import PaymentUnknown
from ticketapp.runtime import Runtime, open_runtime
from ticketapp.services.reporting.alarms import list_alarms
from ticketapp.services.reporting.audit import CHECKS_COUNT, Disagreement, audit
from ticketapp.services.reporting.audit_provider import PROVIDER_CHECKS, compare_with_provider


def run(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002
) -> None:
    """Recompute stock, orders, payments and ledger from the facts; exit 1 when anything disagrees.

    Where a provider moves the money, its own record is compared as well. Alarms are told besides.
    """
    runtime = open_runtime(settings_of_migrated_database())
    try:
        found, checks = asyncio.run(_audited(runtime))
        alarms = runtime.read(lambda session, now: list_alarms(session, now=now))
    except PaymentUnknown as error:
        print("The payment provider did not answer, so nothing was compared with it.", file=sys.stderr)
        raise typer.Exit(1) from error
    finally:
        runtime.close()
    if as_json:
        facts = [{"check": one.check, "facts": one.facts} for one in found]
        told = [{"kind": alarm.kind, "count": alarm.count, "text": alarm.text} for alarm in alarms]
        print(json.dumps({"checks": checks, "disagreements": facts, "alarms": told}))
    else:
        for line in (*(one.text for one in found), *(f"Alarm: {alarm.text}" for alarm in alarms)):
            print(line)
        print(f"{checks} checks, {len(found) or 'no'} disagreements.")
    raise typer.Exit(1 if found else 0)


async def _audited(runtime: Runtime) -> tuple[list[Disagreement], int]:
    """Give what disagrees, and how many checks there were."""
    gateway = runtime.cashier.gateway
    books = await gateway.facts.books() if gateway.facts is not None else None
    found = await asyncio.to_thread(runtime.read, lambda session, now: audit(session, now=now))
    if books is None:
        return found, CHECKS_COUNT
    compared = await asyncio.to_thread(
        runtime.read,
        lambda session, _now: compare_with_provider(session, provider=gateway.name, books=books),
    )
    return found + compared, CHECKS_COUNT + len(PROVIDER_CHECKS)
