"""Six events of an order's history, in each of their 720 orders: the end is the same, and it is Stripe's."""

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import col, select

from tests.stripe.history import given_back
from tests.stripe.shop import PRICE_MINOR
from ticketapp.integrations.database import open_database
from ticketapp.integrations.payments import Charge, ChargeStatus
from ticketapp.integrations.stripe_letters import told_event
from ticketapp.models import (
    Job,
    LedgerEntry,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    StripeDispute,
    StripeEvent,
    Ticket,
)
from ticketapp.runtime import Runtime
from ticketapp.services.reporting.audit import audit

pytestmark = pytest.mark.anyio


class Remembering:
    """A provider in which nothing happens any more: what was asked once is answered the same again."""

    def __init__(self, inner: Any, said: dict[Any, Any]) -> None:
        self._inner, self._said = inner, said

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name == "facts":
            return Remembering(found, self._said)
        if not callable(found):
            return found

        async def answer(*asked: Any) -> Any:
            if (name, asked) not in self._said:
                self._said[name, asked] = await found(*asked)
            return self._said[name, asked]

        return answer


@dataclass(frozen=True)
class Story:
    """What happened at Stripe, which of its events are told, and how all must end."""

    live: Callable[[Any], Awaitable[Any]]
    types: tuple[str, ...]
    order: OrderStatus
    payments: tuple[PaymentStatus, ...]
    refunds: tuple[RefundStatus, ...]
    booked: tuple[tuple[str, int], ...]
    dispute: str | None = None

    async def events(self, shop):
        await self.live(shop)
        told = [event for event in shop.fake.look("objects/event")["data"] if event["type"] in self.types]
        by_type = {event["type"]: event for event in told} if self.dispute else {e["id"]: e for e in told}
        assert len(by_type) == 6
        return [told_event(event) for event in by_type.values()]


async def disputed(shop):
    """A payment of which we know nothing since the bank asked, disputed and won."""
    said = await shop.pay_with(await shop.placed(), "pm_card_threeDSecure2Required")
    shop.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=True)
    (charge,) = shop.fake.look("objects/charge")["data"]
    shop.fake.stage(f"charges/{charge['id']}/publish_balance")
    dispute = shop.fake.stage(f"charges/{charge['id']}/dispute", amount=10_00)
    shop.fake.stage(f"disputes/{dispute['id']}/close", won=True)


async def given_back_in_vain(shop):
    """A payment that we gave back; the buyer's bank did not take it."""
    placed = await shop.placed()
    said = await shop.pay_with(placed, "pm_card_threeDSecure2Required")
    shop.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=True)
    await shop.runtime.cashier.ask_about(placed.order_id)
    (charge,) = shop.fake.look("objects/charge")["data"]
    shop.fake.stage(f"charges/{charge['id']}/publish_balance")
    given_back(shop, placed)
    await shop.work()
    (refund,) = shop.fake.look("objects/refund")["data"]
    shop.fake.stage(f"refunds/{refund['id']}/fail")


async def refused_and_tried_again(shop):
    """An order whose first payment was refused at the bank, and whose second was approved while nobody looked."""
    placed = await shop.placed()
    first = await shop.pay_with(placed, "pm_card_threeDSecure2Required")
    shop.fake.stage(f"payment_intents/{first.payment_ref}/authenticate", approved=False)
    await shop.runtime.cashier.ask_about(placed.order_id)
    second = await shop.pay_with(placed, "pm_card_threeDSecure2Required")
    shop.fake.stage(f"payment_intents/{second.payment_ref}/authenticate", approved=True)
    (charge,) = [one for one in shop.fake.look("objects/charge")["data"] if one["paid"]]
    shop.fake.stage(f"charges/{charge['id']}/publish_balance")


STORIES = {
    "disputed": Story(
        disputed,
        (
            "payment_intent.requires_action", "payment_intent.succeeded", "charge.updated",
            "charge.dispute.created", "charge.dispute.closed", "charge.dispute.funds_reinstated",
        ),
        OrderStatus.PAID, (PaymentStatus.SUCCEEDED,), (),
        (("dispute", 10_00), ("dispute-fee", 20_00), ("dispute-returned", 10_00)),
        dispute="won",
    ),
    "given back in vain": Story(
        given_back_in_vain,
        (
            "payment_intent.requires_action", "payment_intent.succeeded", "charge.updated", "charge.refunded",
            "refund.updated", "refund.failed",
        ),
        OrderStatus.REFUNDED, (PaymentStatus.SUCCEEDED,), (RefundStatus.FAILED,),
        (("refund", PRICE_MINOR), ("refund-failed", PRICE_MINOR), ("refund-paid", PRICE_MINOR)),
    ),
    "refused and tried again": Story(
        refused_and_tried_again,
        (
            "payment_intent.requires_action", "payment_intent.payment_failed", "payment_intent.canceled",
            "payment_intent.succeeded", "charge.updated",
        ),
        OrderStatus.PAID, (PaymentStatus.FAILED, PaymentStatus.SUCCEEDED), (), (),
    ),
}  # fmt: skip


