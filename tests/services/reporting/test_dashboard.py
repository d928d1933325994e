from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from tests.buying import CARDS, Shop
from tests.factories import make_member, make_organizer, make_person
from ticketapp.core.errors import NotFound
from ticketapp.models import Event, EventStatus, PaymentStatus, TeamRole, Ticket, TicketStatus
from ticketapp.runtime import Runtime
from ticketapp.services.reporting import drawing, queries
from ticketapp.services.reporting.views import MoneySums, Payments, SalesPoint


@pytest.fixture
def shop(any_runtime: Runtime) -> Shop:
    return Shop(any_runtime)


def dashboard(shop: Shop, organizer_id, event_id=None):
    def read(session, now):
        whose = {"organizer_id": organizer_id, "event_id": event_id, "now": now}
        return queries.read_dashboard(session, sums=queries.read_sums(session, **whose), **whose)

    return shop.runtime.read(read)


def organizer_of(shop: Shop, event_id):
    return shop.runtime.read(lambda session, now: session.get_one(Event, event_id).organizer_id)


async def test_what_is_sold_held_paid_and_refunded_adds_up(shop: Shop):
    event_id = shop.event(tax_basis_points=700)
    tier_id = shop.tier(event_id, price_minor=107_00, fee_minor=10_70, capacity=20)
    ada, bo = shop.person(email="ada@example.com"), shop.person(email="bo@example.com")
    paid = await shop.place(ada, *await shop.hold(ada, event_id, tier_id, 3))
    await shop.pay(paid, CARDS.good)
    declined = await shop.place(bo, *await shop.hold(bo, event_id, tier_id, 2))
    await shop.pay(declined, CARDS.declined)
    shop.runtime.write(lambda session, now: _refund_one(session))

    seen = dashboard(shop, organizer_of(shop, event_id), event_id)

    assert (seen.capacity, seen.sold, seen.held, seen.available) == (20, 3, 2, 15)
    assert seen.money == [
        MoneySums(
            currency="EUR",
            gross_minor=321_00,
            gross_text="€321.00",
            fees_text="€20.00",
            taxes_text="€14.00",
            refunds_text="€107.00",
            net_text="€180.00",
        )
    ]
    assert seen.payments == Payments(succeeded=1, failed=1, open=0, success_text="50 %")
    assert [(order.reference, order.tickets, order.amount_text, order.status) for order in seen.orders] == [
        (declined.reference, 2, "€214.00", "awaiting_payment"),
        (paid.reference, 3, "€321.00", "paid"),
    ]
    assert [(tier.sold, tier.held, tier.available, tier.gross_text) for tier in seen.tiers] == [
        (3, 2, 15, "€321.00")
    ]


async def test_sales_over_time_add_up_and_leave_no_gap(shop: Shop):
    event_id = shop.event()
    tier_id = shop.tier(event_id)
    ada = shop.person(email="ada@example.com")
    for minutes, quantity in ((0, 2), (11, 1)):
        shop.clock.advance(minutes=minutes)
        await shop.pay(await shop.place(ada, *await shop.hold(ada, event_id, tier_id, quantity)), CARDS.good)

    seen = dashboard(shop, organizer_of(shop, event_id))

    assert seen.points == [
        SalesPoint("Sat 21, 12:55", 0, "0 (+0)"),
        SalesPoint("Sat 21, 13:00", 2, "2 (+2)"),
        SalesPoint("Sat 21, 13:05", 2, "2 (+0)"),
        SalesPoint("Sat 21, 13:10", 3, "3 (+1)"),
    ]
    assert seen.points_text == "every 5 minutes, CET"


async def test_long_sales_are_drawn_in_few_points(shop: Shop):
    event_id = shop.event(starts_at=shop.now + timedelta(days=400), ends_at=shop.now + timedelta(days=401))
    tier_id = shop.tier(event_id)
    ada = shop.person(email="ada@example.com")
    for days in (0, 40, 260):
        shop.clock.advance(days=days)
        await shop.pay(await shop.place(ada, *await shop.hold(ada, event_id, tier_id, 1)), CARDS.good)

    seen = dashboard(shop, organizer_of(shop, event_id))

    assert seen.points_text == "by the week, CEST"
    assert len(seen.points) == 45
    assert seen.points[-1].value == 3


async def test_another_organizers_part_of_an_order_is_not_shown(shop: Shop):
    mine, theirs = shop.event(), shop.event()
    ada = shop.person(email="ada@example.com")
    holds = await shop.hold(ada, mine, shop.tier(mine, price_minor=10_00), 1)
    holds += await shop.hold(ada, theirs, shop.tier(theirs, price_minor=70_00), 2)
    await shop.pay(await shop.place(ada, *holds), CARDS.good)

    seen = dashboard(shop, organizer_of(shop, mine))

    assert seen.gross_text == "€10.00"
    assert [(order.tickets, order.amount_text) for order in seen.orders] == [(1, "€10.00")]
    assert [event.id for event in seen.events] == [str(mine)]


