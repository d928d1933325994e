"""The organizer's desk: one's own part of an order, given back once, for exactly the sum that was confirmed."""

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.models import (
    Event,
    LedgerEntry,
    LogEntry,
    Order,
    OrderStatus,
    Refund,
    TeamRole,
    Ticket,
    TicketStatus,
)
from ticketapp.services.payments.desk import refund_from_desk
from ticketapp.services.payments.errors import AmountChanged, NothingToRefund, TicketsChanged
from ticketapp.services.payments.refunds import refund_tickets
from ticketapp.services.reporting.order_desk import get_desk_order
from ticketapp.services.reporting.order_search import search_orders

pytestmark = pytest.mark.anyio


class Desk(Shop):
    """A shop with one order over the events of two organizers: two places for €10.01, one for €25."""

    async def open(self) -> "Desk":
        self.buyer = self.person()
        self.own = self.event(name="Midnight Parade", tax_basis_points=1900)
        self.other = self.event(name="Harbour Jazz")
        own_tier = self.tier(self.own, price_minor=10_01, fee_minor=1_00)
        await self.hold(self.buyer, self.own, own_tier, 2)
        await self.hold(self.buyer, self.other, self.tier(self.other, price_minor=25_00), 1)
        self.placed = await self.place(self.buyer)
        await self.pay(self.placed, CARDS.good)
        await self.work()
        self.owner = self.member(self.own, TeamRole.OWNER)
        self.rival = self.member(self.other, TeamRole.MANAGER)
        return self

    def member(self, event, role):
        with self.look() as session:
            organizer = session.get_one(Event, event).organizer_id
        return self.actor(self.person(), organizers={organizer: role})

    def tickets(self, event=None):
        with self.look() as session:
            found = session.exec(select(Ticket).order_by(Ticket.id)).all()
        return [ticket for ticket in found if event in (None, ticket.event_id)]

    def shown(self, actor):
        return self.runtime.read(
            lambda session, now: get_desk_order(session, actor=actor, reference=self.placed.reference)
        )

    def search(self, actor, query="", event="", page=1):
        return self.runtime.read(
            lambda session, now: search_orders(session, actor=actor, query=query, event=event, page=page)
        )

    def refund(self, actor, tickets, confirmed_minor, note="The singer is ill"):
        return self.runtime.write(
            lambda session, now: refund_from_desk(
                session,
                actor=actor,
                order_id=self.placed.order_id,
                ticket_ids=[ticket.id for ticket in tickets],
                note=note,
                confirmed_minor=confirmed_minor,
                now=now,
            )
        )

    def facts(self):
        """Everything a refund changes."""
        with self.look() as session:
            return (
                session.exec(select(Order.status, Order.refunded_minor)).all(),
                sorted(session.exec(select(Ticket.status)).all()),
                len(session.exec(select(Refund)).all()),
                len(session.exec(select(LedgerEntry)).all()),
                len(session.exec(select(LogEntry)).all()),
            )


@pytest.fixture
async def desk(any_runtime):
    return await Desk(any_runtime).open()


async def test_each_organizer_sees_only_their_part(desk):
    ours, theirs = desk.shown(desk.owner), desk.shown(desk.rival)

    assert (ours.total_text, [line.event_name for line in ours.lines]) == ("€20.02", ["Midnight Parade"])
    assert (theirs.total_text, [ticket.event_name for ticket in theirs.tickets]) == (
        "€25.00",
        ["Harbour Jazz"],
    )
    assert (ours.is_shared, len(ours.tickets), len(theirs.tickets)) == (True, 2, 1)
    assert [entry.text for entry in ours.history] == ["Order placed", "Paid, tickets issued"]
    assert "45.02" not in str(ours)
    assert "45.02" not in str(theirs)


