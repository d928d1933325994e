"""A web process in small: asks for one place for each of the people named, all at once, and prints the answers."""

import asyncio
import os
import sys
from datetime import timedelta
from uuid import UUID

from ticketapp.core.clock import SystemClock
from ticketapp.core.errors import AppError
from ticketapp.integrations.database import open_database
from ticketapp.runtime import Runtime
from ticketapp.services.inventory.operations import hold_many
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine


async def main() -> None:
    event_id, tier_id, *people = (UUID(text) for text in sys.argv[1:])
    runtime = Runtime(clock=SystemClock(), database=open_database(os.environ["TICKETAPP_DATABASE_URL"]))

    async def buy(person: UUID) -> str:
        request = HoldRequest(person, event_id, (PlacesLine(tier_id, 1),), "k", timedelta(minutes=15))
        try:
            await runtime.grouped(hold_many, request)
        except AppError as refusal:
            return refusal.code
        return "held"

    print(*await asyncio.gather(*(buy(person) for person in people)))
    runtime.close()


asyncio.run(main())
