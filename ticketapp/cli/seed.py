"""Fill the database with the demo season, relative to today; what is there already is left alone."""

from datetime import timedelta
from time import monotonic
from typing import Annotated

import typer

from ticketapp.cli import seed_more, seed_named, seed_people, seed_returns, seed_sales
from ticketapp.cli.starting import settings_of_migrated_database
from ticketapp.core.clock import StoppedClock, SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime

ANNOUNCED_BEFORE = timedelta(days=40)


def run(
    *,
    small: Annotated[
        bool, typer.Option("--small/--full", help="Only the events that have a name in the contract.")
    ] = False,
) -> None:
    """Fill the database with the demo season: people, organizers, venues, events, sales."""
    began = monotonic()
    clock = StoppedClock(SystemClock().now())
    runtime = Runtime(clock=clock, database=open_database(settings_of_migrated_database().database_url))
    try:
        added = fill(runtime, clock, is_small=small)
    finally:
        runtime.close()
    print(f"The demo season is there: {added}, {monotonic() - began:.1f} s.")


def fill(runtime: Runtime, clock: StoppedClock, *, is_small: bool) -> str:
    """Add what is missing and tell how much that was. The clock is moved through the last weeks, and back."""
    today = clock.now()
    announced = today - ANNOUNCED_BEFORE
    people = runtime.write(lambda session, _now: seed_people.add_people(session, announced))
    slugs = runtime.write(
        lambda session, _now: seed_named.add_named(
            session, is_small=is_small, announced=announced, today=today
        )
    )
    if not is_small:
        slugs += runtime.write(
            lambda session, _now: seed_more.add_more(session, announced=announced, today=today)
        )
    orders = seed_sales.sell(runtime, clock)
    seed_sales.cancel(runtime, seed_named.CANCELLED)
    seed_returns.give_some_back(runtime)
    return f"{people} people, {len(slugs)} events and {orders} orders are new"
