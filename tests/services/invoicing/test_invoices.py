"""Invoices follow payment, credit notes follow refunds: numbered without gaps, once, and exact to the cent."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tests.buying import CARDS, Shop
from tests.racing import race
from ticketapp.core.errors import NotFound
from ticketapp.core.ids import new_id, parse_id
from ticketapp.models import (
    Event,
    Invoice,
    InvoiceCounter,
    InvoiceKind,
    InvoiceLine,
    Order,
    Organizer,
    TeamRole,
    Ticket,
)
from ticketapp.services.invoicing.operations import issue_due
from ticketapp.services.invoicing.queries import get_invoice, get_order_invoices, list_my_invoices
from ticketapp.services.ordering.requests import Contact
from ticketapp.services.payments.refunds import refund_tickets

pytestmark = pytest.mark.anyio
BILLED = Contact(
    name="Ada Fan",
    email="ada@example.com",
    billing_name="Łódź Events Śp. z o.o.",
    billing_address="1 Quay, 20457 Hamburg",
)


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


async def buy(shop, *wanted, person=None, contact=BILLED):
    """Buy so many places of each (event, tier) and pay."""
    person = person or shop.person()
    for event, tier, quantity in wanted:
        await shop.hold(person, event, tier, quantity)
    placed = await shop.place(person, contact=contact)
    if placed.total_minor:
        await shop.pay(placed, CARDS.good)
    else:
        await shop.runtime.cashier.confirm_free(person_id=person, order_id=placed.order_id)
    return person, placed


def papers(shop, actor, placed):
    return shop.runtime.read(
        lambda session, now: get_order_invoices(session, actor=actor, reference=placed.reference)
    )


def organizer_of(shop, event):
    with shop.look() as session:
        return session.get_one(Event, event).organizer_id


def rows(shop, kind=InvoiceKind.INVOICE):
    with shop.look() as session:
        found = select(Invoice).where(Invoice.kind == kind).order_by(Invoice.organizer_id, Invoice.number)
        return session.exec(found).all()


async def test_an_invoice_says_who_what_and_how_much(shop):
    event = shop.event(name="Midnight Parade", tax_basis_points=1900)
    tier = shop.tier(event, price_minor=10_01, fee_minor=1_00)
    person, placed = await buy(shop, (event, tier, 3))
    assert papers(shop, shop.actor(person), placed).is_due

    assert (shop.invoice(), shop.invoice()) == (1, 0)

    seen = papers(shop, shop.actor(person), placed)
    [paper] = seen.invoices
    assert (seen.is_due, paper.title, paper.number_text) == (False, "Invoice", "INV-000001")
    assert (paper.buyer_name, paper.buyer_lines) == ("Łódź Events Śp. z o.o.", ["1 Quay, 20457 Hamburg"])
    assert (paper.seller_name, paper.reference) == ("Harbour Lights", placed.reference)
    [line] = paper.lines
    assert (line.what, line.quantity, line.unit_text, line.total_text) == (
        "Midnight Parade",
        3,
        "€10.01",
        "€30.03",
    )
    [tax] = paper.taxes
    assert (paper.net_text, paper.fee_text, tax.rate_text, tax.base_text, tax.tax_text, paper.total_text) == (
        "€22.72",
        "€2.52",
        "19 %",
        "€25.24",
        "€4.79",
        "€30.03",
    )
    with shop.look() as session:
        order, invoice = session.get_one(Order, placed.order_id), session.exec(select(Invoice)).one()
        assert (invoice.total_minor, invoice.fee_minor, invoice.tax_minor) == (
            order.total_minor,
            order.fees_minor,
            order.tax_minor,
        )
    assert shop.disagreements() == []


async def test_each_organizer_of_an_order_writes_its_own_and_sees_no_other(shop):
    ours, theirs = shop.event(), shop.event()
    person, placed = await buy(
        shop, (ours, shop.tier(ours, price_minor=20_00), 1), (theirs, shop.tier(theirs), 1)
    )
    shop.invoice()
    owner = shop.actor(shop.person(), organizers={organizer_of(shop, ours): TeamRole.MANAGER})

    assert [paper.total_text for paper in papers(shop, owner, placed).invoices] == ["€20.00"]
    both = papers(shop, shop.actor(person), placed).invoices
    assert sorted((paper.number_text, paper.total_text) for paper in both) == [
        ("INV-000001", "€20.00"),
        ("INV-000001", "€45.00"),
    ]
    foreign = next(paper for paper in both if paper.total_text == "€45.00")
    for nobody in (owner, shop.actor(shop.person()), None):
        with pytest.raises(NotFound):
            shop.runtime.read(
                lambda session, now, nobody=nobody: get_invoice(
                    session, actor=nobody, invoice_id=parse_id(foreign.id)
                )
            )
    for nobody in (shop.actor(shop.person()), None):
        with pytest.raises(NotFound):
            papers(shop, nobody, placed)
    assert shop.disagreements() == []


async def test_what_costs_nothing_needs_no_paper(shop):
    event, other = shop.event(), shop.event()
    free = shop.tier(event, price_minor=0)
    await buy(shop, (event, free, 2))
    await buy(shop, (event, free, 1), (other, shop.tier(other), 1))

    assert shop.invoice() == 2

    assert [row.total_minor for row in rows(shop)] == [45_00]
    assert shop.disagreements() == []


async def test_a_credit_note_follows_each_refund_to_the_last_cent(shop):
    event = shop.event(refund_until_hours=1, tax_basis_points=1900)
    person, placed = await buy(shop, (event, shop.tier(event, price_minor=10_01, fee_minor=1_00), 3))
    with shop.look() as session:
        first = session.exec(select(Ticket.id).order_by(Ticket.id)).first()
    buyer = shop.actor(person)

    # The first refund comes before the invoice was written.
    for ticket_ids in ([first], None):
        shop.runtime.write(
            lambda session, now, ticket_ids=ticket_ids: refund_tickets(
                session, actor=buyer, order_id=placed.order_id, ticket_ids=ticket_ids, now=now
            )
        )

    assert shop.invoice() == 0
    [invoice] = rows(shop)
    notes = rows(shop, InvoiceKind.CREDIT_NOTE)
    assert [(row.number, row.total_minor, row.corrects_id) for row in notes] == [
        (1, 10_01, invoice.id),
        (2, 20_02, invoice.id),
    ]
    for part in ("net_minor", "fee_minor", "tax_minor", "total_minor"):
        assert sum(getattr(row, part) for row in notes) == getattr(invoice, part)
    shown = papers(shop, buyer, placed).invoices
    assert [(paper.number_text, paper.corrects_text, paper.note) for paper in shown] == [
        ("INV-000001", "", ""),
        ("CN-000001", "INV-000001", "Given back by the buyer"),
        ("CN-000002", "INV-000001", "Given back by the buyer"),
    ]
    assert [line.quantity for paper in shown for line in paper.lines] == [3, 1, 2]
    await shop.work()
    assert shop.disagreements() == []


async def test_what_was_given_back_before_there_were_invoices_gets_none(shop):
    event = shop.event(refund_until_hours=1)
    person, placed = await buy(shop, (event, shop.tier(event), 2))
    shop.runtime.write(lambda session, now: session.execute(sa.update(Order).values(refunded_minor=45_00)))

    assert shop.invoice() == 0
    with shop.look() as session:
        first = session.exec(select(Ticket.id).order_by(Ticket.id)).first()
    shop.runtime.write(
        lambda session, now: refund_tickets(
            session, actor=shop.actor(person), order_id=placed.order_id, ticket_ids=[first], now=now
        )
    )

    assert rows(shop) == []
    assert not papers(shop, shop.actor(person), placed).is_due


async def test_a_paper_that_fails_leaves_no_gap(shop):
    event = shop.event()
    tier = shop.tier(event)
    await buy(shop, (event, tier, 1))
    await buy(shop, (event, tier, 1))

    def die(session, now):
        assert issue_due(session, limit=100, now=now) == 2
        raise RuntimeError

    with pytest.raises(RuntimeError):
        shop.runtime.write(die)
    assert rows(shop) == []
    assert shop.invoice() == 2

    assert [row.number for row in rows(shop)] == [1, 2]
    assert shop.disagreements() == []


async def test_my_invoices_are_mine(shop):
    event = shop.event()
    person, _ = await buy(shop, (event, shop.tier(event), 1))
    await buy(shop, (event, shop.tier(event, price_minor=1_00), 1))
    shop.invoice()

    mine = shop.runtime.read(lambda session, now: list_my_invoices(session, actor=shop.actor(person)))

    assert [paper.total_text for paper in mine] == ["€45.00"]


@pytest.mark.concurrency
@pytest.mark.postgres
async def test_workers_beside_each_other_number_without_gap_or_double(postgres_runtime):
    shop = Shop(postgres_runtime)
    events = [shop.event(), shop.event()]
    tiers = [shop.tier(event) for event in events]
    for number in range(12):
        pair = zip(events, tiers, strict=True)
        await buy(
            shop, *((event, tier, 1) for place, (event, tier) in enumerate(pair) if number % 3 != place)
        )

    def work():
        count = 0
        while done := shop.runtime.write(lambda session, now: issue_due(session, limit=2, now=now)):
            count += done
        return count

    counts = race(work, times=4)

    assert sum(counts) == 12
    with shop.look() as session:
        for organizer in session.exec(select(Organizer.id)).all():
            numbers = [row.number for row in rows(shop) if row.organizer_id == organizer]
            assert numbers == list(range(1, 9))
            assert session.get_one(InvoiceCounter, (organizer, InvoiceKind.INVOICE)).last == 8
        assert sum(session.exec(select(InvoiceLine.total_minor))) == 16 * 45_00
    assert shop.disagreements() == []


@pytest.mark.concurrency
@pytest.mark.postgres
async def test_control_a_number_that_is_looked_up_is_given_twice_but_for_the_database(postgres_runtime):
    """If this stops failing the naive way, the test above proves nothing."""
    shop = Shop(postgres_runtime)
    event = shop.event()
    tier = shop.tier(event)
    placed = [(await buy(shop, (event, tier, 1)))[1] for _ in range(3)]
    shop.runtime.write(lambda session, now: issue_due(session, limit=1, now=now))
    [template] = rows(shop)
    waiting = iter([order.order_id for order in placed if order.order_id != template.order_id])
    have_looked = threading.Barrier(2)

    def write(order_id):
        def naive(session, _now):
            highest = session.exec(select(sa.func.max(Invoice.number))).one()
            have_looked.wait(20)
            facts = template.model_dump() | {"id": new_id(), "number": highest + 1, "order_id": order_id}
            session.execute(sa.insert(Invoice).values(**facts))

        try:
            shop.runtime.write(naive)
        except IntegrityError as error:
            return "number taken" if "uq_invoices_organizer_id_kind_number" in str(error) else str(error)
        return "written"

    outcomes = race(lambda: write(next(waiting)), times=2)

    assert sorted(outcomes) == ["number taken", "written"]
