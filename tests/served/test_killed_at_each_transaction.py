"""The worker is killed around each of its transactions: every order ends as it would have, and no money moves twice."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.served.steps import WORKERS_TRANSACTIONS
from tests.served.works import (
    AT_THE_BANK,
    Works,
    late_order_at_the_bank,
    paid_order,
    refund,
    write_to_somebody,
)
from tests.stripe.shop import PRICE_MINOR
from tests.stripe.test_what_never_came import compared
from ticketapp.models import (
    Hold,
    LedgerEntry,
    Order,
    OrderStatus,
    Refund,
    RefundStatus,
    StripeDispute,
    Ticket,
)

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.postgres]


@dataclass
class Stories:
    """What a worker has to do: for each story something of every kind."""

    works: Works
    told: int = 0

    async def tell(self) -> None:
        """One order is given back, one disputed, one approved at the bank, one too late there, one begun and lost."""
        self.told += 1
        refund(self.works, await paid_order(self.works))
        for charge in self._charges():
            self.works.fake.stage(f"charges/{charge}/publish_balance")
        await self._disputed()
        await self._set_aside()
        await late_order_at_the_bank(self.works)
        await self._lost()
        await self._late_cart()
        write_to_somebody(self.works)
        # The first answer to a refund breaks, so that its job waits.
        self.works.fake.stage("faults", kind="status", status=500, method="POST", path="/v1/refunds", times=1)

    def _charges(self) -> list[str]:
        charges = self.works.fake.look("objects/charge")["data"]
        return [one["id"] for one in charges if one["balance_transaction"] is None]

    async def _disputed(self) -> None:
        await paid_order(self.works)
        *_, charge = self._charges()
        dispute = self.works.fake.stage(f"charges/{charge}/dispute", amount=10_00)
        self.works.fake.stage(f"disputes/{dispute['id']}/close", won=True)

    async def _set_aside(self) -> None:
        shop = self.works.shop
        event = shop.event(authorises_first=True)
        person = shop.person()
        await shop.hold(person, event, shop.tier(event, price_minor=PRICE_MINOR), 1)
        said = await shop.pay_with(await shop.place(person), AT_THE_BANK)
        self.works.fake.stage(f"payment_intents/{said.payment_ref}/authenticate", approved=True)

    async def _lost(self) -> None:
        shop = self.works.shop
        placed = await shop.placed()
        self.works.fake.stage("faults", kind="drop_before", method="POST", path="/v1/customers", times=1)
        await shop.pay_with(placed)
        shop.change(Order, placed.order_id, expires_at=shop.now - timedelta(seconds=1))

    async def _late_cart(self) -> None:
        shop = self.works.shop
        event = shop.event()
        (held,) = await shop.hold(shop.person(), event, shop.tier(event), 1)
        shop.change(Hold, held, expires_at=shop.now - timedelta(seconds=1))


async def test_whatever_a_worker_was_writing_is_written_once(open_works, postgres_url):
    works = open_works(postgres_url)
    stories = Stories(works)

    for name in WORKERS_TRANSACTIONS:
        await stories.tell()
        works.die_around(name)
    works.fake.end_all_faults()
    works.shop.expire_orders()
    for _ in range(2):
        # What the first worker does is told by events that the second finds.
        await works.shop.runtime.provider_news.catch_up()
        works.let_time_pass()
        works.finish()

    times = stories.told
    assert works.jobs_left() == []
    assert Counter(order.status for order in works.rows(Order)) == {
        OrderStatus.REFUNDED: times, OrderStatus.PAID: 2 * times, OrderStatus.EXPIRED: 2 * times
    }  # fmt: skip
    assert len(works.rows(Ticket)) == 3 * times
    assert works.shop.intents() == {"succeeded": 3 * times, "canceled": 2 * times}
    made = works.fake.look("objects/refund")["data"]
    assert len({one["payment_intent"] for one in made}) == len(made) == times
    assert {one.status for one in works.rows(Refund)} == {RefundStatus.DONE}
    assert Counter(one.status for one in works.rows(StripeDispute)) == {"won": times}
    booked = Counter(entry.kind for entry in works.rows(LedgerEntry))
    assert [booked[kind] for kind in ("dispute", "dispute-returned", "refund-paid")] == [times] * 3
    assert works.letters() == {"letter": times, "paid": 3 * times, "refunded": times}
    assert (await compared(works.shop), works.shop.disagreements()) == ([], [])
