"""A shop whose money moves at the fake Stripe."""

from collections import Counter
from dataclasses import replace
from typing import Any

from tests.buying import Shop
from tests.harness.fake_stripe import PUBLISHABLE_KEY, SECRET_KEY, FakeStripe
from ticketapp.integrations.payments import BrowserForm
from ticketapp.integrations.stripe_calls import SCRIPT_PATH, StripeCalls
from ticketapp.integrations.stripe_payments import StripeGateway
from ticketapp.runtime import Runtime
from ticketapp.services.ordering.requests import PlacedOrder
from ticketapp.services.payments.requests import Settlement

PUBLIC_URL = "https://tickets.example"
PRICE_MINOR = 45_00


def gateway(runtime: Runtime, fake: FakeStripe, *, retries: int = 0) -> StripeGateway:
    """Give the adapter, which makes each call once unless told otherwise."""
    calls = StripeCalls(SECRET_KEY, base=fake.url, network_retries_max=retries, rate_limit_wait_s=0.001)
    return StripeGateway(runtime, calls, PUBLIC_URL)


class StripeShop(Shop):
    """What a shop does, and what its provider then has."""

    def __init__(self, runtime: Runtime, fake: FakeStripe, *, retries: int = 0) -> None:
        super().__init__(runtime)
        self.fake = fake
        adapter = gateway(runtime, fake, retries=retries)
        runtime.cashier = replace(runtime.cashier, gateway=adapter, answer_within_s=10)
        runtime.browser_form = BrowserForm(fake.url + SCRIPT_PATH, PUBLISHABLE_KEY)

    def hurry(self) -> None:
        """Wait for the provider no longer than a call of the fake takes."""
        self.runtime.cashier = replace(self.runtime.cashier, answer_within_s=0.4)

    @property
    def gateway(self) -> StripeGateway:
        return self.runtime.cashier.gateway

    async def placed(self, *, person: Any = None, tier: Any = None, quantity: int = 1) -> PlacedOrder:
        """Place an order for 45 EUR a ticket."""
        person = person or self.person()
        event = self.event()
        await self.hold(person, event, tier or self.tier(event, price_minor=PRICE_MINOR), quantity)
        return await self.place(person)

    async def pay_with(self, placed: PlacedOrder, method: str = "pm_card_visa", **form: str) -> Settlement:
        return await self.runtime.cashier.pay(
            placed.checkout, reference=placed.reference, token=self.fake.token(method, **form)
        )

    def intents(self) -> Counter[str]:
        """Count the PaymentIntents at the provider by status."""
        return Counter(intent["status"] for intent in self.fake.look("objects/payment_intent")["data"])

    def count(self, kind: str) -> int:
        return len(self.fake.look(f"objects/{kind}")["data"])

    async def settle_down(self) -> None:
        """Let the line be good again and time pass, until the provider's last word on every payment is known."""
        self.fake.end_all_faults()
        for _ in range(3):
            self.clock.advance(seconds=61)
            await self.runtime.cashier.reconcile(limit=10)
            self.expire_orders()
            await self.work()