async def test_two_currencies_stand_side_by_side(shop: Shop):
    organizer_id = shop.runtime.write(lambda session, now: make_organizer(session).id)
    ada = shop.person(email="ada@example.com")
    for currency, price_minor in (("EUR", 45_00), ("JPY", 6_800)):
        event_id = shop.event(organizer_id=organizer_id)
        tier_id = shop.tier(event_id, currency=currency, price_minor=price_minor)
        await shop.pay(await shop.place(ada, *await shop.hold(ada, event_id, tier_id, 1)), CARDS.good)

    seen = dashboard(shop, organizer_id)

    assert seen.gross_text == "€45.00 · ¥6,800"


def test_nothing_of_an_over_or_cancelled_event_is_available(shop: Shop):
    organizer_id = shop.runtime.write(lambda session, now: make_organizer(session).id)
    over = shop.event(organizer_id=organizer_id)
    long_ago = shop.now - timedelta(days=9)
    shop.change(Event, over, doors_at=long_ago, starts_at=long_ago, ends_at=long_ago + timedelta(hours=3))
    cancelled = shop.event(organizer_id=organizer_id, status=EventStatus.CANCELLED)
    selling, full = shop.event(organizer_id=organizer_id), shop.event(organizer_id=organizer_id)
    for event_id in (over, cancelled, selling):
        shop.tier(event_id, capacity=10)
    shop.tier(full, capacity=0)

    seen = dashboard(shop, organizer_id)

    assert seen.available == 10
    assert {event.id: event.state_text for event in seen.events} == {
        str(over): "Over",
        str(cancelled): "Cancelled",
        str(selling): "On sale",
        str(full): "Sold out",
    }


def test_an_organizer_without_events_has_an_empty_dashboard(shop: Shop):
    organizer_id = shop.runtime.write(lambda session, now: make_organizer(session).id)

    seen = dashboard(shop, organizer_id)

    assert (seen.events, seen.money, seen.points, seen.orders) == ([], [], [], [])


def test_an_event_of_somebody_else_is_not_found(shop: Shop):
    organizer_id = shop.runtime.write(lambda session, now: make_organizer(session).id)

    with pytest.raises(NotFound):
        dashboard(shop, organizer_id, shop.event())


@pytest.mark.parametrize(
    ("role", "teams"),
    [
        (TeamRole.OWNER, ["Harbour Lights"]),
        (TeamRole.MANAGER, ["Harbour Lights"]),
        (TeamRole.DOOR, []),
        (None, []),
    ],
)
def test_a_person_chooses_among_the_teams_they_manage(shop: Shop, role, teams):
    def make(session, now):
        person, organizer = make_person(session), make_organizer(session, name="Harbour Lights")
        make_organizer(session, name="Northern Noise")
        if role is not None:
            make_member(session, organizer_id=organizer.id, person_id=person.id, role=role)
        return person.id, organizer.id

    person_id, organizer_id = shop.runtime.write(make)
    actor = shop.actor(person_id, organizers={organizer_id: role} if role else {})

    choice = _choose(shop, actor)

    assert [team.name for team in choice.teams] == teams
    if not teams:
        with pytest.raises(NotFound):
            _choose(shop, actor, team=str(organizer_id))


def test_an_address_may_name_an_event_of_ones_own_only(shop: Shop):
    mine, theirs = shop.event(), shop.event()
    slugs = shop.runtime.read(
        lambda session, now: {event_id: session.get_one(Event, event_id).slug for event_id in (mine, theirs)}
    )
    organizer_id = organizer_of(shop, mine)
    actor = shop.actor(shop.person(), organizers={organizer_id: TeamRole.OWNER})

    assert _choose(shop, actor, event=slugs[mine]).event_id == str(mine)
    for hostile in (slugs[theirs], "no-such-event", "' OR 1=1 --"):
        with pytest.raises(NotFound):
            _choose(shop, actor, event=hostile)
    for hostile in ("", "not-an-id"):
        with pytest.raises(NotFound):
            _choose(shop, actor, team=hostile or str(organizer_of(shop, theirs)))


def _choose(shop: Shop, actor, *, team: str = "", event: str = ""):
    return shop.runtime.read(
        lambda session, now: queries.choose_board(session, actor=actor, team=team, event=event)
    )


def _refund_one(session) -> None:
    ticket = session.scalars(select(Ticket).order_by(col(Ticket.number))).first()
    session.execute(update(Ticket).where(col(Ticket.id) == ticket.id).values(status=TicketStatus.REFUNDED))


def test_payments_that_failed_are_not_rounded_away():
    counts = {PaymentStatus.SUCCEEDED: 600, PaymentStatus.FAILED: 1}

    assert drawing.payments(counts).success_text == "99 %"
