"""Three processes are asked for the same booking at the same moment: one pays, the others hear so."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from tests.api.buyer import Buyer, booking_body
from tests.buying import Shop
from tests.harness.api import guarded_api
from tests.harness.databases import environment
from ticketapp.models import Order, Payment, SandboxCharge, Ticket
from ticketapp.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.concurrency, pytest.mark.postgres]
PROCESSES, TIMES = 3, 4
BOOKING_PROCESS = Path(__file__).with_name("booking_process.py")


async def test_one_of_three_processes_pays(postgres_runtime, postgres_url, tmp_path):
    shop = Shop(postgres_runtime)
    settings = Settings(var_folder=tmp_path, rate_limits="off")
    transport = httpx.ASGITransport(guarded_api(settings, postgres_runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        buyer = Buyer(shop, client)
        event = shop.event()
        reservation = await buyer.reserve(event, shop.tier(event))
        token = buyer.headers["Authorization"].split()[1]
        asked = [token, json.dumps(booking_body(reservation))]

        answers = await asyncio.to_thread(ask_at_once, asked, postgres_url, tmp_path)
        again = await buyer.confirm(reservation)

    paid = [text for status, text in answers if status == 201]
    assert sorted(status for status, _ in answers) == [201] + [409] * (PROCESSES * TIMES - 1)
    assert {json.loads(text)["code"] for status, text in answers if status == 409} == {"in_progress"}
    assert (again.status_code, [again.text]) == (200, paid)
    with shop.look() as session:
        made = [len(session.exec(select(model)).all()) for model in (Order, Payment, SandboxCharge, Ticket)]
    assert made == [1, 1, 1, 1]


def ask_at_once(asked, url, folder):
    processes = [
        subprocess.Popen(
            [sys.executable, str(BOOKING_PROCESS), *asked],
            env=environment(database_url=url, var_folder=str(folder)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * PROCESSES
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    return [answer for process in processes for answer in json.loads(process.communicate(timeout=60)[0])]
