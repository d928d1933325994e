"""The worker is killed in each kind of job, before and after it called somebody: done at least once, felt exactly once.

What happened is counted where it was felt: at the fake Stripe, and in the folder that mail goes to. Each worker's clock
stands a little later than the one's before, so that it takes over what that one held.
"""

import signal
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.harness.failpoints import Points
from tests.harness.waiting import until
from tests.harness.worker import Worker
from tests.served.shopfront import stripe_settings
from tests.stripe.shop import PRICE_MINOR, StripeShop
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.jobs.runner import LEASE
from ticketapp.models import Job, LedgerEntry, Order, OrderStatus, Refund, RefundStatus, TierStock
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.letters import LetterKind, order_letter
from ticketapp.services.catalog.cancelling import cancel_event
from ticketapp.services.payments.refunds import refund_tickets

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

TAKES_OVER_AFTER = int(LEASE.total_seconds()) + 1
AT_THE_BANK = "pm_card_threeDSecure2Required"
BUYERS = 25
CALLS = ("payment_intents.cancel", "refunds.create", "charges.retrieve", "mail.send")


class Works:
    """A shop, the failpoints of its workers, and one worker after the other."""

    def __init__(self, shop: StripeShop, database_url: str, folder) -> None:
        self.shop, self.fake, self.folder = shop, shop.fake, folder
        self.points = Points(folder / "failpoints")
        self._settings = stripe_settings(shop.fake) | {"database_url": database_url}
        self.workers: list[Worker] = []

    def next_worker(self, module: str = "ticketapp.cli", *, failpoints: str | None = None) -> Worker:
        told = {
            "failpoints": failpoints or str(self.points.folder),
            "test_clock_offset_s": str(TAKES_OVER_AFTER * len(self.workers)),
        }
        self.workers.append(Worker(self.folder, self._settings | told, module))
        return self.workers[-1].start()

    def die_at(self, *names: str) -> None:
        """Let a worker come to each of these steps, and kill it while it stands there."""
        self.points.arm(names[0], "pause 1")
        for name in names[1:]:
            (self.points.folder / name).write_text("pause 1")
        worker = self.next_worker()
        for name in names:
            self.points.wait_for(name)
        worker.kill9()
        self.points.disarm()

    def die_by(self, name: str, count: int) -> None:
        """Let a worker be killed by a step that it takes so many times."""
        self.points.arm(name, f"kill {count}")
        assert self.next_worker().wait() == -9
        self.points.disarm()

    def finish(self) -> None:
        """Let a worker do all that is left."""
        worker = self.next_worker()
        until(lambda: not self.jobs_left(), within_s=60, what="every job is done")
        assert worker.stop() == 0

    def jobs_left(self) -> list[str]:
        with self.shop.look() as session:
            return list(session.exec(select(Job.kind).where(Job.done_at.is_(None))))

    def leases(self) -> set[tuple]:
        """Tell which refunds are still to be done, who holds each, and how often it was tried."""
        with self.shop.look() as session:
            facts = select(Job.id, Job.lease_token, Job.lease_until, Job.attempts)
            return set(session.exec(facts.where(Job.kind == "refund", Job.done_at.is_(None))))

    def rows(self, model):
        with self.shop.look() as session:
            return session.exec(select(model)).all()

    def letters(self) -> Counter[str]:
        """Count the letters by what they are about; one that is sent again takes the place of the first."""
        names = [letter.stem for letter in (self.folder / "mail").glob("*.eml")]
        return Counter(name.split("-")[6 if name.startswith("order") else 0] for name in names)


@pytest.fixture
async def open_works(fake, tmp_path):
    opened = []

    def open_on(database_url):
        runtime = Runtime(clock=SystemClock(), database=open_database(database_url))
        opened.append(Works(StripeShop(runtime, fake), database_url, tmp_path))
        return opened[0]

    yield open_on
    for works in opened:
        for worker in works.workers:
            worker.close()
        await works.shop.gateway.calls.close()
        works.shop.runtime.close()


async def paid_order(works):
    placed = await works.shop.placed()
    await works.shop.pay_with(placed)
    return placed


async def late_order_at_the_bank(works):
    """An order whose time is up while the bank waits for an answer: (its id, its tier)."""
    event = works.shop.event()
    tier, person = works.shop.tier(event), works.shop.person()
    await works.shop.hold(person, event, tier, 1)
    placed = await works.shop.place(person)
    await works.shop.pay_with(placed, AT_THE_BANK)
    works.shop.change(Order, placed.order_id, expires_at=works.shop.now - timedelta(seconds=1))
    return placed.order_id, tier


def admin(works):
    return works.shop.actor(works.shop.person(), is_admin=True)


def refund(works, placed) -> None:
    actor = admin(works)
    works.shop.runtime.write(
        lambda session, now: refund_tickets(session, actor=actor, order_id=placed.order_id, now=now)
    )


def write_to_somebody(works) -> None:
    person = works.shop.person(email="ada@example.com")
    works.shop.runtime.write(
        lambda session, now: order_letter(session, kind=LetterKind.WELCOME, person_id=person, now=now)
    )


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

    works.die_at(*(f"{call}.before" for call in CALLS))
    works.die_at(*(f"{call}.after" for call in CALLS))
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

    # The first of its transactions finds nobody who has not paid, the second gives back to some.
    works.die_by("event_cancelled.after", 2)
    works.die_by("refunds.create.after", 3)
    works.die_by("refunds.create.before", 5)
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
