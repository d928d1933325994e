"""Anything in any order, under a bank that loses calls: after every step all books agree, and in the end nothing is lost."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from tests.buying import ADA, CARDS, Shop
from tests.stateful.banks import Weather, stormy
from ticketapp.core.clock import StoppedClock
from ticketapp.core.errors import AppError
from ticketapp.integrations import sandbox_book as book
from ticketapp.integrations.database import open_database
from ticketapp.integrations.payments import ChargeStatus
from ticketapp.jobs.runner import Runner
from ticketapp.models import (
    OPEN_PAYMENTS,
    Hold,
    HoldStatus,
    OpenOrder,
    Order,
    Payment,
    Refund,
    RefundStatus,
    SandboxCharge,
    Ticket,
    TicketStatus,
)
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory import supply
from ticketapp.services.ordering.settling import PAID_BUT_NO_HOLD
from ticketapp.services.payments import operations, refunds
from ticketapp.services.payments.operations import settle

SET_ASIDE_FOR_LONG = "what is set aside is soon taken or let go of"
PEOPLE = st.integers(0, 2)
TIERS = st.integers(0, 3)


class Selling(RuleBasedStateMachine):
    """Three people, two small events, one bank."""

    new_url = staticmethod(lambda folder: "")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.weather = Weather()
        self.runtime = Runtime(
            clock=StoppedClock(datetime(2026, 11, 21, 12, 0, tzinfo=UTC)),
            database=open_database(self.new_url(Path(self.folder.name))),
        )
        stormy(self.runtime, self.weather)
        self.shop = Shop(self.runtime)

    @initialize()
    def open(self) -> None:
        shop = self.shop
        self.people = [shop.person() for _ in range(3)]
        small = shop.event(max_attendees=6, refund_until_hours=1, tax_basis_points=1900)
        other = shop.event()
        careful = shop.event(authorises_first=True)
        self.tiers: list[tuple[UUID, UUID]] = [
            (small, shop.tier(small, price_minor=10_01, fee_minor=1_00, capacity=4)),
            (small, shop.tier(small, price_minor=0, capacity=4)),
            (other, shop.tier(other, price_minor=25_00, capacity=3, max_per_person=3)),
            (careful, shop.tier(careful, price_minor=30_00, capacity=3)),
        ]

    def do(self, act) -> object:
        """Run a step; a refusal is as good an outcome as any."""
        try:
            return self.loop.run_until_complete(act)
        except AppError as refusal:
            return refusal

    def write(self, operation) -> object:
        try:
            return self.runtime.write(operation)
        except AppError as refusal:
            return refusal

    def orders(self) -> list[Order]:
        with self.shop.look() as session:
            return list(session.exec(select(Order).order_by(Order.created_at, Order.id)))

    @rule(person=PEOPLE, tier=TIERS, quantity=st.integers(1, 3))
    def hold(self, person, tier, quantity):
        self.do(self.shop.hold(self.people[person], *self.tiers[tier], quantity))

    @rule(person=PEOPLE)
    def let_go(self, person):
        owner = self.people[person]
        with self.shop.look() as session:
            mine = session.exec(
                select(Hold.id).where(
                    Hold.person_id == owner, Hold.order_id.is_(None), Hold.status == HoldStatus.LIVE
                )
            ).all()
        self.write(
            lambda session, now: inventory.release_holds(session, person_id=owner, hold_ids=mine, now=now)
        )

    @rule(person=PEOPLE)
    def place(self, person):
        self.do(self.shop.place(self.people[person], contact=ADA))

    @rule(person=PEOPLE, tier=TIERS, quantity=st.integers(1, 3))
    def buy(self, person, tier, quantity):
        self.hold(person, tier, quantity)
        self._place_and_pay(person, "good")

    @rule(
        person=PEOPLE,
        tier=TIERS,
        card=st.sampled_from(["good", "declined", "bank_asks", "refused_later"]),
        fate=st.sampled_from(["fine", "lost_before", "lost_after"]),
    )
    def try_to_buy(self, person, tier, card, fate):
        self.hold(person, tier, 1)
        if fate != "fine":
            getattr(self.weather, fate).append("charge")
        self._place_and_pay(person, card)

    @rule(person=PEOPLE, card=st.sampled_from(["good", "declined", "bank_asks"]))
    def pay(self, person, card):
        self._place_and_pay(person, card)

    def _place_and_pay(self, person, card):
        placed = self.do(self.shop.place(self.people[person]))
        if isinstance(placed, AppError):
            return
        if placed.total_minor:
            self.do(self.shop.pay(placed, getattr(CARDS, card)))
        else:
            self.do(self.runtime.cashier.confirm_free(person_id=placed.person_id, order_id=placed.order_id))

    @rule(approves=st.booleans())
    def cardholder_decides(self, approves):
        status = ChargeStatus.SUCCEEDED if approves else ChargeStatus.FAILED
        for charge in self._charges(ChargeStatus.NEEDS_ACTION):
            self.write(
                lambda session, now, charge=charge: book.answer_action(
                    session, charge.id, status=status, error_code=None
                )
            )

    @rule()
    def news_comes_again(self):
        for charge in self._charges():
            booked = self.runtime.read(
                lambda session, now, charge=charge: book.get_charge(session, charge.id)
            )
            self.do(self.runtime.grouped(settle, booked.charge))

    @rule(
        call=st.sampled_from(["cancel", "refund", "ask", "capture"]),
        where=st.sampled_from(["lost_before", "lost_after"]),
    )
    def a_call_will_be_lost(self, call, where):
        getattr(self.weather, where).append(call)

    @rule(calls=st.integers(1, 8))
    def bank_is_down(self, calls):
        self.weather.down[:] = [True] * calls

    @rule(person=PEOPLE, tier=TIERS)
    def bank_is_silent_for_hours_about_a_charge(self, person, tier):
        """The order ends although the money was taken: what comes later finds the places free, or gone."""
        self.hold(person, tier, 2)
        self.weather.lost_after.append("charge")
        self._place_and_pay(person, "good")
        for minutes in (16, 70):
            self.time_passes(minutes)
            self.sweep()
            self.weather.down[:] = [True] * 20
            self.background_work()
        self.weather.down.clear()

    @rule(minutes=st.sampled_from([1, 16, 70]))
    def time_passes(self, minutes):
        self.shop.clock.advance(minutes=minutes)

    @rule()
    def sweep(self):
        self.write(lambda session, now: inventory.expire_due(session, now=now, limit=100))
        self.shop.expire_orders()

    @rule()
    def background_work(self):
        self.do(self._work())

    @rule()
    def reconcile(self):
        self.do(self.runtime.cashier.reconcile(limit=100))

    @rule(pick=st.integers(0, 20), is_whole=st.booleans())
    def give_back(self, pick, is_whole):
        orders = self.orders()
        if not orders:
            return
        order = orders[pick % len(orders)]
        with self.shop.look() as session:
            valid = session.exec(
                select(Ticket.id).where(Ticket.order_id == order.id, Ticket.status == TicketStatus.VALID)
            ).all()
        self.write(
            lambda session, now: refunds.refund_tickets(
                session,
                actor=self.shop.actor(order.person_id),
                order_id=order.id,
                ticket_ids=None if is_whole else valid[:1],
                now=now,
            )
        )

    @rule()
    def invoice(self):
        self.shop.invoice()

    @rule(pick=st.integers(0, 20))
    def cancel(self, pick):
        orders = self.orders()
        if orders:
            order = orders[pick % len(orders)]
            self.do(self.runtime.cashier.cancel_order(person_id=order.person_id, order_id=order.id))

    @rule(tier=TIERS, capacity=st.integers(0, 6))
    def change_capacity(self, tier, capacity):
        event_id, tier_id = self.tiers[tier]
        self.write(
            lambda session, now: supply.set_capacity(
                session, event_id=event_id, tier_id=tier_id, capacity=capacity
            )
        )

    @invariant()
    def all_books_agree(self):
        # Hours may pass here before anybody looks after what is set aside.
        assert [text for text in self.shop.disagreements() if not text.startswith(SET_ASIDE_FOR_LONG)] == []

    @precondition(lambda self: hasattr(self, "people"))
    @invariant()
    def what_is_set_aside_is_never_charged_and_paid_back(self):
        with self.shop.look() as session:
            first = select(Payment.id).where(Payment.authorised_at.is_not(None))
            assert (
                session.exec(
                    select(Refund).where(Refund.payment_id.in_(first), Refund.reason == PAID_BUT_NO_HOLD)
                ).all()
                == []
            )

    @precondition(lambda self: hasattr(self, "people"))
    @invariant()
    def nobody_pays_for_nothing(self):
        """Each charge is of a paid order, on its way back, or not looked at yet."""
        with self.shop.look() as session:
            for charge in self._charges(ChargeStatus.SUCCEEDED):
                payment = session.exec(select(Payment).where(Payment.key == charge.key)).one()
                order = session.get_one(Order, payment.order_id)
                returned = session.scalar(
                    select(sa.func.coalesce(sa.func.sum(Refund.amount_minor), 0)).where(
                        Refund.payment_id == payment.id
                    )
                )
                kept = charge.amount_minor - returned
                assert payment.status in OPEN_PAYMENTS or kept == 0 or order.paid_at is not None

    def teardown(self) -> None:
        """The storm ends; everything comes to its end, and nothing is left over."""
        try:
            self._calm_down()
            if hasattr(self, "people"):
                self._check_the_end()
        finally:
            self.runtime.close()
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self.folder.cleanup()

    def _calm_down(self) -> None:
        for trouble in (self.weather.lost_before, self.weather.lost_after, self.weather.down):
            trouble.clear()
        for _ in range(3):
            self.shop.clock.advance(hours=2)
            self.sweep()
            self.do(self._work())
            self.do(self.runtime.cashier.reconcile(limit=100))
        self.do(self._work())

    def _check_the_end(self) -> None:
        assert self.shop.disagreements() == []
        with self.shop.look() as session:
            for model, left_over in (
                (OpenOrder, sa.true()),
                (Payment, Payment.status.in_(OPEN_PAYMENTS)),
                (Hold, Hold.status == HoldStatus.LIVE),
                (Refund, Refund.status != RefundStatus.DONE),
            ):
                assert session.exec(select(model).where(left_over)).all() == []

    async def _work(self) -> None:
        runner = Runner(self.runtime)
        for _ in range(5):
            await runner.run_jobs()

    def _charges(self, status: ChargeStatus | None = None) -> list[SandboxCharge]:
        with self.shop.look() as session:
            query = select(SandboxCharge).order_by(SandboxCharge.created_at, SandboxCharge.id)
            return list(
                session.exec(query if status is None else query.where(SandboxCharge.status == status))
            )


def run(machine: type[Selling], *, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_control_money_kept_for_nothing_is_noticed(sqlite_files, monkeypatch):
    """If this stops failing without the refund, the machine proves nothing."""

    class Keeping(Selling):
        new_url = staticmethod(lambda folder: sqlite_files.copy_to(folder / "test.db", seeded=False))

    monkeypatch.setattr(operations, "_give_back", lambda *_arguments: None)
    machine = Keeping()
    machine.open()
    machine.bank_is_silent_for_hours_about_a_charge(0, 2)
    machine.buy(1, 2, 3)
    machine.reconcile()

    with pytest.raises(AssertionError):
        machine.all_books_agree()
    with pytest.raises(AssertionError):
        machine.nobody_pays_for_nothing()
    with pytest.raises(AssertionError):
        machine.teardown()


@pytest.mark.slow
def test_selling_on_sqlite(sqlite_files):
    class OnSqlite(Selling):
        new_url = staticmethod(lambda folder: sqlite_files.copy_to(folder / "test.db", seeded=False))

    run(OnSqlite, examples=20, steps=25)


@pytest.mark.slow
@pytest.mark.postgres
def test_selling_on_postgres(postgres_databases):
    class OnPostgres(Selling):
        new_url = staticmethod(
            lambda folder: postgres_databases.server.url(postgres_databases.create(seeded=False))
        )

    run(OnPostgres, examples=6, steps=25)
