"""The server is killed in the middle of a load of buyers: nothing is sold twice, no paid order is lost."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest

from tests.harness.databases import ticketapp
from tests.harness.served import ServedApp

pytestmark = [pytest.mark.served, pytest.mark.slow]

BUYERS = 60
KILL_AFTER_PAID = 40
PARADE = "midnight-parade"
CARD = {"type": "card", "cardNumber": "4242424242424242", "expiryMonth": 12, "expiryYear": 2030, "cvv": "123"}


@dataclass
class Load:
    """What the buyers were told before the lights went out."""

    app: ServedApp
    tokens: list[str]
    event: dict
    paid: dict[str, str] = field(default_factory=dict)
    enough_paid: threading.Event = field(default_factory=threading.Event)

    def run_until_killed(self) -> None:
        with ThreadPoolExecutor(1) as killer:
            killing = killer.submit(self._kill_when_enough_paid)
            try:
                asyncio.run(self._buy_all())
            finally:
                self.enough_paid.set()
            killing.result()

    def _kill_when_enough_paid(self) -> None:
        is_enough = self.enough_paid.wait(timeout=120)
        # Only its death ends the buyers, so it dies before anything is asserted.
        self.app.kill9()
        assert is_enough, self.app.logs[-3000:]

    async def _buy_all(self) -> None:
        async with httpx.AsyncClient(base_url=self.app.url, timeout=60) as client:
            await asyncio.gather(*(self._buy_again_and_again(client, place) for place in range(BUYERS)))

    async def _buy_again_and_again(self, client: httpx.AsyncClient, place: int) -> None:
        token = self.tokens[place % len(self.tokens)]
        while True:
            try:
                await self._buy(client, token)
            except httpx.TransportError:
                return

    async def _buy(self, client: httpx.AsyncClient, token: str) -> None:
        head = {"Authorization": f"Bearer {token}"}
        item = {"tierId": self.event["tiers"][0]["id"], "quantity": 2}
        asked = {"eventId": self.event["id"], "items": [item], "idempotencyKey": str(uuid4())}
        held = await client.post("/api/inventory/reservations", json=asked, headers=head)
        assert held.status_code == 201, held.text
        ids = [reservation["reservationId"] for reservation in held.json()["reservations"]]
        body = {"reservationIds": ids, "paymentMethod": CARD, "idempotencyKey": str(uuid4())}
        answer = await client.post("/api/bookings/confirm", json=body, headers=head)
        if answer.status_code == 201:
            self.paid[answer.json()["bookingId"]] = token
            if len(self.paid) >= KILL_AFTER_PAID:
                self.enough_paid.set()
        else:
            # One person's two tabs meet: the other one's order is open. That is an answer too.
            assert answer.status_code == 409, answer.text


def sign_in(app: ServedApp, count: int) -> list[str]:
    emails = ["fan@example.com", *(f"fan{number}@example.com" for number in range(2, 21))][:count]
    tokens = []
    for email in emails:
        answer = httpx.post(f"{app.url}/api/auth/token", json={"email": email, "password": "ticketapp-demo"})
        tokens.append(answer.json()["accessToken"])
    return tokens


def kill_under_load(app: ServedApp) -> None:
    event = httpx.get(f"{app.url}/api/events/{PARADE}").json()
    load = Load(app, sign_in(app, 20), event)

    load.run_until_killed()
    app.start()

    for booking_id, token in load.paid.items():
        seen = httpx.get(f"{app.url}/api/bookings/{booking_id}", headers={"Authorization": f"Bearer {token}"})
        assert seen.json()["status"] == "CONFIRMED", seen.text
        assert len(seen.json()["tickets"]) == 2
    app.stop()
    found = json.loads(ticketapp("audit", "--json", **audit_settings(app)))
    assert found["disagreements"] == []


def audit_settings(app: ServedApp) -> dict[str, str]:
    return {"database_url": app.database_url, "var_folder": str(app.var_folder)}


def test_a_killed_server_loses_nothing_on_sqlite(serve):
    kill_under_load(serve())


@pytest.mark.postgres
def test_a_killed_server_loses_nothing_on_postgres(serve, postgres_databases):
    name = postgres_databases.create(seeded=True)
    app = serve(database_url=postgres_databases.server.url(name))
    try:
        kill_under_load(app)
    finally:
        app.close()
        postgres_databases.server.drop_database(name)
