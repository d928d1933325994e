"""A web process in small: when told to, it asks for the same booking several times at once and prints the answers."""

import asyncio
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from tests.factories import NOON
from tests.harness.api import guarded_api
from ticketapp.core.clock import StoppedClock
from ticketapp.integrations.database import open_database
from ticketapp.integrations.sandbox_payments import SandboxGateway
from ticketapp.runtime import Runtime
from ticketapp.settings import Settings

TIMES = 4
BANK_TAKES_MS = 1500


async def main(token: str, body: dict[str, Any]) -> None:
    url = os.environ["TICKETAPP_DATABASE_URL"]
    runtime = Runtime(clock=StoppedClock(NOON), database=open_database(url))
    slow = SandboxGateway(runtime, delay_range_ms=(BANK_TAKES_MS, BANK_TAKES_MS))
    runtime.cashier = replace(runtime.cashier, gateway=slow)
    settings = Settings(var_folder=Path(os.environ["TICKETAPP_VAR_FOLDER"]), rate_limits="off")
    transport = httpx.ASGITransport(guarded_api(settings, runtime))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost:3000", headers={"Authorization": f"Bearer {token}"}
    ) as client:
        # Whatever a first request has to wait for is over when everybody begins.
        await client.get("/api/bookings/me")
        print("ready", flush=True)
        sys.stdin.readline()
        answers = await asyncio.gather(
            *(client.post("/api/bookings/confirm", json=body) for _ in range(TIMES))
        )
    print(json.dumps([[answer.status_code, answer.text] for answer in answers]), flush=True)
    runtime.close()


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
