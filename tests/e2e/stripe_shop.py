"""The app beside a fake Stripe, and what a person does with Stripe's form."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.e2e.paying import fill_cart
from tests.harness.fake_stripe import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET, FakeStripe
from tests.harness.served import ServedApp
from tests.harness.waiting import until

GOOD, DECLINED, NO_FUNDS, RUN_OUT = (
    "4242424242424242",
    "4000000000000002",
    "4000000000009995",
    "4000000000000069",
)
BANK_ASKS = "4000000000003220"
SETTLED_WITHIN_S = 20


def settings(fake: FakeStripe) -> dict[str, str]:
    """Give the settings by which the app takes a fake for Stripe."""
    return {
        "payment_provider": "stripe",
        "stripe_secret_key": SECRET_KEY,
        "stripe_publishable_key": PUBLISHABLE_KEY,
        "stripe_webhook_secret": WEBHOOK_SECRET,
        "stripe_api_base": fake.url,
    }


@dataclass(frozen=True, slots=True)
class Counts:
    """What is at the provider, counted."""

    charges: int = 0
    succeeded: int = 0
    cancelled: int = 0
    refunds: int = 0


@dataclass
class StripeShop:
    app: ServedApp
    fake: FakeStripe

    @property
    def url(self) -> str:
        return self.app.url

    def open_letter_box(self, **plan: Any) -> None:
        """Let the fake send webhooks to the app."""
        self.fake.stage("webhooks", url=f"{self.app.url}/api/stripe/webhook", retry_ms=200, **plan)

    def intents(self, reference: str) -> list[Any]:
        """Give the PaymentIntents of an order."""
        made = self.fake.look("objects/payment_intent")["data"]
        return [intent for intent in made if intent["metadata"]["reference"] == reference]

    def refunds(self, reference: str) -> list[Any]:
        """Give the refunds of an order."""
        ids = {intent["id"] for intent in self.intents(reference)}
        return [
            refund for refund in self.fake.look("objects/refund")["data"] if refund["payment_intent"] in ids
        ]

    def counts(self, reference: str) -> Counts:
        """Count what an order has at the provider."""
        intents = self.intents(reference)
        ids = {intent["id"] for intent in intents}
        by_status = Counter(intent["status"] for intent in intents)
        charges = self.fake.look("objects/charge")["data"]
        return Counts(
            charges=sum(c["payment_intent"] in ids and c["captured"] for c in charges),
            succeeded=by_status["succeeded"],
            cancelled=by_status["canceled"],
            refunds=len(self.refunds(reference)),
        )

    def until_heard(self) -> None:
        """Wait until every webhook that was sent has been taken."""
        until(
            lambda: self.fake.look("webhooks")["idle"], within_s=SETTLED_WITHIN_S, what="webhooks are taken"
        )


def form(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='Secure payment input frame']")


def type_card(page: Page, number: str) -> None:
    """Type a card into the frame of the payment form."""
    expect(page.get_by_test_id("payment-form")).to_have_attribute("data-phase", "ready")
    fields = form(page)
    fields.get_by_label("Card number").fill(number)
    fields.get_by_label("Expiration date").fill("12 / 30")
    fields.get_by_label("Security code").fill("123")


def check_out(page: Page, shop: StripeShop, card: str = GOOD) -> None:
    page.goto(f"{shop.url}/checkout")
    page.get_by_label("Name", exact=True).fill("Ada Fan")
    page.get_by_role("textbox", name="E-mail").fill("ada@example.com")
    type_card(page, card)


def begin(page: Page, shop: StripeShop, card: str = GOOD, **quantities: int) -> None:
    """Fill a cart and the whole form of the checkout."""
    fill_cart(page, shop.app, **quantities)
    check_out(page, shop, card)


def choose(page: Page, method: str) -> None:
    """Choose another way to pay than a card."""
    form(page).get_by_label(method).check()


def pay_button(page: Page) -> Locator:
    """Give the pay button when it has come to rest: a frame beside it would else get what is meant for the button."""
    button = page.get_by_test_id("pay")
    button.scroll_into_view_if_needed()
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return button


def pay(page: Page) -> None:
    pay_button(page).click()


def reference_of(page: Page) -> str:
    return page.get_by_test_id("order-reference").inner_text()


def bank_asks(page: Page) -> FrameLocator:
    """Wait for the window of the bank."""
    bank = page.frame_locator("iframe[title='3D Secure']")
    bank.get_by_role("button", name="Approve").wait_for()
    return bank


def answer_bank(page: Page, *, approve: bool) -> None:
    """Answer in the window of the bank."""
    bank_asks(page).get_by_role("button", name="Approve" if approve else "Refuse").click()
