"""A shop for tests: people, events and the steps of buying, through the same calls as the app."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from sqlmodel import Session

from tests import factories
from ticketapp.core.ids import new_id
from ticketapp.integrations.payments import Card
from ticketapp.jobs.runner import Runner
from ticketapp.models import Event, Hold, Order, Tier
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.views import Actor
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.requests import Held, HoldRequest, PlacesLine
from ticketapp.services.invoicing.operations import issue_due
from ticketapp.services.ordering import expiring
from ticketapp.services.ordering.operations import place_orders
from ticketapp.services.ordering.requests import Contact, PlacedOrder, PlaceOrder
from ticketapp.services.payments.requests import Settlement
from ticketapp.services.reporting.audit import audit

CARDS = SimpleNamespace(
    **{
        name: Card(number, 12, 2030, "123")
        for name, number in {
            "good": "4242424242424242",
            "declined": "4000000000000002",
            "empty": "4000000000009995",
            "bank_asks": "4000000000003220",
            "silent": "4000000000000119",
            "refused_later": "4000000000000341",
        }.items()
    }
)
ADA = Contact(name="Ada Fan", email="ada@example.com")


class Shop:
    """One runtime, one clock, and who and what is in it."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.clock = runtime.clock

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def look(self) -> AbstractContextManager[Session]:
        return self.runtime.database.readers()

    def person(self, *, email: str | None = None) -> UUID:
        return self.runtime.write(lambda session, now: factories.make_person(session, email=email).id)

    def actor(self, person_id: UUID, **more: object) -> Actor:
        return Actor(
            **{"person_id": person_id, "name": "Ada Fan", "email": "ada@example.com", "is_guest": False, "is_admin": False} | more
        )  # fmt: skip

    def event(self, *, max_attendees: int | None = None, **facts: object) -> UUID:
        def make(session: Session, _now: datetime) -> UUID:
            event = factories.make_event(
                session, max_attendees=max_attendees, starts_at=self.now + timedelta(days=30)
            )
            for name, value in facts.items():
                setattr(event, name, value)
            return event.id

        return self.runtime.write(make)

    def tier(
        self,
        event_id: UUID,
        *,
        price_minor: int = 45_00,
        capacity: int = 100,
        currency: str = "EUR",
        **facts: object,
    ) -> UUID:
        def make(session: Session, _now: datetime) -> UUID:
            tier = factories.make_tier(
                session, event_id=event_id, price_minor=price_minor, capacity=capacity, currency=currency
            )
            for name, value in facts.items():
                setattr(tier, name, value)
            return tier.id

        return self.runtime.write(make)

    def change(self, model: type[Event | Hold | Order | Tier], row_id: UUID, **facts: object) -> None:
        def write(session: Session, _now: datetime) -> None:
            row = session.get_one(model, row_id)
            for name, value in facts.items():
                setattr(row, name, value)

        self.runtime.write(write)

    async def hold(self, person_id: UUID, event_id: UUID, tier_id: UUID, quantity: int) -> list[UUID]:
        request = HoldRequest(
            person_id, event_id, (PlacesLine(tier_id, quantity),), new_id().hex, timedelta(minutes=15)
        )
        held: Held = await self.runtime.grouped(inventory.hold_many, request)
        return [line.hold_id for line in held.lines]

    async def place(
        self, person_id: UUID, *hold_ids: UUID, contact: Contact = ADA, currency: str | None = None
    ) -> PlacedOrder:
        request = PlaceOrder(person_id, contact, frozenset(hold_ids), currency)
        return await self.runtime.grouped(place_orders, request)

    async def pay(self, placed: PlacedOrder, card: Card) -> Settlement:
        return await self.runtime.cashier.pay(placed.checkout, reference=placed.reference, card=card)

    def disagreements(self) -> list[str]:
        """What `ticketapp audit` would print."""
        return [found.text for found in self.runtime.read(lambda session, now: audit(session, now=now))]

    async def work(self) -> None:
        """Do the jobs that are due."""
        runner = Runner(self.runtime)
        while await runner.run_jobs():
            pass

    def invoice(self) -> int:
        """Write the invoices that are due."""
        return self.runtime.write(lambda session, now: issue_due(session, limit=100, now=now))

    def expire_orders(self) -> int:
        return self.runtime.write(
            lambda session, now: expiring.expire_due_orders(session, now=now, limit=100)
        )
