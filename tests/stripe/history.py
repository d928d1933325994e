"""A payment's history, told step by step."""

from sqlmodel import select

from ticketapp.models import LedgerEntry, LogEntry, Order, PaymentStatus
from ticketapp.services.payments.refunds import refund_tickets


def rows(shop, model):
    with shop.look() as session:
        return session.exec(select(model)).all()


def status_of(shop, placed):
    with shop.look() as session:
        return session.get_one(Order, placed.order_id).status


def booked(shop, *kinds):
    return [
        (entry.kind, entry.debit, entry.credit, entry.amount_minor)
        for entry in sorted(rows(shop, LedgerEntry), key=lambda entry: entry.id)
        if entry.kind in kinds
    ]


def told_as_failed(shop):
    """Count how often the log says that a refund failed."""
    return [entry.kind for entry in rows(shop, LogEntry)].count("refund.failed")


async def asking(door):
    """A payment that the bank asks about: (placed, its PaymentIntent's id)."""
    placed = await door.shop.placed()
    said = await door.shop.pay_with(placed, "pm_card_threeDSecure2Required")
    assert said.status is PaymentStatus.NEEDS_ACTION
    return placed, said.payment_ref


async def approved(door):
    """An asked payment that was approved while nobody looked: (placed, the event that tells of it)."""
    placed, intent = await asking(door)
    door.shop.fake.stage(f"payment_intents/{intent}/authenticate", approved=True)
    (event,) = door.events("payment_intent.succeeded")
    return placed, event


async def paid(door):
    placed = await door.shop.placed()
    await door.shop.pay_with(placed)
    (charge,) = door.shop.fake.look("objects/charge")["data"]
    return placed, charge["id"]


async def deliver(door, *types):
    """Bring all events of these types and act on them."""
    for event in door.events(*types):
        assert (await door.tell(event)).status_code == 200
    await door.shop.work()


def given_back(shop, placed):
    """Give all of an order back; the refund's row."""
    with shop.look() as session:
        person = session.get_one(Order, placed.order_id).person_id
    shop.runtime.write(
        lambda session, now: refund_tickets(
            session, actor=shop.actor(person, is_admin=True), order_id=placed.order_id, now=now
        )
    )
