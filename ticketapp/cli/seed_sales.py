"""What the demo season has sold so far: bought through the same steps as in the shop, at moments of the last weeks."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.cli.seed_people import fan_email
from ticketapp.core.clock import StoppedClock
from ticketapp.core.ids import new_id
from ticketapp.integrations.payments import Card
from ticketapp.jobs.handlers import HANDLERS
from ticketapp.jobs.runner import Runner
from ticketapp.models import Event, EventStatus, Job, OrderLine, Person, TeamMember, TeamRole, Tier, TierStock
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.queries import get_actor
from ticketapp.services.catalog import cancelling
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine
from ticketapp.services.invoicing.operations import issue_due
from ticketapp.services.ordering.operations import place_orders
from ticketapp.services.ordering.requests import Contact, PlaceOrder
from ticketapp.services.payments.refunds import REFUND_JOB

# How many tickets of each event are sold; a number above the capacity sells it out.
SOLD = {
    "tonight": 74,
    "last-week": 160,
    "sold-out-show": 1_000,
    "cancelled-gala": 24,
    "free-jam": 45,
    "concrete-gardens": 220,
    "the-understudy": 170,
    "saltwater-sessions": 60,
    "domplatz-in-light": 110,
    "night-bus-to-lisbon": 38,
    "winterreise-walked": 1_000,
    "low-tide": 90,
    "elbe-open-air": 130,
    "northbound": 80,
    "hudson-static": 50,
    "tokyo-echo": 40,
}
FANS = 20
WEEKS = timedelta(days=28)
STEPS = 28
LAST_SALE_BEFORE_START = timedelta(hours=1)
_REFUNDING = ("event-cancelled", REFUND_JOB)
_ADDRESSES = (
    ("Große Elbstraße", "22767 Hamburg"),
    ("Kastanienallee", "10435 Berlin"),
    ("Rua da Bica", "1200-054 Lisboa"),
    ("Calle de la Luna", "28004 Madrid"),
    ("Østergade", "1100 København"),
)
_GOOD_CARD = Card("4242424242424242", 12, 2099, "123")


@dataclass(frozen=True, slots=True)
class Purchase:
    """One fan buys so many tickets of a tier."""

    person: Person
    event_id: UUID
    tier_id: UUID
    quantity: int


def sell(runtime: Runtime, clock: StoppedClock) -> int:
    """Sell what `SOLD` says of the events that have sold nothing, and tell how many orders that were."""
    today = clock.now()
    plan = runtime.read(lambda session, now: _plan(session, today))
    for moment in sorted(plan):
        clock.at = moment
        asyncio.run(_buy_all(runtime, plan[moment]))
        runtime.write(lambda session, now: issue_due(session, limit=len(_all(plan)), now=now))
    clock.at = today
    if plan:
        runtime.write(_leave_mail_unsent)
    return len(_all(plan))


def cancel(runtime: Runtime, slug: str) -> None:
    """Cancel an event of the season unless it is, and refund its buyers."""
    if runtime.write(lambda session, now: _cancel(session, slug, now)):
        asyncio.run(carry_out_refunds(runtime))


def _plan(session: Session, today: datetime) -> dict[datetime, list[Purchase]]:
    emails = [fan_email(number) for number in range(1, FANS + 1)]
    fans = {
        person.email: person for person in session.exec(select(Person).where(col(Person.email).in_(emails)))
    }
    in_order = [fans[email] for email in emails]
    plan: dict[datetime, list[Purchase]] = defaultdict(list)
    has_sold = sa.exists().where(col(OrderLine.event_id) == col(Event.id))
    unsold = select(Event).where(col(Event.slug).in_(SOLD), ~has_sold).order_by(col(Event.slug))
    events = session.exec(unsold).all()
    for offset, event in enumerate(events):
        purchases = _purchases(session, event, in_order, offset)
        last = min(today, event.starts_at) - LAST_SALE_BEFORE_START
        for number, purchase in enumerate(purchases):
            # Sales are slow at first: the square bends the line upward.
            part = ((number * STEPS // len(purchases)) / STEPS) ** 0.5
            plan[last - WEEKS + WEEKS * part].append(purchase)
    return plan


def _all(plan: dict[datetime, list[Purchase]]) -> list[Purchase]:
    return [purchase for purchases in plan.values() for purchase in purchases]


def _purchases(session: Session, event: Event, fans: list[Person], offset: int) -> list[Purchase]:
    stock = session.exec(
        select(Tier.id, TierStock.capacity)
        .join(TierStock)
        .where(col(Tier.event_id) == event.id)
        .order_by(col(Tier.position))
    ).all()
    left = dict(stock)
    wanted = min(SOLD[event.slug], sum(left.values()))
    purchases: list[Purchase] = []
    while wanted:
        number = len(purchases)
        tier_id = _tier_for(number, left)
        quantity = min(1 + (number * 5 + offset) % 4, wanted, left[tier_id])
        # Seven and twenty have no common divisor: twenty orders in a row are twenty fans.
        purchases.append(Purchase(fans[number * 7 % FANS], event.id, tier_id, quantity))
        left[tier_id] -= quantity
        wanted -= quantity
    return purchases


def _tier_for(number: int, left: dict[UUID, int]) -> UUID:
    """Every fourth order goes to the second tier, the others to the first, as long as there is room."""
    ranked = sorted(left, key=list(left).index, reverse=number % 4 == 3)
    return next(tier_id for tier_id in ranked if left[tier_id])


async def _buy_all(runtime: Runtime, purchases: list[Purchase]) -> None:
    """Buy side by side, but one after the other for a fan and an event: there can be one open order of the two."""
    lanes: dict[tuple[UUID, UUID], list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        lanes[purchase.person.id, purchase.event_id].append(purchase)
    await asyncio.gather(*(_buy_in_turn(runtime, lane) for lane in lanes.values()))


async def _buy_in_turn(runtime: Runtime, purchases: list[Purchase]) -> None:
    for purchase in purchases:
        await _buy(runtime, purchase)


async def _buy(runtime: Runtime, purchase: Purchase) -> None:
    person = purchase.person
    lines = (PlacesLine(purchase.tier_id, purchase.quantity),)
    request = HoldRequest(person.id, purchase.event_id, lines, new_id().hex, runtime.hold_span)
    held = await runtime.grouped(inventory.hold_many, request)
    contact = Contact(
        name=person.name, email=person.email or "", billing_name=person.name, billing_address=_address(person)
    )
    holds = frozenset(line.hold_id for line in held.lines)
    placed = await runtime.grouped(place_orders, PlaceOrder(person.id, contact, holds))
    if placed.total_minor:
        await runtime.cashier.pay(placed.checkout, reference=placed.reference, card=_GOOD_CARD)
    else:
        await runtime.cashier.confirm_free(person_id=person.id, order_id=placed.order_id)


def _address(person: Person) -> str:
    number = sum(person.email.encode()) if person.email else 0
    street, town = _ADDRESSES[number % len(_ADDRESSES)]
    return f"{street} {1 + number % 90}\n{town}"


def _leave_mail_unsent(session: Session, now: datetime) -> None:
    # The season's buyers do not exist; only what is bought from now on is worth a mail.
    session.execute(sa.update(Job).where(col(Job.kind) == "order-mail").values(done_at=now))


def _cancel(session: Session, slug: str, now: datetime) -> bool:
    event = session.exec(select(Event).where(col(Event.slug) == slug)).one()
    if event.status is EventStatus.CANCELLED:
        return False
    owner = select(TeamMember.person_id).where(
        col(TeamMember.organizer_id) == event.organizer_id, col(TeamMember.role) == TeamRole.OWNER
    )
    actor = get_actor(session, person_id=session.exec(owner).one())
    cancelling.cancel_event(session, actor=actor, event_id=event.id, now=now)
    return True


async def carry_out_refunds(runtime: Runtime) -> None:
    """Do the refunds that are due, without a mail to people who do not exist."""
    runner = Runner(runtime, {kind: HANDLERS[kind] for kind in _REFUNDING})
    while await asyncio.to_thread(runtime.read, _has_refunds_to_make):
        await runner.run_jobs()
    await asyncio.to_thread(runtime.write, _leave_mail_unsent)


def _has_refunds_to_make(session: Session, now: datetime) -> bool:
    is_due = sa.and_(col(Job.done_at).is_(None), col(Job.parked_at).is_(None), col(Job.run_at) <= now)
    return session.exec(select(Job.id).where(col(Job.kind).in_(_REFUNDING), is_due)).first() is not None
