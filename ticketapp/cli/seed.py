"""Fill the database with the demo season, relative to today; what is there already is left alone."""

from time import monotonic
from typing import Annotated

import typer

from ticketapp.cli import seed_more, seed_named, seed_people
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime
from ticketapp.settings import Settings


def run(
    *,
    small: Annotated[
        bool, typer.Option("--small/--full", help="Only the events that have a name in the contract.")
    ] = False,
) -> None:
    """Fill the database with the demo season: people, organizers, venues, events."""
    began = monotonic()
    runtime = Runtime(clock=SystemClock(), database=open_database(Settings().database_url))
    try:
        count = fill(runtime, is_small=small)
    finally:
        runtime.close()
    print(f"The demo season is there: {count} rows of people and events new, {monotonic() - began:.1f} s.")


def fill(runtime: Runtime, *, is_small: bool) -> int:
    """Add what is missing and tell how many people and events that were."""
    count = runtime.write(seed_people.add_people)
    count += runtime.write(lambda session, now: seed_named.add_named(session, is_small=is_small, now=now))
    if not is_small:
        count += runtime.write(seed_more.add_more)
    return count
