"""The door that webhooks come in by: what the fake sends reaches the API in the test's own event loop."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.harness.fake_stripe import WEBHOOK_SECRET, Letter, LetterBox
from tests.harness.waiting import until
from tests.stripe.shop import StripeShop

PATH = "/api/stripe/webhook"


def signed(body: bytes, *, at: float, secret: str = WEBHOOK_SECRET) -> str:
    """Sign as Stripe does."""
    mark = hmac.new(secret.encode(), b"%d.%b" % (int(at), body), hashlib.sha256).hexdigest()
    return f"t={int(at)},v1={mark}"


@dataclass
class Door:
    shop: StripeShop
    client: httpx.AsyncClient
    answers: list[int] = field(default_factory=list)
    _box: LetterBox | None = None

    def open(self, *, is_acted_on: bool = False, **plan: Any) -> None:
        """Let the fake send what happens from now on, and perhaps act on each letter before it is answered."""
        loop = asyncio.get_running_loop()
        self._box = LetterBox().open()

        def bring(letter: Letter) -> None:
            told = asyncio.run_coroutine_threadsafe(self.bring(letter.body, letter.signature), loop)
            self.answers.append(told.result(10).status_code)
            if is_acted_on:
                asyncio.run_coroutine_threadsafe(self.shop.work(), loop).result(10)

        self._box.on_letter = bring
        self.shop.fake.stage("webhooks", url=self._box.url, retry_ms=10, **plan)

    async def bring(self, body: bytes, signature: str) -> httpx.Response:
        """Bring one letter to the API."""
        return await self.client.post(PATH, content=body, headers={"Stripe-Signature": signature})

    async def tell(self, event: dict[str, Any], **how: Any) -> httpx.Response:
        """Bring an event, signed now."""
        body = json.dumps(event).encode()
        return await self.bring(body, signed(body, at=self.shop.now.timestamp(), **how))

    async def has_come(self, count: int) -> None:
        """Wait until so many letters were brought."""
        await asyncio.to_thread(
            until, lambda: len(self.answers) >= count, within_s=10, what=f"{count} letters come"
        )

    def events(self, *types: str) -> list[dict[str, Any]]:
        """Give what happened at the provider, in order."""
        told = self.shop.fake.look("objects/event")["data"]
        return [event for event in told if not types or event["type"] in types]

    def close(self) -> None:
        if self._box is not None:
            self.shop.fake.reset()
            self._box.close()
