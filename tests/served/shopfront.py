"""A served shop whose money moves at the fake Stripe, and buyers who know nothing but its doors."""

import json
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlmodel import select

from tests.buying import Shop
from tests.harness.databases import ticketapp
from tests.harness.failpoints import Points
from tests.harness.fake_stripe import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET, FakeStripe
from tests.harness.served import ServedApp
from ticketapp.core.clock import SystemClock
from ticketapp.core.ids import new_id
from ticketapp.core.tokens import new_token, token_hash
from ticketapp.integrations.database import open_database
from ticketapp.models import Order, Payment, Ticket, WebSession
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.rules import SESSION_COOKIE

PRICE_MINOR = 45_00
# Longer than a call of the provider may be under way (payments.flows.ASK_AFTER).
FORLORN = timedelta(seconds=61)


def stripe_settings(fake: FakeStripe) -> dict[str, str]:
    """Give the settings of a process that takes money at the fake."""
    return {
        "payment_provider": "stripe",
        "stripe_secret_key": SECRET_KEY,
        "stripe_publishable_key": PUBLISHABLE_KEY,
        "stripe_webhook_secret": WEBHOOK_SECRET,
        "stripe_api_base": fake.url,
    }


@dataclass
class Buyer:
    """A browser without pages: a cookie, one cart, one form; what is sent again is the same to the letter."""

    url: str
    event_id: UUID
    tier_id: UUID
    form_token: str
    cookie: str = field(default_factory=new_token)
    key: str = field(default_factory=lambda: new_id().hex)

    def hold(self) -> httpx.Response:
        """Put one place into the cart."""
        items = [{"tierId": str(self.tier_id), "quantity": 1}]
        asked = {"eventId": str(self.event_id), "items": items, "idempotencyKey": self.key}
        return self._post("/api/inventory/reservations", json=asked)

    def pay(self) -> httpx.Response:
        """Press the button of the checkout."""
        form = {"currency": "EUR", "amountMinor": PRICE_MINOR, "name": "Ada Fan", "email": "ada@example.com"}
        return self._post("/checkout/pay", data=form | {"paymentToken": self.form_token})

    def buy(self) -> httpx.Response | None:
        """Hold and pay; None when the shop died over it."""
        try:
            self.hold()
            return self.pay()
        except httpx.TransportError:
            return None

    def _post(self, path: str, **body: Any) -> httpx.Response:
        headers = {"Cookie": f"{SESSION_COOKIE}={self.cookie}"}
        # Reading the system's certificates, which nobody here shows, takes longer than the request.
        return httpx.post(self.url + path, headers=headers, timeout=60, verify=False, **body)


@dataclass
class Shopfront:
    """One served app, its failpoints, its provider, and a look at its database from outside."""

    app: ServedApp
    fake: FakeStripe
    shop: Shop
    points: Points
    # The last one only sets money aside until the places are confirmed.
    on_sale: tuple[tuple[UUID, UUID], ...]
    _crowd: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(40))

    @classmethod
    def open(cls, app: ServedApp, fake: FakeStripe) -> "Shopfront":
        """Put two events on sale beside an app that knows the fake."""
        shop = Shop(Runtime(clock=SystemClock(), database=open_database(app.database_url)))
        on_sale = []
        for authorises_first in (False, True):
            event_id = shop.event(authorises_first=authorises_first)
            on_sale.append((event_id, shop.tier(event_id, price_minor=PRICE_MINOR, capacity=2000)))
        return cls(app, fake, shop, Points(Path(app.settings["failpoints"])), tuple(on_sale))

    def close(self) -> None:
        """Kill the app first: whoever still waits for its answer, as after a test that failed, then hears of it."""
        self.app.close()
        self._crowd.shutdown(cancel_futures=True)
        self.shop.runtime.close()

    def buyer(self, method: str = "pm_card_visa", *, authorises_first: bool = False) -> Buyer:
        return Buyer(self.app.url, *self.on_sale[authorises_first], self.fake.token(method))

    def sends(self, buyer: Buyer) -> "Future[httpx.Response | None]":
        """Let somebody buy in a browser of their own."""
        return self._crowd.submit(buyer.buy)

    def let_time_pass(self) -> None:
        """Make every open payment old enough to be asked about."""

        def age(session: Any, _now: Any) -> None:
            for payment in session.exec(select(Payment).where(Payment.settled_at.is_(None))):
                payment.created_at -= FORLORN

        self.shop.runtime.write(age)

    def paid(self, buyer: Buyer) -> bool:
        return "paid" in self.orders_of(buyer)

    def orders_of(self, buyer: Buyer) -> dict[str, str]:
        """Give the references of a buyer's orders by their status."""
        with self.shop.look() as session:
            mine = select(WebSession.person_id).where(WebSession.token_hash == token_hash(buyer.cookie))
            orders = session.exec(select(Order).where(Order.person_id.in_(mine))).all()
            return {order.status.value: order.reference for order in orders}

    def tickets(self) -> int:
        with self.shop.look() as session:
            return len(session.exec(select(Ticket)).all())

    def open_payments(self) -> int:
        with self.shop.look() as session:
            return len(session.exec(select(Payment).where(Payment.settled_at.is_(None))).all())

    def charged(self) -> Counter[str]:
        """Count at the fake how often money was taken for each order."""
        taken = [
            one for one in self.fake.look("objects/payment_intent")["data"] if one["status"] == "succeeded"
        ]
        return Counter(one["metadata"]["reference"] for one in taken)

    def intents(self) -> Counter[str]:
        """Count the PaymentIntents at the fake by status."""
        return Counter(one["status"] for one in self.fake.look("objects/payment_intent")["data"])

    def audit(self) -> list[Any]:
        """Give what `ticketapp audit` finds, at the provider too."""
        settings = {"database_url": self.app.database_url, "var_folder": str(self.app.var_folder)}
        return json.loads(ticketapp("audit", "--json", **settings, **stripe_settings(self.fake)))[
            "disagreements"
        ]
