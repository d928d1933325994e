"""Somebody who buys over HTTP."""

from typing import Any
from uuid import UUID

import httpx

from tests.buying import Shop
from ticketapp.core.ids import new_id
from ticketapp.core.tokens import new_token, token_hash
from ticketapp.models import WebSession

GOOD, DECLINED, BANK_ASKS, SILENT = (
    "4242424242424242",
    "4000000000000002",
    "4000000000003220",
    "4000000000000119",
)


def booking_body(*reservations: str, key: str = "key-1", card: str = GOOD) -> dict[str, Any]:
    return {
        "reservationIds": list(reservations),
        "paymentMethod": {
            "type": "card", "cardNumber": card, "expiryMonth": 12, "expiryYear": 2030, "cvv": "123",
        },
        "idempotencyKey": key,
    }  # fmt: skip


class Buyer:
    """A signed-in person at the API."""

    def __init__(self, shop: Shop, client: httpx.AsyncClient) -> None:
        self.shop, self.client = shop, client
        self.person = shop.person()
        token = new_token()
        shop.runtime.write(
            lambda session, now: session.add(
                WebSession(
                    token_hash=token_hash(token),
                    person_id=self.person,
                    created_at=now,
                    expires_at=now.replace(year=now.year + 1),
                )
            )
        )
        self.headers = {"Authorization": f"Bearer {token}"}

    async def reserve(self, event: UUID, tier: UUID, quantity: int = 1) -> str:
        answer = await self.client.post(
            "/api/inventory/reservations",
            json={
                "eventId": str(event),
                "items": [{"tierId": str(tier), "quantity": quantity}],
                "idempotencyKey": new_id().hex,
            },
            headers=self.headers,
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["reservations"][0]["reservationId"]

    async def confirm(
        self, *reservations: str, key: str = "key-1", card: str = GOOD, **more: Any
    ) -> httpx.Response:
        body = booking_body(*reservations, key=key, card=card) | more
        return await self.client.post("/api/bookings/confirm", json=body, headers=self.headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self.headers)

    async def post(self, path: str, json: Any = None) -> httpx.Response:
        return await self.client.post(path, json=json, headers=self.headers)
