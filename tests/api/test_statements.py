"""My payments and my invoices over HTTP: as documented, and nobody else's."""

import httpx
import pytest

from tests.api.buyer import Buyer
from tests.buying import CARDS, Shop
from tests.harness.api import guarded_api
from ticketapp.api import statement_shapes as shapes
from ticketapp.services.payments.refunds import refund_tickets

pytestmark = pytest.mark.anyio


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


@pytest.fixture
async def http(shop, settings):
    transport = httpx.ASGITransport(guarded_api(settings, shop.runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield client


@pytest.fixture
async def buyer(shop, http):
    """Somebody who bought two places at €45, and gave one order of one place back."""
    buyer = Buyer(shop, http)
    for quantity in (1, 2):
        event = shop.event(name=f"Evening {quantity}", tax_basis_points=1900)
        await shop.hold(buyer.person, event, shop.tier(event), quantity)
        placed = await shop.place(buyer.person)
        await shop.pay(placed, CARDS.good)
        shop.invoice()
        if quantity == 1:
            actor = shop.actor(buyer.person, is_admin=True)
            shop.runtime.write(
                lambda session, now, order_id=placed.order_id, actor=actor: refund_tickets(
                    session, actor=actor, order_id=order_id, now=now
                )
            )
            await shop.work()
        shop.clock.advance(hours=1)
    return buyer


async def test_a_buyer_reads_payments_and_one_of_them(buyer):
    answer = await buyer.get("/api/payments/me")

    listed = shapes.Statements.model_validate_json(answer.content).payments
    assert [(one.title, one.amount, one.returned) for one in listed] == [
        ("Evening 2", "€90.00", None),
        ("Evening 1", "€45.00", "€45.00"),
    ]
    one = await buyer.get(f"/api/payments/{listed[1].paymentId}")
    assert shapes.Statement.model_validate_json(one.content) == listed[1]
    assert listed[1].refunds[0].startswith("€45.00 paid back ")


async def test_a_buyer_reads_invoices_and_one_of_them(buyer):
    answer = await buyer.get("/api/invoices/me")

    listed = shapes.Papers.model_validate_json(answer.content).invoices
    assert sorted((one.kind, one.total, one.corrects) for one in listed) == [
        ("CREDIT_NOTE", "€45.00", "INV-000001"),
        ("INVOICE", "€45.00", None),
        ("INVOICE", "€90.00", None),
    ]
    one = await buyer.get(f"/api/invoices/{listed[0].invoiceId}")
    assert shapes.Paper.model_validate_json(one.content) == listed[0]
    pdf = await buyer.get(listed[0].pdf)
    assert pdf.content.startswith(b"%PDF-")


async def test_nobody_else_reads_them(buyer, shop, http):
    stranger = Buyer(shop, http)
    payment = (await buyer.get("/api/payments/me")).json()["payments"][0]["paymentId"]
    invoice = (await buyer.get("/api/invoices/me")).json()["invoices"][0]["invoiceId"]

    for path in (
        f"/api/payments/{payment}",
        f"/api/invoices/{invoice}",
        "/api/payments/x",
        "/api/invoices/x",
    ):
        assert (await stranger.get(path)).status_code == 404
        assert (await http.get(path)).status_code == 401
    assert (await stranger.get("/api/payments/me")).json() == {"payments": []}
    assert (await stranger.get("/api/invoices/me")).json() == {"invoices": []}


@pytest.mark.parametrize("name", ["PAYMENTS", "PAYMENT", "INVOICES", "INVOICE"])
def test_the_examples_have_the_shape_that_is_documented(name):
    said = getattr(shapes, name)[200]

    for example in said["content"]["application/json"]["examples"].values():
        said["model"].model_validate(example["value"])
