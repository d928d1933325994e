from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import stripe

from tests.harness.fake_stripe import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET, FakeStripe, LetterBox
from tests.harness.waiting import until

SHOP = "https://shop.example/orders/7?tab=tickets"


@pytest.fixture(scope="session")
def library() -> Iterator[stripe.HTTPXClient]:
    client = stripe.HTTPXClient(timeout=10, allow_sync_methods=True)
    yield client
    client.close()


@pytest.fixture
def client(fake: FakeStripe, library: stripe.HTTPXClient) -> stripe.StripeClient:
    return stripe.StripeClient(SECRET_KEY, base_addresses={"api": fake.url}, http_client=library)


@pytest.fixture
def browser(fake: FakeStripe) -> Iterator[httpx.Client]:
    """What a page may do: it knows the publishable key only."""
    headers = {"Authorization": f"Bearer {PUBLISHABLE_KEY}", "Origin": "https://shop.example"}
    with httpx.Client(base_url=fake.url, headers=headers) as page:
        yield page


@pytest.fixture
def letter_box(fake: FakeStripe) -> Iterator[LetterBox]:
    box = LetterBox().open()
    fake.stage("webhooks", url=box.url, retry_ms=10)
    yield box
    fake.reset()
    box.close()


@dataclass
class Shop:
    """The calls that most tests make, with what they leave out filled in."""

    client: stripe.StripeClient

    def pay(self, method: str = "pm_card_visa", *, key: str | None = None, **given: Any) -> Any:
        wanted: Any = {
            "amount": 1200, "currency": "eur", "payment_method": method, "confirm": True, "return_url": SHOP,
        } | given  # fmt: skip
        return self.client.v1.payment_intents.create(wanted, {"idempotency_key": key} if key else {})

    def intent(self, **given: Any) -> Any:
        wanted: Any = {"amount": 1200, "currency": "eur"} | given
        return self.client.v1.payment_intents.create(wanted)

    def refused(self, call: Callable[[], Any]) -> Any:
        """Make a call that must be refused and give the error."""
        with pytest.raises(stripe.StripeError) as caught:
            call()
        return caught.value

    def event_types(self) -> list[str]:
        """Give the types of all events in the order in which they happened."""
        page = self.client.v1.events.list({"limit": 100})
        return [event.type for event in page.data][::-1]


@pytest.fixture
def shop(client: stripe.StripeClient) -> Shop:
    return Shop(client)


@dataclass
class Post:
    """What arrived in the letter box, verified as the product verifies it."""

    fake: FakeStripe
    box: LetterBox

    def arrived(self, count: int) -> list[stripe.Event]:
        """Wait for this many letters and until nothing more is on its way, and give them."""
        until(lambda: len(self.box.letters) >= count, within_s=10, what=f"{count} webhooks")
        until(lambda: self.fake.look("webhooks")["idle"], within_s=10, what="no webhook is under way")
        return [
            stripe.Webhook.construct_event(letter.body, letter.signature, WEBHOOK_SECRET, api_key=SECRET_KEY)
            for letter in self.box.letters
        ]

    def types(self, count: int) -> list[str]:
        return [event.type for event in self.arrived(count)]


@pytest.fixture
def post(fake: FakeStripe, letter_box: LetterBox) -> Post:
    return Post(fake, letter_box)