async def test_each_refunds_only_their_part_and_neither_hears_of_the_others(desk):
    first, _ = desk.tickets(desk.own)

    one = desk.refund(desk.owner, [first], 10_01)
    rest = desk.runtime.write(
        lambda session, now: refund_tickets(session, actor=desk.rival, order_id=desk.placed.order_id, now=now)
    )
    await desk.work()

    assert (one.amount_minor, one.order_status) == (10_01, OrderStatus.PARTLY_REFUNDED)
    assert (rest.amount_minor, rest.order_status) == (25_00, OrderStatus.PARTLY_REFUNDED)
    ours, theirs = desk.shown(desk.owner), desk.shown(desk.rival)
    assert (ours.refunded_text, ours.kept_text) == ("€10.01", "€10.01")
    assert (theirs.refunded_text, theirs.kept_text) == ("€25.00", "€0.00")
    assert [entry.text for entry in ours.refunds] == ["Paid back: €10.01"]
    assert [entry.text for entry in ours.history][2:] == ["1 ticket given back for €10.01"]
    assert ours.history[-1].detail == "by Ada Fan · “The singer is ill”"
    assert [entry.text for entry in theirs.history][2:] == ["1 ticket given back for €25.00"]
    assert "singer" not in str(theirs)
    assert desk.disagreements() == []


@pytest.mark.parametrize("kind", ["rival", "door", "stranger", "guest"])
async def test_another_teams_order_is_not_found(desk, kind):
    nobody = {
        "rival": desk.actor(desk.person(), organizers={desk.person(): TeamRole.OWNER}),
        "door": desk.member(desk.own, TeamRole.DOOR),
        "stranger": desk.actor(desk.person()),
        "guest": desk.actor(desk.person(), is_guest=True),
    }[kind]
    before = desk.facts()

    with pytest.raises(NotFound):
        desk.shown(nobody)
    with pytest.raises(NotFound):
        desk.refund(nobody, desk.tickets(desk.own), 20_02)
    assert desk.search(nobody).orders == []
    assert desk.facts() == before


async def test_other_organizers_tickets_are_not_found_even_beside_ones_own(desk):
    before = desk.facts()

    with pytest.raises(NotFound):
        desk.refund(desk.owner, desk.tickets(), 45_02)

    assert desk.facts() == before


async def test_a_refund_that_is_not_what_was_confirmed_changes_nothing(desk):
    before = desk.facts()

    with pytest.raises(AmountChanged):
        desk.refund(desk.owner, desk.tickets(desk.own), 20_01)

    assert desk.facts() == before


@pytest.mark.parametrize("note", ["", "  ", "x" * 201, "a\x07b", None, ["late"]])
async def test_a_refund_needs_a_reason(desk, note):
    before = desk.facts()

    with pytest.raises(InvalidInput) as refused:
        desk.refund(desk.owner, desk.tickets(desk.own), 20_02, note=note)

    assert list(refused.value.field_texts) == ["note"]
    assert desk.facts() == before


async def test_the_second_press_gives_nothing_back(desk):
    desk.refund(desk.owner, desk.tickets(desk.own), 20_02)
    before = desk.facts()

    with pytest.raises(NothingToRefund):
        desk.refund(desk.owner, desk.tickets(desk.own), 20_02)

    assert desk.facts() == before


async def test_tickets_of_which_one_went_meanwhile_are_not_given_back(desk):
    desk.refund(desk.owner, desk.tickets(desk.own)[:1], 10_01)
    before = desk.facts()

    with pytest.raises(TicketsChanged):
        desk.refund(desk.owner, desk.tickets(desk.own), 20_02)

    assert desk.facts() == before
    assert [ticket.status for ticket in desk.tickets(desk.own)] == [TicketStatus.REFUNDED, TicketStatus.VALID]


async def test_an_administrator_sees_and_refunds_all_of_it(desk):
    admin = desk.actor(desk.person(), is_admin=True)

    whole = desk.shown(admin)
    desk.refund(admin, desk.tickets(), 45_02)

    assert (whole.is_shared, whole.total_text) == (False, "€45.02")
    assert desk.shown(admin).status_text == "Refunded"
    assert desk.disagreements() == []


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 1), ("ADA F", 1), ("ada@exam", 1), ("tk-", 1), ("%", 0), ("_", 0), ("nobody", 0), ("x" * 500, 0)],
)
async def test_an_order_is_found_by_reference_name_or_mail(desk, query, count):
    found = desk.search(desk.owner, query)

    assert (found.total, len(found.orders)) == (count, count)
    assert [(row.tickets, row.amount_text) for row in found.orders] == [(2, "€20.02")] * count


async def test_orders_are_narrowed_to_one_event_of_ones_own(desk):
    slug = desk.search(desk.owner).events[0].slug
    foreign = desk.search(desk.rival).events[0].slug

    assert desk.search(desk.owner, event=slug).total == 1
    with pytest.raises(NotFound):
        desk.search(desk.owner, event=foreign)
    assert desk.search(desk.owner, page=99).page == 1
