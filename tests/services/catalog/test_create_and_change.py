"""C1, C2, C4, C5: what an organizer may make of an event, and what is refused with the field named."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import make_organizer, make_person
from tests.services.catalog.drafts import HALL, STARTS, admin, draft, fan, guest, owner_of, tier
from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import DoorStock, Event, EventKey, EventStatus, LogEntry, TeamRole, Tier, Venue
from ticketapp.services.catalog import checks, managing, operations, queries, tier_operations, venues
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.errors import CapacityTooSmall
from ticketapp.services.inventory.queries import availability, list_seats
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine


@pytest.fixture
def organizer_id(any_runtime):
    return any_runtime.write(lambda session, now: make_organizer(session).id)


@pytest.fixture
def owner(organizer_id):
    return owner_of(organizer_id)


def create(runtime, actor, organizer_id, event_draft=None, tiers=None):
    return runtime.write(
        lambda session, now: (
            operations.create_event(
                session,
                actor=actor,
                organizer_id=organizer_id,
                draft=event_draft or draft(),
                tier_drafts=[tier()] if tiers is None else tiers,
                now=now,
            ).id
        )
    )


def count(runtime, model):
    return runtime.read(lambda session, now: session.scalar(sa.select(sa.func.count()).select_from(model)))


def test_a_new_event_is_a_draft_with_tiers_stock_key_and_head_count(any_runtime, owner, organizer_id):
    event_id = create(
        any_runtime,
        owner,
        organizer_id,
        draft(max_attendees=150),
        [tier(), tier(name="Golden Circle", price_minor=120_00, capacity=60)],
    )

    with any_runtime.database.readers() as session:
        event = session.get(Event, event_id)
        assert (event.slug, event.status) == ("midnight-parade", EventStatus.DRAFT)
        assert event.first_starts_at == event.starts_at == STARTS
        stock = availability(session, [event_id])[event_id]
        assert (stock.max_attendees, stock.available) == (150, 150)
        assert sorted(numbers.capacity for numbers in stock.tiers.values()) == [60, 100]
        assert [one.key for one in queries.tiers_of(session, [event_id])[event_id]] == [
            "regular",
            "golden-circle",
        ]
        assert session.get(DoorStock, event_id).admitted == 0
        assert len(session.get(EventKey, (event_id, 1)).seed) == 32
        assert session.scalars(sa.select(LogEntry.kind)).all() == ["event.created"]


def test_the_second_event_of_a_name_gets_an_address_of_its_own(any_runtime, owner, organizer_id):
    create(any_runtime, owner, organizer_id)
    create(any_runtime, owner, organizer_id)

    slugs = any_runtime.read(lambda session, now: sorted(session.scalars(sa.select(Event.slug))))
    assert slugs[0] == "midnight-parade"
    assert slugs[1].startswith("midnight-parade-")
    assert count(any_runtime, Venue) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"artist": ""}, "artist"),
        ({"category": "gibberish"}, "category"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"starts_at": None}, "starts_at"),
        ({"starts_at": STARTS - timedelta(days=30), "doors_at": STARTS - timedelta(days=30)}, "starts_at"),
        ({"doors_at": STARTS + timedelta(minutes=1)}, "doors_at"),
        ({"ends_at": STARTS}, "ends_at"),
        ({"ends_at": STARTS + timedelta(days=40)}, "ends_at"),
        ({"picture_url": "http://example.com/a.jpg"}, "picture_url"),
        ({"picture_url": "javascript:alert(1)"}, "picture_url"),
        ({"picture_url": 'https://example.com/"onerror='}, "picture_url"),
        ({"hold_minutes": 0}, "hold_minutes"),
        ({"tax_basis_points": -1}, "tax_percent"),
        ({"max_attendees": 0}, "max_attendees"),
        ({"slug": "No Slug"}, "slug"),
        ({"venue": HALL.__class__("", "Quay 1", "Hamburg", "DE")}, "venue"),
        ({"venue": HALL.__class__("Hall", "", "Hamburg", "DE")}, "address"),
        ({"venue": HALL.__class__("Hall", "Quay 1", "", "DE")}, "city"),
        ({"venue": HALL.__class__("Hall", "Quay 1", "Hamburg", "Germany")}, "country"),
    ],
)
def test_what_is_wrong_with_an_event_is_named(app_runtime, changes, field):
    organizer_id = app_runtime.write(lambda session, now: make_organizer(session).id)

    with pytest.raises(InvalidInput) as refusal:
        create(app_runtime, owner_of(organizer_id), organizer_id, draft(**changes))

    assert field in refusal.value.field_texts
    assert count(app_runtime, Event) == 0
    assert count(app_runtime, Venue) == 0


@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        ([], "tiers"),
        ([tier()] * 2, "tiers"),
        ([tier(name=f"Tier {number}") for number in range(41)], "tiers"),
        ([tier(price_minor=None)], "tiers.0.price"),
        ([tier(price_minor=-1)], "tiers.0.price"),
        ([tier(), tier(name="Other", fee_minor=45_01)], "tiers.1.fee"),
        ([tier(name="")], "tiers.0.name"),
        ([tier(currency="ZZZ")], "tiers.0.currency"),
        ([tier(capacity=None)], "tiers.0.capacity"),
        ([tier(capacity=1_000_001)], "tiers.0.capacity"),
        ([tier(min_per_order=4, max_per_order=3)], "tiers.0.max_per_order"),
        ([tier(sale_starts_at=STARTS, sale_ends_at=STARTS)], "tiers.0.sale_ends_at"),
        ([tier(access_code="abc")], "tiers.0.access_code"),
        ([tier(max_per_person=0)], "tiers.0.max_per_person"),
    ],
)
def test_what_is_wrong_with_a_tier_is_named(app_runtime, tiers, field):
    organizer_id = app_runtime.write(lambda session, now: make_organizer(session).id)

    with pytest.raises(InvalidInput) as refusal:
        create(app_runtime, owner_of(organizer_id), organizer_id, tiers=tiers)

    assert set(refusal.value.field_texts) == {field}
    assert count(app_runtime, Event) == 0


@pytest.mark.parametrize(
    ("currency", "said"),
    [
        ("EUR", "Give the price, such as 45.00; 0 is free."),
        ("JPY", "Give the price, in whole JPY, such as 4500; 0 is free."),
    ],
)
def test_a_price_that_is_none_is_asked_for_as_the_currency_is_written(currency, said):
    with pytest.raises(InvalidInput) as refusal:
        checks.check_event(draft(), [tier(price_minor=None, currency=currency)])

    assert refusal.value.field_texts == {"tiers.0.price": said}


def test_everything_wrong_is_said_at_once():
    with pytest.raises(InvalidInput) as refusal:
        checks.check_event(draft(artist="", name="", starts_at=None), [])

    assert set(refusal.value.field_texts) == {"artist", "name", "starts_at", "tiers"}


def test_only_the_organizers_own_team_may_create(any_runtime, organizer_id):
    strangers = [
        fan(),
        guest(),
        owner_of(new_id()),
        owner_of(organizer_id, role=TeamRole.DOOR),
    ]
    for stranger in strangers:
        with pytest.raises(NotFound):
            create(any_runtime, stranger, organizer_id)
    assert count(any_runtime, Event) == 0

    for insider in (owner_of(organizer_id, role=TeamRole.MANAGER), admin()):
        create(any_runtime, insider, organizer_id)
    assert count(any_runtime, Event) == 2


def test_a_seated_tier_has_the_seats_of_its_sections(any_runtime, owner, organizer_id):
    def build(session, now):
        venue = venues.find_or_add(session, HALL, timezone="Europe/Berlin")
        venues.add_sections(
            session,
            venue_id=venue.id,
            plans=[venues.SectionPlan("Stalls", "AB", 5), venues.SectionPlan("Balcony", "A", 3)],
        )

    any_runtime.write(build)
    event_id = create(
        any_runtime,
        owner,
        organizer_id,
        tiers=[
            tier(name="Stalls", is_seated=True, sections=("Stalls",), capacity=None),
            tier(name="Balcony", is_seated=True, sections=("Balcony",), capacity=None),
        ],
    )

    def seen(session, now):
        stock = availability(session, [event_id])[event_id]
        return stock.available, [
            f"{seat.section} {seat.row}{seat.number}" for seat in list_seats(session, event_id)
        ]

    available, seats = any_runtime.read(seen)
    assert available == 13
    assert seats[:5] == ["Stalls A1", "Stalls A2", "Stalls A3", "Stalls A4", "Stalls A5"]
    assert seats[-3:] == ["Balcony A1", "Balcony A2", "Balcony A3"]

    with pytest.raises(InvalidInput) as refusal:
        create(
            any_runtime,
            owner,
            organizer_id,
            tiers=[tier(name="Moon", is_seated=True, sections=("Moon",), capacity=None)],
        )
    assert set(refusal.value.field_texts) == {"sections"}


def test_an_event_changes_its_time_and_says_so(any_runtime, owner, organizer_id):
    event_id = create(any_runtime, owner, organizer_id)
    any_runtime.write(
        lambda session, now: operations.publish_event(session, actor=owner, event_id=event_id, now=now)
    )
    later = {"starts_at": STARTS + timedelta(days=1), "ends_at": STARTS + timedelta(days=1, hours=3)}

    any_runtime.write(
        lambda session, now: operations.update_event(
            session, actor=owner, event_id=event_id, draft=draft(name="Noon Parade", **later), now=now
        )
    )

    page = any_runtime.read(lambda session, now: queries.get_event(session, "midnight-parade", now=now))
    assert page.name == "Noon Parade"
    assert page.notice == (
        "Rescheduled from Sat 12 Dec 2026, 13:00 CET to Sun 13 Dec 2026, 13:00 CET. Tickets stay valid."
    )
    card = any_runtime.read(lambda session, now: queries.list_cards(session, [event_id], now=now)[0])
    assert (card.badge_kind, card.badge) == ("rescheduled", "Rescheduled")


def test_an_event_may_charge_when_the_places_are_confirmed_and_change_its_mind(
    any_runtime, owner, organizer_id
):
    event_id = create(any_runtime, owner, organizer_id, draft(authorises_first=True))

    def is_ticked() -> bool:
        return any_runtime.read(
            lambda session, now: managing.get_fields(session, str(event_id), actor=owner, now=now)
        ).authorises_first

    assert is_ticked()
    any_runtime.write(
        lambda session, now: operations.update_event(
            session, actor=owner, event_id=event_id, draft=draft(), now=now
        )
    )
    assert not is_ticked()


def test_a_draft_that_moves_was_never_announced(any_runtime, owner, organizer_id):
    event_id = create(any_runtime, owner, organizer_id)
    later = {"starts_at": STARTS + timedelta(days=1), "ends_at": STARTS + timedelta(days=1, hours=3)}

    any_runtime.write(
        lambda session, now: operations.update_event(
            session, actor=owner, event_id=event_id, draft=draft(**later), now=now
        )
    )
    any_runtime.write(
        lambda session, now: operations.publish_event(session, actor=owner, event_id=event_id, now=now)
    )

    assert (
        any_runtime.read(lambda session, now: queries.get_event(session, str(event_id), now=now)).notice == ""
    )


@pytest.fixture
def sold(any_runtime, owner, organizer_id):
    """A published event whose tier of 100 has 7 places held."""
    event_id = create(any_runtime, owner, organizer_id)
    any_runtime.write(
        lambda session, now: operations.publish_event(session, actor=owner, event_id=event_id, now=now)
    )
    tier_id = any_runtime.read(lambda session, now: session.scalar(sa.select(Tier.id)))
    person_id = any_runtime.write(lambda session, now: make_person(session).id)
    any_runtime.grouped_blocking(
        inventory.hold_many,
        HoldRequest(person_id, event_id, (PlacesLine(tier_id, 7),), "k", timedelta(minutes=15)),
    )
    return event_id, tier_id


def update_tier(runtime, actor, event_id, tier_id, tier_draft):
    runtime.write(
        lambda session, now: tier_operations.update_tier(
            session, actor=actor, event_id=event_id, tier_id=tier_id, draft=tier_draft, now=now
        )
    )


def test_capacity_never_goes_below_what_is_held_and_sold(any_runtime, owner, sold):
    event_id, tier_id = sold

    with pytest.raises(CapacityTooSmall):
        update_tier(any_runtime, owner, event_id, tier_id, tier(capacity=6, price_minor=1_00))
    with pytest.raises(CapacityTooSmall):
        any_runtime.write(
            lambda session, now: operations.update_event(
                session, actor=owner, event_id=event_id, draft=draft(max_attendees=6, name="X"), now=now
            )
        )

    page = any_runtime.read(lambda session, now: queries.get_event(session, str(event_id), now=now))
    assert (page.name, page.tiers[0].capacity, page.tiers[0].price_minor) == ("Midnight Parade", 100, 45_00)
    update_tier(any_runtime, owner, event_id, tier_id, tier(capacity=7))
    page = any_runtime.read(lambda session, now: queries.get_event(session, str(event_id), now=now))
    assert (page.tiers[0].capacity, page.tiers[0].available, page.state) == (7, 0, "held_by_others")


def test_a_price_change_never_touches_what_is_held(any_runtime, owner, sold):
    event_id, tier_id = sold

    update_tier(any_runtime, owner, event_id, tier_id, tier(price_minor=99_00))

    held = any_runtime.read(
        lambda session, now: session.execute(sa.text("SELECT price_minor FROM holds")).scalar()
    )
    page = any_runtime.read(lambda session, now: queries.get_event(session, str(event_id), now=now))
    assert (held, page.tiers[0].price_minor) == (45_00, 99_00)


def test_a_rival_finds_nothing(any_runtime, sold):
    event_id, tier_id = sold
    rival = owner_of(new_id())
    calls = [
        lambda session, now: operations.update_event(
            session, actor=rival, event_id=event_id, draft=draft(), now=now
        ),
        lambda session, now: operations.publish_event(session, actor=rival, event_id=event_id, now=now),
        lambda session, now: operations.pause_event(session, actor=rival, event_id=event_id, now=now),
        lambda session, now: tier_operations.create_tier(
            session, actor=rival, event_id=event_id, draft=tier(name="Mine"), now=now
        ),
        lambda session, now: tier_operations.update_tier(
            session, actor=rival, event_id=event_id, tier_id=tier_id, draft=tier(), now=now
        ),
        lambda session, now: managing.get_fields(session, str(event_id), actor=rival, now=now),
        lambda session, now: managing.get_impact(session, actor=rival, event_id=event_id),
    ]

    for call in calls:
        with pytest.raises(NotFound):
            any_runtime.write(call)
    assert (
        any_runtime.read(lambda session, now: managing.list_own_events(session, actor=rival, now=now)) == []
    )


def test_a_tier_is_added_with_a_key_and_a_name_of_its_own(any_runtime, owner, sold):
    event_id, _ = sold

    def add(name):
        any_runtime.write(
            lambda session, now: tier_operations.create_tier(
                session, actor=owner, event_id=event_id, draft=tier(name=name, capacity=5), now=now
            )
        )

    add("Golden Circle")
    with pytest.raises(InvalidInput) as refusal:
        add("golden circle")

    assert set(refusal.value.field_texts) == {"name"}
    page = any_runtime.read(lambda session, now: queries.get_event(session, str(event_id), now=now))
    assert [(row.key, row.capacity) for row in page.tiers] == [("regular", 100), ("golden-circle", 5)]


def test_a_tier_of_another_event_is_not_found(any_runtime, owner, organizer_id, sold):
    _, tier_id = sold
    other_id = create(any_runtime, owner, organizer_id)

    with pytest.raises(NotFound):
        update_tier(any_runtime, owner, other_id, tier_id, tier())
