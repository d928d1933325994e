"""A cart is what its person holds, and says so exactly."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.carts import cart_of, expire, hold, left, set_quantity, take_again
from tests.factories import make_person
from tests.sales import NewTier, Sale, make_sale, make_seated_sale
from ticketapp.core.clock import StoppedClock
from ticketapp.core.errors import AppError, InvalidInput, NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import EventSeat, Hold
from ticketapp.runtime import Runtime
from ticketapp.services.cart import operations, queries
from ticketapp.services.cart.views import CartView
from ticketapp.services.inventory.errors import LimitPerPerson, NoMoreExtensions, NotActive, SoldOut
from ticketapp.services.inventory.requests import BestSeatsLine, PlacesLine


def test_nobodys_cart_is_empty(any_runtime: Runtime, person: UUID):
    assert cart_of(any_runtime, None) == CartView()
    assert cart_of(any_runtime, person) == CartView()


def test_two_holds_of_one_tier_are_one_line(any_runtime: Runtime, person: UUID, event: Sale):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2), key="a")
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 1), key="b")
    hold(any_runtime, person, event, PlacesLine(event.tiers["golden-circle"], 1), key="c")

    cart = cart_of(any_runtime, person)

    [shown] = cart.events
    assert [(line.key, line.quantity, line.price_text, line.total_text) for line in shown.lines] == [
        ("regular", 3, "€45.00", "€135.00"),
        ("golden-circle", 1, "€120.00", "€120.00"),
    ]
    assert (shown.organizer, shown.place_text) == ("Harbour Lights", "Dockside Hall, Hamburg")
    assert shown.when_text == "Sat 21 Nov 2026, 15:00 CET"
    assert (cart.quantity, [total.total_text for total in cart.totals]) == (4, ["€255.00"])
    assert shown.deadline_text == "13:15 CET"


def test_many_carts_are_read_together_and_each_is_its_persons(
    any_runtime: Runtime, person: UUID, event: Sale
):
    rival, nobody = any_runtime.write(lambda session, now: (make_person(session, email="").id, new_id()))
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2), key="a")
    hold(any_runtime, rival, event, PlacesLine(event.tiers["golden-circle"], 1), key="b")
    alone = {one: cart_of(any_runtime, one) for one in (person, rival, nobody)}

    together = any_runtime.read(
        lambda session, now: queries.get_carts(session, person_ids=alone.keys(), now=now)
    )

    assert together == alone
    assert [cart.quantity for cart in alone.values()] == [2, 1, 0]


def test_a_cart_of_endless_lines_takes_no_line_from_another(any_runtime: Runtime, person: UUID, event: Sale):
    rival = any_runtime.write(lambda session, now: make_person(session, email="").id)
    hold(any_runtime, rival, event, PlacesLine(event.tiers["regular"], 1), key="b")
    any_runtime.write(lambda session, now: session.add_all(endless_holds(person, event, now)))

    carts = any_runtime.read(
        lambda session, now: queries.get_carts(session, person_ids=[person, rival], now=now)
    )

    assert (carts[person].quantity, carts[rival].quantity) == (queries.LINES_MAX, 1)


def endless_holds(person: UUID, event: Sale, now: datetime) -> list[Hold]:
    return [
        Hold(
            person_id=person,
            event_id=event.id,
            tier_id=event.tiers["regular"],
            quantity=1,
            price_minor=4500,
            created_at=now,
            expires_at=now + timedelta(minutes=15),
            request_key=str(number),
            request_print=0,
            line=0,
        )
        for number in range(queries.LINES_MAX + 1)
    ]


def test_a_cart_says_when_its_first_hold_ends_and_what_more_time_it_may_have(
    any_runtime: Runtime, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2), key="a")

    cart = cart_of(any_runtime, person)

    assert cart.deadline_ms - cart.warn_at_ms == 120_000
    assert (cart.deadline_text, cart.extension_text, cart.total_text, cart.own_seats) == (
        "13:15 CET",
        "5 more minutes",
        "€90.00",
        [],
    )


def test_a_cart_of_two_currencies_has_two_totals(any_runtime: Runtime, person: UUID, event: Sale):
    tokyo = any_runtime.write(
        lambda session, now: make_sale(session, NewTier(price_minor=6800, currency="JPY"), name="Tokyo Echo")
    )
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 1), key="a")
    hold(any_runtime, person, tokyo, PlacesLine(tokyo.tiers["regular"], 2), key="b")

    cart = cart_of(any_runtime, person)

    assert [(total.currency, total.total_text) for total in cart.totals] == [
        ("EUR", "€45.00"),
        ("JPY", "¥13,600"),
    ]
    assert len(cart.events) == 2


def test_the_first_end_is_the_carts_deadline(
    any_runtime: Runtime, clock: StoppedClock, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2), key="a")
    clock.advance(minutes=3)
    hold(any_runtime, person, event, PlacesLine(event.tiers["golden-circle"], 1), key="b")

    cart = cart_of(any_runtime, person)

    first_end = clock.now() + timedelta(minutes=12)
    assert (cart.quantity, cart.deadline_ms) == (3, int(first_end.timestamp() * 1000))


@pytest.mark.parametrize("quantity", [1, 2, 3, 7])
def test_the_quantity_is_set_up_and_down(any_runtime: Runtime, person: UUID, event: Sale, quantity: int):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2))

    set_quantity(any_runtime, person, event.tiers["regular"], quantity)
    set_quantity(any_runtime, person, event.tiers["regular"], quantity)

    assert cart_of(any_runtime, person).quantity == quantity
    assert left(any_runtime, event, "regular") == 10 - quantity


@pytest.mark.parametrize(
    ("quantity", "error"),
    [(0, InvalidInput), (-1, InvalidInput), ("2", InvalidInput), (True, InvalidInput), (11, LimitPerPerson)],
)
def test_a_refused_quantity_changes_nothing(
    any_runtime: Runtime, person: UUID, event: Sale, quantity: object, error: type[AppError]
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2))

    with pytest.raises(error):
        set_quantity(any_runtime, person, event.tiers["regular"], quantity)

    assert cart_of(any_runtime, person).quantity == 2
    assert left(any_runtime, event, "regular") == 8


def test_more_than_is_left_is_refused_with_the_number(any_runtime: Runtime, person: UUID, event: Sale):
    hold(any_runtime, person, event, PlacesLine(event.tiers["golden-circle"], 1))

    with pytest.raises(SoldOut) as refused:
        set_quantity(any_runtime, person, event.tiers["golden-circle"], 6)

    assert refused.value.details == {"available": 4}


def test_only_a_line_of_the_cart_can_be_changed(any_runtime: Runtime, person: UUID, event: Sale):
    for tier_id in (person, event.tiers["regular"]):
        with pytest.raises(NotFound):
            set_quantity(any_runtime, person, tier_id, 1)

    assert left(any_runtime, event, "regular") == 10


def test_an_ended_hold_stays_greyed_and_says_what_is_still_free(
    any_runtime: Runtime, clock: StoppedClock, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 4))
    clock.advance(minutes=15)
    expire(any_runtime)
    rival = any_runtime.write(lambda session, now: make_person(session, email="").id)
    hold(any_runtime, rival, event, PlacesLine(event.tiers["regular"], 7))

    cart = cart_of(any_runtime, person)

    [shown] = cart.events
    assert (cart.quantity, cart.totals, shown.lines, shown.deadline_ms) == (0, [], [], 0)
    [ended] = shown.ended_lines
    assert (ended.quantity, ended.still_free, ended.note) == (4, 3, "3 of 4 are still free.")


def test_one_tap_takes_again_what_is_still_free(
    any_runtime: Runtime, clock: StoppedClock, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 4))
    clock.advance(minutes=15)
    expire(any_runtime)
    rival = any_runtime.write(lambda session, now: make_person(session, email="").id)
    hold(any_runtime, rival, event, PlacesLine(event.tiers["regular"], 7))

    taken = take_again(any_runtime, person, event)
    second_tap = take_again(any_runtime, person, event)

    assert (taken.taken, taken.gone, second_tap.taken) == (3, 1, 0)
    assert taken.text == "3 of 4 are yours again. The rest went to somebody else."
    [shown] = cart_of(any_runtime, person).events
    assert ([line.quantity for line in shown.lines], shown.ended_lines) == ([3], [])
    assert left(any_runtime, event, "regular") == 0


def test_a_hold_whose_time_is_over_can_be_taken_again_before_the_expiry_job(
    any_runtime: Runtime, clock: StoppedClock, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 10))
    clock.advance(minutes=15)

    before = cart_of(any_runtime, person)
    taken = take_again(any_runtime, person, event)

    assert (before.quantity, before.ended_quantity, before.events[0].still_free) == (0, 10, 10)
    assert (taken.taken, taken.gone) == (10, 0)
    assert cart_of(any_runtime, person).quantity == 10


def test_seats_come_back_one_by_one(any_runtime: Runtime, clock: StoppedClock, person: UUID):
    event = any_runtime.write(lambda session, now: make_seated_sale(session))
    held = hold(any_runtime, person, event, BestSeatsLine(event.tiers["stalls"], 2))
    before = cart_of(any_runtime, person).events[0].lines[0]
    clock.advance(minutes=15)
    expire(any_runtime)
    rival = any_runtime.write(lambda session, now: make_person(session, email="").id)
    hold(any_runtime, rival, event, BestSeatsLine(event.tiers["stalls"], 1))

    taken = take_again(any_runtime, person, event)

    assert [seat.label for seat in before.seats] == ["Stalls, row A, seat 2", "Stalls, row A, seat 3"]
    assert len(held.lines) == 2
    assert (taken.taken, taken.gone) == (1, 1)
    [shown] = cart_of(any_runtime, person).events
    assert [seat.label for seat in shown.lines[0].seats] == ["Stalls, row A, seat 3"]
    assert [seat.is_free for seat in shown.ended_lines[0].seats] == [False]
    assert shown.ended_lines[0].note == "Taken by somebody else."


def test_a_seat_is_let_go_and_free_again(any_runtime: Runtime, person: UUID):
    event = any_runtime.write(lambda session, now: make_seated_sale(session))
    held = hold(any_runtime, person, event, BestSeatsLine(event.tiers["stalls"], 1))
    stranger = any_runtime.write(lambda session, now: make_person(session, email="").id)

    with pytest.raises(NotFound):
        any_runtime.write(
            lambda session, now: operations.remove_seat(
                session, person_id=stranger, hold_id=held.lines[0].hold_id, now=now
            )
        )
    any_runtime.write(
        lambda session, now: operations.remove_seat(
            session, person_id=person, hold_id=held.lines[0].hold_id, now=now
        )
    )

    assert cart_of(any_runtime, person) == CartView()
    with any_runtime.database.readers() as session:
        seats = session.exec(select(EventSeat)).all()
    assert {seat.status.value for seat in seats} == {"free"}


def test_removing_a_line_lets_go_of_all_of_it(any_runtime: Runtime, person: UUID, event: Sale):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2), key="a")
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 1), key="b")
    hold(any_runtime, person, event, PlacesLine(event.tiers["golden-circle"], 1), key="c")

    any_runtime.write(
        lambda session, now: operations.remove_line(
            session, person_id=person, tier_id=event.tiers["regular"], now=now
        )
    )

    assert [line.key for line in cart_of(any_runtime, person).events[0].lines] == ["golden-circle"]
    assert (left(any_runtime, event, "regular"), left(any_runtime, event, "golden-circle")) == (10, 4)


def test_clearing_keeps_every_hold_on_record(
    any_runtime: Runtime, clock: StoppedClock, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2), key="ended")
    clock.advance(minutes=15)
    expire(any_runtime)
    hold(any_runtime, person, event, PlacesLine(event.tiers["golden-circle"], 1), key="live")

    any_runtime.write(lambda session, now: operations.clear(session, person_id=person, now=now))

    assert cart_of(any_runtime, person) == CartView()
    with any_runtime.database.readers() as session:
        statuses = {hold.request_key: hold.status.value for hold in session.exec(select(Hold)).all()}
    assert statuses == {"ended": "expired", "live": "released"}


def test_ended_lines_can_be_dismissed(any_runtime: Runtime, clock: StoppedClock, person: UUID, event: Sale):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2))
    clock.advance(minutes=15)

    any_runtime.write(
        lambda session, now: operations.dismiss_ended(session, person_id=person, event_id=event.id, now=now)
    )

    assert cart_of(any_runtime, person) == CartView()
    assert left(any_runtime, event, "regular") == 10


def test_an_extension_moves_the_deadline_as_often_as_the_event_allows(
    any_runtime: Runtime, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 1))

    def extend() -> None:
        deadline_ms = cart_of(any_runtime, person).deadline_ms
        any_runtime.write(
            lambda session, now: operations.extend(
                session, person_id=person, event_id=event.id, deadline_ms=deadline_ms, now=now
            )
        )

    extend()
    first = cart_of(any_runtime, person).events[0]
    extend()
    second = cart_of(any_runtime, person).events[0]

    assert (first.deadline_text, first.extensions_left) == ("13:20 CET", 1)
    assert (second.deadline_text, second.extensions_left) == ("13:25 CET", 0)
    with pytest.raises(NoMoreExtensions):
        extend()


def test_an_ended_hold_cannot_be_extended(
    any_runtime: Runtime, clock: StoppedClock, person: UUID, event: Sale
):
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 1))
    deadline_ms = cart_of(any_runtime, person).deadline_ms
    clock.advance(minutes=15)

    with pytest.raises(NotActive):
        any_runtime.write(
            lambda session, now: operations.extend(
                session, person_id=person, event_id=event.id, deadline_ms=deadline_ms, now=now
            )
        )
