"""One hold, every answer it can get, on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from tests.factories import NOON, make_event, make_person, make_seated_tier, make_tier
from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import EventStatus, Hold, HoldStatus, LogEntry, Membership
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import operations, queries
from ticketapp.services.inventory.errors import (
    AccessCodeRequired,
    EventAtCapacity,
    IdempotencyMismatch,
    LimitPerPerson,
    MembershipRequired,
    NotOnSale,
    SeatTaken,
    SoldOut,
    TierCapacityExceeded,
)
from ticketapp.services.inventory.requests import BestSeatsLine, Held, HoldRequest, PlacesLine, SeatLine

FIFTEEN_MINUTES = timedelta(minutes=15)


def hold(runtime: Runtime, person_id: UUID, event_id: UUID, *lines, key: str = "k", codes=()) -> Held:
    request = HoldRequest(person_id, event_id, lines, key, FIFTEEN_MINUTES, frozenset(codes))
    return runtime.grouped_blocking(operations.hold_many, request)


def numbers(runtime: Runtime, event_id: UUID) -> tuple[int, int, int]:
    """Held, sold and available of the whole event."""
    seen = runtime.read(lambda session, now: queries.availability(session, [event_id])[event_id])
    assert seen.held == sum(tier.held for tier in seen.tiers.values())
    assert seen.sold == sum(tier.sold for tier in seen.tiers.values())
    return seen.held, seen.sold, seen.available


def count_rows(runtime: Runtime, model) -> int:
    return runtime.read(lambda session, now: session.scalar(sa.select(sa.func.count()).select_from(model)))


@pytest.fixture
def ada(any_runtime) -> UUID:
    return any_runtime.write(lambda session, now: make_person(session).id)


@pytest.fixture
def event_id(any_runtime) -> UUID:
    return any_runtime.write(lambda session, now: make_event(session, max_attendees=120).id)


def seated(session, **facts):
    tier, seats = make_seated_tier(session, **facts)
    return tier.id, seats


def add_tier(runtime, **facts) -> UUID:
    return runtime.write(lambda session, now: make_tier(session, **facts).id)


def test_a_hold_sets_places_aside_at_the_price_of_the_moment(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=10, price_minor=4500)

    held = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    (line,) = held.lines
    assert (line.quantity, line.price_minor, line.currency, line.status) == (3, 4500, "EUR", HoldStatus.LIVE)
    assert line.expires_at == NOON + FIFTEEN_MINUTES
    assert held.is_repeat is False
    assert numbers(any_runtime, event_id) == (3, 0, 7)
    assert count_rows(any_runtime, LogEntry) == 1


def test_the_same_request_again_gets_the_same_answer_and_no_second_hold(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=10)
    first = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    again = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    assert again == Held(first.lines, is_repeat=True)
    assert numbers(any_runtime, event_id) == (3, 0, 7)
    assert count_rows(any_runtime, Hold) == 1


def test_the_same_key_for_another_request_is_refused(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=10)
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    with pytest.raises(IdempotencyMismatch):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 4))

    assert numbers(any_runtime, event_id) == (3, 0, 7)


def test_several_tiers_are_held_together_or_not_at_all(any_runtime, ada, event_id):
    regular = add_tier(any_runtime, event_id=event_id, capacity=10)
    golden = add_tier(any_runtime, event_id=event_id, capacity=3)
    hold(any_runtime, ada, event_id, PlacesLine(golden, 2))

    with pytest.raises(SoldOut) as refusal:
        hold(any_runtime, ada, event_id, PlacesLine(regular, 2), PlacesLine(golden, 2), key="other")

    assert refusal.value.details == {"available": 1}
    assert numbers(any_runtime, event_id) == (2, 0, 11)
    assert count_rows(any_runtime, Hold) == 1


def test_sold_out_says_what_is_left(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=5)
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    with pytest.raises(SoldOut, match="Only 2 left") as refusal:
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3), key="other")

    assert refusal.value.details == {"available": 2}
    assert numbers(any_runtime, event_id) == (3, 0, 2)


def test_the_events_own_capacity_counts_besides_the_tiers(any_runtime, ada):
    event_id = any_runtime.write(lambda session, now: make_event(session, max_attendees=4).id)
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=10)
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    with pytest.raises(EventAtCapacity) as refusal:
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 2), key="other")

    assert refusal.value.details == {"available": 1}
    assert numbers(any_runtime, event_id) == (3, 0, 1)


@pytest.mark.parametrize("quantity", [0, -1, 10**9, "2", True, None, [2], 1.0])
def test_a_quantity_that_is_no_quantity_is_refused(any_runtime, ada, event_id, quantity):
    tier_id = add_tier(any_runtime, event_id=event_id)

    with pytest.raises(InvalidInput) as refusal:
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, quantity))

    assert refusal.value.field_texts == {"quantity": "Choose a whole number from 1 to 1000."}
    assert numbers(any_runtime, event_id) == (0, 0, 100)


def test_more_than_the_tier_ever_had_is_refused(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=5)

    with pytest.raises(TierCapacityExceeded) as refusal:
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 6))

    assert refusal.value.details == {"available": 5}


def test_a_tier_of_another_event_is_not_found(any_runtime, ada, event_id):
    other = any_runtime.write(lambda session, now: make_event(session).id)
    tier_id = add_tier(any_runtime, event_id=other)
    add_tier(any_runtime, event_id=event_id)

    with pytest.raises(NotFound):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1))

    assert numbers(any_runtime, other) == (0, 0, 100)


def test_an_unknown_event_is_not_found(any_runtime, ada):
    with pytest.raises(NotFound):
        hold(any_runtime, ada, new_id(), PlacesLine(new_id(), 1))


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.PAUSED, EventStatus.CANCELLED])
def test_an_event_that_is_not_published_sells_nothing(any_runtime, ada, status):
    event_id = any_runtime.write(lambda session, now: make_event(session, status=status).id)
    tier_id = add_tier(any_runtime, event_id=event_id)

    with pytest.raises(NotOnSale):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1))

    assert numbers(any_runtime, event_id) == (0, 0, 100)


@pytest.mark.parametrize(
    "window",
    [
        {"sale_starts_at": NOON + timedelta(seconds=1)},
        {"sale_ends_at": NOON},
    ],
)
def test_outside_its_sale_window_a_tier_sells_nothing(any_runtime, ada, event_id, window):
    tier_id = add_tier(any_runtime, event_id=event_id, **window)

    with pytest.raises(NotOnSale):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1))

    assert numbers(any_runtime, event_id) == (0, 0, 100)


def test_the_limit_per_order_counts_what_is_in_the_cart(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, max_per_order=4)
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    with pytest.raises(LimitPerPerson, match="You can take 1 more"):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 2), key="other")

    assert numbers(any_runtime, event_id) == (3, 0, 97)


def test_the_limit_per_person_holds_within_one_batch(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, max_per_person=3)
    batch = [
        HoldRequest(ada, event_id, (PlacesLine(tier_id, 1),), f"k{place}", FIFTEEN_MINUTES)
        for place in range(5)
    ]

    outcomes = any_runtime.write(lambda session, now: operations.hold_many(session, batch, now))

    assert [type(outcome) for outcome in outcomes] == [Held] * 3 + [LimitPerPerson] * 2
    assert numbers(any_runtime, event_id) == (3, 0, 97)


def test_members_only_means_members_only(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, required_club="Pier Club")
    with pytest.raises(MembershipRequired):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1))

    any_runtime.write(lambda session, now: session.add(Membership(person_id=ada, club="Pier Club")))

    assert len(hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1)).lines) == 1


def test_a_membership_that_has_run_out_is_none(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, required_club="Pier Club")
    any_runtime.write(
        lambda session, now: session.add(Membership(person_id=ada, club="Pier Club", until=NOON))
    )

    with pytest.raises(MembershipRequired):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1))


def test_a_coded_tier_opens_with_its_code(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, access_code="MOONLIGHT")
    with pytest.raises(AccessCodeRequired):
        hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1), codes=["SUNLIGHT"])

    assert len(hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1), codes=["MOONLIGHT"]).lines) == 1


def test_a_seat_belongs_to_one_person(any_runtime, ada, event_id):
    bo = any_runtime.write(lambda session, now: make_person(session).id)
    _, seats = any_runtime.write(
        lambda session, now: make_seated_tier(session, event_id=event_id, rows={"A": 4})
    )
    hold(any_runtime, ada, event_id, SeatLine(seats["A1"]), SeatLine(seats["A2"]))

    with pytest.raises(SeatTaken) as refusal:
        hold(any_runtime, bo, event_id, SeatLine(seats["A2"]), SeatLine(seats["A3"]))

    assert refusal.value.details["seats"] == ["Stalls, row A, seat 2"]
    assert numbers(any_runtime, event_id) == (2, 0, 2)


def test_a_seat_one_holds_already_is_the_same_hold(any_runtime, ada, event_id):
    _, seats = any_runtime.write(
        lambda session, now: make_seated_tier(session, event_id=event_id, rows={"A": 4})
    )
    first = hold(any_runtime, ada, event_id, SeatLine(seats["A1"]))

    again = hold(any_runtime, ada, event_id, SeatLine(seats["A1"]), key="other")

    assert again == Held(first.lines, is_repeat=True)
    assert numbers(any_runtime, event_id) == (1, 0, 3)


def test_the_best_seats_lie_together(any_runtime, ada, event_id):
    tier_id, seats = any_runtime.write(
        lambda session, now: seated(session, event_id=event_id, rows={"A": 5, "B": 5})
    )
    hold(any_runtime, ada, event_id, SeatLine(seats["A3"]))

    held = hold(any_runtime, ada, event_id, BestSeatsLine(tier_id, 3), key="best")

    assert [(line.row, line.number) for line in held.lines] == [("B", "2"), ("B", "3"), ("B", "4")]
    assert numbers(any_runtime, event_id) == (4, 0, 6)


def test_when_no_row_has_so_many_together_the_longest_run_is_told(any_runtime, ada, event_id):
    tier_id, seats = any_runtime.write(lambda session, now: seated(session, event_id=event_id, rows={"A": 5}))
    hold(any_runtime, ada, event_id, SeatLine(seats["A3"]))

    with pytest.raises(SoldOut) as refusal:
        hold(any_runtime, ada, event_id, BestSeatsLine(tier_id, 3), key="best")

    assert refusal.value.details == {"available": 2}
    assert numbers(any_runtime, event_id) == (1, 0, 4)


def test_one_refusal_does_not_touch_its_neighbours(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=3)
    batch = [
        HoldRequest(ada, event_id, (PlacesLine(tier_id, quantity),), f"k{place}", FIFTEEN_MINUTES)
        for place, quantity in enumerate([2, 2, 0, 1])
    ]

    outcomes = any_runtime.write(lambda session, now: operations.hold_many(session, batch, now))

    assert [type(outcome) for outcome in outcomes] == [Held, SoldOut, InvalidInput, Held]
    assert numbers(any_runtime, event_id) == (3, 0, 0)
