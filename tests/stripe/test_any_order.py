"""Six events of one payment's history, in each of their 720 orders: the end is the same."""

import shutil
import sqlite3
from typing import Any

import pytest
from sqlmodel import select

from ticketapp.integrations.database import open_database
from ticketapp.integrations.stripe_letters import told_event
from ticketapp.models import Job, LedgerEntry, Order, OrderStatus, Payment, StripeDispute, StripeEvent, Ticket
from ticketapp.runtime import Runtime

pytestmark = pytest.mark.anyio
HISTORY = [
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "charge.updated",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.dispute.funds_reinstated",
]


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


async def lived(shop):
    """Give the events of a payment of which we know nothing since the bank asked."""
    said = await shop.pay_with(await shop.placed(), "pm_card_threeDSecure2Required")
    shop.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=True)
    (charge,) = shop.fake.look("objects/charge")["data"]
    shop.fake.stage(f"charges/{charge['id']}/publish_balance")
    dispute = shop.fake.stage(f"charges/{charge['id']}/dispute", amount=10_00)
    shop.fake.stage(f"disputes/{dispute['id']}/close", won=True)
    by_type = {event["type"]: event for event in shop.fake.look("objects/event")["data"]}
    return [told_event(by_type[name]) for name in HISTORY]


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
        return [state for _, state in states]

    async def tell(self, path, event):
        self.told += 1
        runtime = self.opened(path)
        await runtime.provider_news.keep(event)
        await runtime.provider_news.handle(event.id)
        runtime.close()

    def state(self, path):
        runtime = self.opened(path)
        with runtime.database.readers() as session:
            dispute = session.exec(select(StripeDispute)).first()
            state = (
                session.exec(select(Order)).one().status,
                session.exec(select(Payment)).one().status,
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

    def opened(self, path):
        database = open_database(f"sqlite:///{path}")
        return Runtime(clock=self.clock, database=database, open_gateway=lambda _runtime: self.gateway)


async def test_the_end_is_the_same(shop, clock, tmp_path):
    events = await lived(shop)
    with sqlite3.connect(tmp_path / "test.db") as live, sqlite3.connect(tmp_path / "kept.db") as kept:
        live.backup(kept)
    histories = Histories(tmp_path, clock, Remembering(shop.gateway, {}))

    ends = await histories.ends(tmp_path / "kept.db", events)

    # 64 sets of events, each reached in one state only: so the 720 orders are as many as these.
    assert histories.told == 192
    ((order, _, tickets, dispute, handled, entries, sales, _),) = ends
    assert (order, tickets, dispute, sales) == (OrderStatus.PAID, 1, ("won", clock.now()), 1)
    assert sorted(is_handled for _, is_handled in handled) == [True] * 6
    assert [(kind, amount) for kind, *_, amount in entries if kind != "fee"] == [
        ("dispute", 10_00), ("dispute-fee", 20_00), ("dispute-returned", 10_00)
    ]  # fmt: skip
