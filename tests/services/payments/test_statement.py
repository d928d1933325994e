"""A buyer's payments: every attempt, what was charged, what went back, and nobody else's."""

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.core.errors import NotFound
from ticketapp.core.ids import new_id, parse_id
from ticketapp.models import Payment, Ticket
from ticketapp.services.payments.refunds import refund_tickets
from ticketapp.services.payments.statement import get_my_statement, list_my_statements

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


async def test_every_attempt_is_listed_with_what_went_back(shop):
    person, event = shop.person(), shop.event(name="Midnight Parade", refund_until_hours=1)
    await shop.hold(person, event, shop.tier(event, price_minor=10_01), 2)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.declined)
    shop.clock.advance(seconds=30)
    await shop.pay(placed, CARDS.good)
    shop.invoice()
    actor = shop.actor(person)
    with shop.look() as session:
        first = session.exec(select(Ticket.id).order_by(Ticket.id)).first()
    shop.runtime.write(
        lambda session, now: refund_tickets(
            session, actor=actor, order_id=placed.order_id, ticket_ids=[first], now=now
        )
    )
    await shop.work()

    mine = shop.runtime.read(lambda session, now: list_my_statements(session, actor=actor))

    assert [
        (p.attempt, p.short_text, p.amount_text, p.title, p.returned_text, len(p.refunds)) for p in mine
    ] == [
        (2, "Partly paid back", "€20.02", "Midnight Parade", "€10.01", 1),
        (1, "Not paid", "€20.02", "Midnight Parade", "", 0),
    ]
    assert mine[1].status_text == "Your bank declined this card. Nothing was charged."
    assert [p.has_invoice for p in mine] == [True, False]
    whole = shop.runtime.read(
        lambda session, now: get_my_statement(session, actor=actor, payment_id=parse_id(mine[0].id))
    )
    assert whole == mine[0]
    assert whole.refunds[0].startswith("€10.01 paid back")


async def test_another_persons_payment_is_not_found(shop):
    person, event = shop.person(), shop.event()
    await shop.hold(person, event, shop.tier(event), 1)
    await shop.pay(await shop.place(person), CARDS.good)
    with shop.look() as session:
        payment_id = session.exec(select(Payment.id)).one()

    for actor, wanted in (
        (shop.actor(shop.person()), payment_id),
        (None, payment_id),
        (shop.actor(person), new_id()),
    ):
        with pytest.raises(NotFound):
            shop.runtime.read(
                lambda session, now, actor=actor, wanted=wanted: get_my_statement(
                    session, actor=actor, payment_id=wanted
                )
            )
