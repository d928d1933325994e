"""A shop whose work is done by one worker after the other, each killed somewhere; and the work that can be made for them.

Each worker's clock stands a little later than the one's before, so that it takes over what that one held.
"""

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from tests.harness import forked
from tests.harness.failpoints import Points
from tests.harness.waiting import until
from tests.harness.worker import Worker
from tests.served.shopfront import stripe_settings
from tests.stripe.shop import StripeShop
from ticketapp.core.ids import new_id
from ticketapp.jobs.runner import LEASE
from ticketapp.models import Job, Order
from ticketapp.services.accounts.letters import LetterKind, order_letter
from ticketapp.services.payments.refunds import refund_tickets

TAKES_OVER_AFTER = int(LEASE.total_seconds()) + 1
AT_THE_BANK = "pm_card_threeDSecure2Required"


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

    def die_around(self, name: str) -> None:
        """Let one worker be killed before a step and one after it; each finds all that was begun and is not done."""
        for side in ("before", "after"):
            self.points.arm(f"{name}.{side}", "kill")
            told = self._settings | {"failpoints": str(self.points.folder)}
            assert forked.exit_of_worker(self.folder, told) == -9, name
            self.points.disarm()
            self.let_time_pass()

    def let_time_pass(self) -> None:
        """Let every job be due that waits or that somebody held."""
        all_due = sa.update(Job).where(col(Job.done_at).is_(None)).values(lease_until=None)
        self.shop.runtime.write(lambda session, now: session.execute(all_due.values(run_at=now)))

    def finish(self) -> None:
        """Let a worker do all that is left."""
        worker = self.next_worker()
        until(lambda: not self.jobs_left(), within_s=120, what="every job is done")
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
    person = works.shop.person(email=f"{new_id().hex}@example.com")
    works.shop.runtime.write(
        lambda session, now: order_letter(session, kind=LetterKind.WELCOME, person_id=person, now=now)
    )