class Histories:
    """Every order of some events. Orders that have told the same events and come to the same go on as one."""

    def __init__(self, folder, clock, gateway):
        self.folder, self.clock, self.gateway = folder, clock, gateway
        self.told = 0

    async def ends(self, begin, events):
        """Give every end there is."""
        states = {(frozenset(), self.state(begin)): begin}
        for _ in events:
            reached = {}
            for (told, _), path in states.items():
                for event in [event for event in events if event.id not in told]:
                    after = self.folder / f"{self.told}.db"
                    shutil.copyfile(path, after)
                    await self.tell(after, event)
                    reached[told | {event.id}, self.state(after)] = after
            states = reached
        return [(state, path) for (_, state), path in states.items()]

    async def tell(self, path, event):
        self.told += 1
        runtime = self.opened(path)
        if isinstance(self.gateway, Believing):
            self.gateway.told = event.type
        await runtime.provider_news.keep(event)
        await runtime.provider_news.handle(event.id)
        runtime.close()

    def state(self, path):
        runtime = self.opened(path)
        with runtime.database.readers() as session:
            dispute = session.exec(select(StripeDispute)).first()
            state = (
                session.exec(select(Order)).one().status,
                tuple(session.exec(select(Payment.status).order_by(col(Payment.attempt))).all()),
                tuple(session.exec(select(Refund.status)).all()),
                len(session.exec(select(Ticket)).all()),
                dispute and (dispute.status, dispute.closed_at),
                frozenset(
                    (event.id, event.handled_at is not None) for event in session.exec(select(StripeEvent))
                ),
                tuple(
                    sorted(
                        (entry.kind, entry.ref, entry.debit, entry.credit, entry.amount_minor)
                        for entry in session.exec(select(LedgerEntry))
                        if "sale" not in entry.kind
                    )
                ),
                sum(entry.kind == "sale" for entry in session.exec(select(LedgerEntry))),
                tuple(sorted((job.kind, job.done_at is None) for job in session.exec(select(Job)))),
            )
        runtime.close()
        return state

    def disagreements(self, path):
        runtime = self.opened(path)
        found = [one.text for one in runtime.read(lambda session, now: audit(session, now=now))]
        runtime.close()
        return found

    def opened(self, path):
        database = open_database(f"sqlite:///{path}")
        return Runtime(clock=self.clock, database=database, open_gateway=lambda _runtime: self.gateway)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
async def test_the_end_is_the_same(shop, clock, tmp_path, story):
    events = await story.events(shop)
    with sqlite3.connect(tmp_path / "test.db") as live, sqlite3.connect(tmp_path / "kept.db") as kept:
        live.backup(kept)
    histories = Histories(tmp_path, clock, Remembering(shop.gateway, {}))

    ends = await histories.ends(tmp_path / "kept.db", events)

    # 64 sets of events, each reached in one state only: so the 720 orders are as many as these.
    assert histories.told == 192
    (((order, payments, refunds, tickets, dispute, handled, entries, sales, _), path),) = ends
    assert (order, payments, refunds) == (story.order, story.payments, story.refunds)
    assert (tickets, sales) == (1, 1)
    assert dispute == (story.dispute and (story.dispute, clock.now()))
    assert sorted(is_handled for _, is_handled in handled) == [True] * 6
    assert [(kind, amount) for kind, *_, amount in entries if kind != "fee"] == list(story.booked)
    assert [kind for kind, *_ in entries].count("fee") == 1
    assert histories.disagreements(path) == []


class Believing:
    """A provider that says of a payment what the letter at hand says."""

    told: str = ""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def ask(self, key: str) -> Charge:
        said = {"payment_failed": ChargeStatus.FAILED, "canceled": ChargeStatus.CANCELLED}
        status = said.get(self.told.partition(".")[2], ChargeStatus.NEEDS_ACTION)
        return Charge(key, "pi_1", status, PRICE_MINOR, "EUR")


async def test_control_whoever_believes_letters_ends_where_the_last_one_said(shop, clock, tmp_path):
    """If these ends become one, the test above proves nothing."""
    said = await shop.pay_with(await shop.placed(), "pm_card_threeDSecure2Required")
    with sqlite3.connect(tmp_path / "test.db") as live, sqlite3.connect(tmp_path / "kept.db") as kept:
        live.backup(kept)
    shop.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=False)
    await shop.gateway.calls.v1.payment_intents.cancel_async(said.payment_ref)
    types = {"payment_intent.requires_action", "payment_intent.payment_failed", "payment_intent.canceled"}
    happened = shop.fake.look("objects/event")["data"]
    events = [told_event(event) for event in happened if event["type"] in types]
    honest = Histories(tmp_path, clock, Remembering(shop.gateway, {}))
    gullible = Histories(tmp_path, clock, Believing(shop.gateway))

    true_ends = await honest.ends(tmp_path / "kept.db", events)
    ends = await gullible.ends(tmp_path / "kept.db", events)

    assert [state[1] for state, _ in true_ends] == [(PaymentStatus.FAILED,)]
    assert {state[1] for state, _ in ends} == {(PaymentStatus.FAILED,), (PaymentStatus.CANCELLED,)}
