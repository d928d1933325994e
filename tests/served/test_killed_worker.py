"""The worker is killed in each kind of job, before and after it called somebody: done at least once, felt exactly once.

What happened is counted where it was felt: at the fake Stripe, and in the folder that mail goes to.
"""

import signal
from collections import Counter

import pytest

from tests.harness.failpoints import Points
from tests.harness.waiting import until
from tests.served.steps import OF_MANY_REFUNDS, WORKERS_CALLS
from tests.served.works import admin, late_order_at_the_bank, paid_order, refund, write_to_somebody
from tests.stripe.shop import PRICE_MINOR
from ticketapp.models import LedgerEntry, Order, OrderStatus, Refund, RefundStatus, TierStock
from ticketapp.services.catalog.cancelling import cancel_event

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

BUYERS = 25


async def test_each_kind_of_job_is_felt_once_wherever_its_worker_dies(open_works, any_database_url):
    works = open_works(any_database_url)
    placed = await paid_order(works)
    # Letters about orders wait for everything else, so these die with nothing else to do.
    works.die_at("mail.send.before")
    works.die_at("mail.send.after")
    order_id, tier = await late_order_at_the_bank(works)
    refund(works, placed)
    write_to_somebody(works)
    (charge,) = works.fake.look("objects/charge")["data"]
    works.fake.stage(f"charges/{charge['id']}/publish_balance")
    # So that one worker takes them all at once.
    works.shop.expire_orders()
    await works.shop.runtime.provider_news.catch_up()

    works.die_at(*(f"{call}.before" for call in WORKERS_CALLS))
    works.die_at(*(f"{call}.after" for call in WORKERS_CALLS))
    works.finish()

    assert [refund["amount"] for refund in works.fake.look("objects/refund")["data"]] == [PRICE_MINOR]
    assert [refund.status for refund in works.rows(Refund)] == [RefundStatus.DONE]
    happened = Counter(event["type"] for event in works.fake.look("objects/event")["data"])
    assert happened["payment_intent.canceled"] == 1
    with works.shop.look() as session:
        assert session.get_one(Order, order_id).status is OrderStatus.EXPIRED
        assert session.get_one(TierStock, tier).held == 0
    assert [entry.kind for entry in works.rows(LedgerEntry)].count("fee") == 1
    assert works.letters() == {"letter": 1, "paid": 1, "refunded": 1}
    assert works.shop.disagreements() == []


async def test_money_of_a_cancelled_event_goes_back_once_to_everybody_however_often_the_worker_dies(
    open_works, sqlite_url
):
    works = open_works(sqlite_url)
    event_id = works.shop.event()
    tier = works.shop.tier(event_id, price_minor=PRICE_MINOR)
    for _ in range(BUYERS):
        person = works.shop.person()
        await works.shop.hold(person, event_id, tier, 1)
        await works.shop.pay_with(await works.shop.place(person))
    actor = admin(works)
    works.shop.runtime.write(
        lambda session, now: cancel_event(session, actor=actor, event_id=event_id, now=now)
    )

    for step, count in OF_MANY_REFUNDS.items():
        works.die_by(step, count)
    works.finish()

    refunds = works.fake.look("objects/refund")["data"]
    assert Counter(refund["amount"] for refund in refunds) == {PRICE_MINOR: BUYERS}
    assert len({refund["payment_intent"] for refund in refunds}) == BUYERS
    assert {refund.status for refund in works.rows(Refund)} == {RefundStatus.DONE}
    assert works.shop.disagreements() == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("module", "is_held_after"), [("ticketapp.cli", True), ("tests.harness.unfenced_worker", False)]
)
async def test_a_worker_that_slept_through_its_lease_takes_nothing_from_the_next(
    open_works, postgres_url, module, is_held_after
):
    """The control has its fencing taken away: the sleeper then ends, well or not, what the other one holds."""
    works = open_works(postgres_url)
    for _ in range(2):
        refund(works, await paid_order(works))
    works.points.arm("refunds.create.before", "stop 1")
    works.points.arm("refunds.create.after", "raise 1")
    sleeper = works.next_worker(module)
    sleeper.wait_until_stopped()
    works.points.disarm("refunds.create.before")
    later = Points(works.folder / "later")
    later.arm("refunds.create.before", "pause")
    works.next_worker(failpoints=str(later.folder))
    until(
        lambda: later.passed().count("refunds.create.before") == 2,
        within_s=60,
        what="the other one holds both",
    )
    held = works.leases()

    sleeper.send(signal.SIGCONT)
    for end in ("Runner._do.after", "finish_many.after"):
        works.points.wait_for(end)

    assert (works.leases() == held) is is_held_after
    later.disarm()
    works.points.disarm()
    until(lambda: not works.leases(), within_s=60, what="both refunds are done")
    assert len(works.fake.look("objects/refund")["data"]) == 2
    assert {refund.status for refund in works.rows(Refund)} == {RefundStatus.DONE}
    assert works.shop.disagreements() == []
