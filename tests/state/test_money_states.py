"""Invoices and payments on the screen: one's own, and nobody else's whatever is in the address."""

from uuid import UUID

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.core.tokens import new_token
from ticketapp.models import Payment
from ticketapp.services.accounts.operations import begin_guest
from ticketapp.state.invoices import InvoicesState
from ticketapp.state.payments import PaymentsState, PaymentState


@pytest.fixture
def shop(app_runtime) -> Shop:
    return Shop(app_runtime)


@pytest.fixture
def guest(app_runtime, screen) -> UUID:
    """The screen's own guest."""
    screen.token = new_token()
    return app_runtime.write(lambda session, now: begin_guest(session, token=screen.token, now=now)).person_id


async def paid(shop: Shop, person: UUID):
    event = shop.event()
    await shop.hold(person, event, shop.tier(event), 1)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.good)
    return placed


async def test_the_invoice_is_on_its_way_and_then_there(screen, shop, guest):
    path = f"/order/{(await paid(shop, guest)).reference}/invoice"

    await screen.send(InvoicesState.load, path=path)
    before = (await screen.state(InvoicesState)).papers
    shop.invoice()
    await screen.send(InvoicesState.reload, path=path)
    after = (await screen.state(InvoicesState)).papers

    assert (before.is_due, before.invoices) == (True, [])
    assert (after.is_due, [paper.number_text for paper in after.invoices]) == (False, ["INV-000001"])


async def test_somebody_elses_invoice_and_payment_are_missing(screen, shop, guest):
    placed = await paid(shop, shop.person())
    shop.invoice()
    with shop.look() as session:
        payment_id = session.exec(select(Payment.id)).one()

    await screen.send(InvoicesState.load, path=f"/order/{placed.reference}/invoice")
    await screen.send(PaymentState.load, path=f"/payments/{payment_id}")
    await screen.send(PaymentsState.load, path="/payments")

    assert (await screen.state(InvoicesState)).is_missing
    assert (await screen.state(PaymentState)).is_missing
    assert (await screen.state(PaymentsState)).payments == []


async def test_a_payment_opens_from_the_list(screen, shop, guest):
    await paid(shop, guest)

    await screen.send(PaymentsState.load, path="/payments")
    [listed] = (await screen.state(PaymentsState)).payments
    await screen.send(PaymentState.load, path=f"/payments/{listed.id}")

    assert (await screen.state(PaymentState)).payment == listed
