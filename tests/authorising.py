"""A shop with a bank that sets money aside: an order begun, and what then stands where."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import func, select

from tests.buying import CARDS, Shop
from tests.stateful.banks import StormyBank, Weather, stormy
from ticketapp.integrations.payments import ChargeOrder
from ticketapp.models import (
    Job,
    LedgerEntry,
    Order,
    OrderStatus,
    Payment,
    Refund,
    SandboxCharge,
    Ticket,
)
from ticketapp.services.ordering.letters import write_order_letter


@dataclass
class Bank:
    """A bank that notes each capture and what was so before it."""

    inner: StormyBank
    shop: Shop
    captures: list[dict[str, Any]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def capture(self, order: ChargeOrder) -> Any:
        with self.shop.look() as session:
            self.captures.append({
                "payment": session.exec(select(Payment.status).where(Payment.key == order.key)).one(),
                "is_confirmed": session.exec(
                    select(Order.confirmed_at).where(Order.reference == order.reference)
                ).one()
                is not None,
                "charge": session.exec(
                    select(SandboxCharge.status).where(SandboxCharge.key == order.key)
                ).one(),
                "tickets": session.scalar(select(func.count()).select_from(Ticket)),
            })  # fmt: skip
        return await self.inner.capture(order)


async def begun(shop: Shop, *, lost: str = "", card: str = "good", quantity: int = 2):
    """An order that is paid by money set aside first: (event, tier, placed, what was answered)."""
    event = shop.event(authorises_first=True)
    tier = shop.tier(event, capacity=2)
    person = shop.person()
    await shop.hold(person, event, tier, quantity)
    placed = await shop.place(person)
    if lost:
        where, call = lost.split(" ")
        getattr(shop.weather, where).append(call)
    return event, tier, placed, await shop.pay(placed, getattr(CARDS, card))


def look_at(shop: Shop, placed) -> Order:
    with shop.look() as session:
        return session.get_one(Order, placed.order_id)


def payment_of(shop: Shop) -> Payment:
    with shop.look() as session:
        return session.exec(select(Payment).order_by(Payment.attempt.desc())).first()


def charges(shop: Shop) -> list[str]:
    with shop.look() as session:
        return list(session.exec(select(SandboxCharge.status).order_by(SandboxCharge.created_at)))


def count(shop: Shop, model: Any) -> int:
    with shop.look() as session:
        return session.scalar(select(func.count()).select_from(model))


def letter(shop: Shop, placed, about: str) -> str | None:
    with shop.look() as session:
        key = f"order-mail:{placed.order_id}:{about}"
        if session.exec(select(Job).where(Job.dedupe_key == key)).first() is None:
            return None
        written = write_order_letter(session, order_id=placed.order_id, about=about, link=str)
    return written and written.text


def nothing_was_taken(shop: Shop) -> bool:
    return (charges(shop), count(shop, Refund), count(shop, LedgerEntry), count(shop, Ticket)) == (
        ["cancelled"], 0, 0, 0
    )  # fmt: skip


def payment_key(shop: Shop, placed) -> str:
    with shop.look() as session:
        return session.exec(select(Payment.key).where(Payment.order_id == placed.order_id)).one()


def one_end(shop: Shop, placed, key: str) -> tuple[str, OrderStatus, int]:
    with shop.look() as session:
        return (
            session.exec(select(SandboxCharge.status).where(SandboxCharge.key == key)).one(),
            session.get_one(Order, placed.order_id).status,
            session.scalar(
                select(func.count()).select_from(Ticket).where(Ticket.order_id == placed.order_id)
            ),
        )


def opened(runtime: Any) -> Shop:
    """Open a shop whose bank can be disturbed and notes what it is asked to take."""
    shop = Shop(runtime)
    shop.weather = Weather()
    shop.bank = Bank(stormy(runtime, shop.weather), shop)
    runtime.cashier = replace(runtime.cashier, gateway=shop.bank)
    return shop
