"""How holds end: released, reduced, expired, sold, taken again, returned; each once, each with its stock."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from tests.factories import NOON, make_event, make_order, make_person, make_seated_tier
from tests.services.test_hold_many import add_tier, hold, numbers
from ticketapp.core.errors import NotFound
from ticketapp.core.times import epoch_ms
from ticketapp.models import CartWish, EventSeat, Hold, HoldStatus, OrderStatus, SeatStatus
from ticketapp.services.cart import operations as cart
from ticketapp.services.inventory import operations, orders, supply
from ticketapp.services.inventory.errors import CapacityTooSmall, NoMoreExtensions, NotActive
from ticketapp.services.inventory.requests import PlacesLine, SeatLine


@pytest.fixture
def ada(any_runtime) -> UUID:
    return any_runtime.write(lambda session, now: make_person(session).id)


@pytest.fixture
def event_id(any_runtime) -> UUID:
    return any_runtime.write(lambda session, now: make_event(session, max_attendees=120).id)


@pytest.fixture
def tier_id(any_runtime, event_id) -> UUID:
    return add_tier(any_runtime, event_id=event_id, capacity=10)


def statuses(runtime) -> list[tuple[HoldStatus, int]]:
    query = sa.select(Hold.status, Hold.quantity).order_by(Hold.created_at, Hold.id)
    return [tuple(row) for row in runtime.read(lambda session, now: session.execute(query).all())]


def order_of(runtime, person_id, held) -> UUID:
    """An order awaiting payment that has these holds."""

    def place(session, now):
        order = make_order(session, person_id=person_id, status=OrderStatus.AWAITING_PAYMENT)
        given = orders.attach_to_orders(
            session,
            {line.hold_id: order.id for line in held.lines},
            {line.event_id for line in held.lines},
            now,
        )
        assert given == {line.hold_id for line in held.lines}
        return order.id

    return runtime.write(place)


def test_release_gives_the_places_back_once(any_runtime, ada, event_id, tier_id):
    (line,) = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3)).lines

    any_runtime.write(
        lambda session, now: operations.release_holds(
            session, person_id=ada, hold_ids=[line.hold_id], now=now
        )
    )

    assert numbers(any_runtime, event_id) == (0, 0, 10)
    with pytest.raises(NotActive):
        any_runtime.write(
            lambda session, now: operations.release_holds(
                session, person_id=ada, hold_ids=[line.hold_id], now=now
            )
        )
    assert numbers(any_runtime, event_id) == (0, 0, 10)
    assert statuses(any_runtime) == [(HoldStatus.RELEASED, 3)]


def test_anothers_hold_is_not_found(any_runtime, ada, event_id, tier_id):
    (line,) = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3)).lines
    bo = any_runtime.write(lambda session, now: make_person(session).id)

    with pytest.raises(NotFound):
        any_runtime.write(
            lambda session, now: operations.release_holds(
                session, person_id=bo, hold_ids=[line.hold_id], now=now
            )
        )

    assert numbers(any_runtime, event_id) == (3, 0, 7)


def test_reducing_takes_from_the_newest_hold_first(any_runtime, ada, event_id, tier_id, clock):
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3), key="first")
    clock.advance(seconds=1)
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 2), key="second")

    any_runtime.write(
        lambda session, now: operations.reduce_hold(
            session, person_id=ada, tier_id=tier_id, quantity=3, now=now
        )
    )

    assert statuses(any_runtime) == [(HoldStatus.LIVE, 2), (HoldStatus.RELEASED, 2)]
    assert numbers(any_runtime, event_id) == (2, 0, 8)


def test_reducing_by_more_than_there_is_changes_nothing(any_runtime, ada, event_id, tier_id):
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    with pytest.raises(NotActive):
        any_runtime.write(
            lambda session, now: operations.reduce_hold(
                session, person_id=ada, tier_id=tier_id, quantity=4, now=now
            )
        )

    assert numbers(any_runtime, event_id) == (3, 0, 7)


def test_a_hold_expires_when_its_time_is_over_and_not_before(any_runtime, ada, event_id, tier_id, clock):
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    clock.advance(minutes=14, seconds=59)
    assert any_runtime.write(lambda session, now: operations.expire_due(session, now=now, limit=10)) == 0
    assert numbers(any_runtime, event_id) == (3, 0, 7)

    clock.advance(seconds=1)
    assert any_runtime.write(lambda session, now: operations.expire_due(session, now=now, limit=10)) == 1
    assert any_runtime.write(lambda session, now: operations.expire_due(session, now=now, limit=10)) == 0
    assert numbers(any_runtime, event_id) == (0, 0, 10)
    assert statuses(any_runtime) == [(HoldStatus.EXPIRED, 3)]


def test_an_expired_hold_cannot_be_cancelled(any_runtime, ada, event_id, tier_id, clock):
    (line,) = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3)).lines
    clock.advance(minutes=15)
    any_runtime.write(lambda session, now: operations.expire_due(session, now=now, limit=10))

    with pytest.raises(NotActive):
        any_runtime.write(
            lambda session, now: operations.release_holds(
                session, person_id=ada, hold_ids=[line.hold_id], now=now
            )
        )

    assert statuses(any_runtime) == [(HoldStatus.EXPIRED, 3)]


def test_a_hold_of_an_order_does_not_expire_by_itself(any_runtime, ada, event_id, tier_id, clock):
    order_of(any_runtime, ada, hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3)))
    clock.advance(hours=1)

    assert any_runtime.write(lambda session, now: operations.expire_due(session, now=now, limit=10)) == 0
    assert numbers(any_runtime, event_id) == (3, 0, 7)


def test_extension_follows_the_events_rule(any_runtime, ada):
    event_id = any_runtime.write(
        lambda session, now: make_event(session, extensions_max=1, extension_minutes=5).id
    )
    tier_id = add_tier(any_runtime, event_id=event_id)
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1))

    def extend(minutes):
        deadline_ms = epoch_ms(NOON + timedelta(minutes=minutes))
        return any_runtime.write(
            lambda session, now: operations.extend_holds(
                session, person_id=ada, event_id=event_id, deadline_ms=deadline_ms, now=now
            )
        )

    # Asked twice of what ends after 15 minutes, it is given once.
    assert [extend(15), extend(15)] == [NOON + timedelta(minutes=20)] * 2
    with pytest.raises(NoMoreExtensions):
        extend(20)
    ends = any_runtime.read(lambda session, now: session.scalar(sa.select(Hold.expires_at)))
    assert ends == NOON + timedelta(minutes=20)


def test_adding_more_leaves_the_first_deadline_alone(any_runtime, ada, event_id, tier_id, clock):
    first = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1))
    clock.advance(minutes=5)

    second = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1), key="second")

    assert second.lines[0].expires_at == NOON + timedelta(minutes=20)
    seen = any_runtime.read(
        lambda session, now: session.scalar(
            sa.select(Hold.expires_at).where(Hold.id == first.lines[0].hold_id)
        )
    )
    assert seen == NOON + timedelta(minutes=15)


def test_sign_in_takes_the_guests_cart_over(any_runtime, ada, event_id, tier_id):
    guest = any_runtime.write(lambda session, now: make_person(session, email="").id)
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 1), key="1")
    hold(any_runtime, guest, event_id, PlacesLine(tier_id, 2), key="1")
    wish = {"tier_id": tier_id, "event_id": event_id, "created_at": NOON}
    any_runtime.write(
        lambda session, now: session.add_all(
            [CartWish(person_id=ada, quantity=1, **wish), CartWish(person_id=guest, quantity=3, **wish)]
        )
    )

    any_runtime.write(lambda session, now: cart.take_over(session, from_person=guest, to_person=ada, now=now))

    owners = any_runtime.read(
        lambda session, now: session.execute(sa.select(Hold.person_id, Hold.quantity)).all()
    )
    assert sorted(tuple(row) for row in owners) == sorted([(ada, 1), (ada, 2)])
    wishes = any_runtime.read(
        lambda session, now: session.execute(sa.select(CartWish.person_id, CartWish.quantity)).all()
    )
    assert [tuple(row) for row in wishes] == [(ada, 3)]
    assert numbers(any_runtime, event_id) == (3, 0, 7)


def test_a_paid_order_turns_held_into_sold_once(any_runtime, ada, event_id, tier_id):
    order_id = order_of(any_runtime, ada, hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3)))

    for _ in range(2):
        sold = any_runtime.write(lambda session, now: orders.confirm_for_orders(session, [order_id], now))
        assert sold == {order_id}

    assert numbers(any_runtime, event_id) == (0, 3, 7)
    assert statuses(any_runtime) == [(HoldStatus.CONFIRMED, 3)]


def test_late_money_takes_the_same_places_again_while_they_are_free(any_runtime, ada, event_id):
    _, seats = any_runtime.write(
        lambda session, now: make_seated_tier(session, event_id=event_id, rows={"A": 2})
    )
    order_id = order_of(any_runtime, ada, hold(any_runtime, ada, event_id, SeatLine(seats["A1"])))
    any_runtime.write(
        lambda session, now: orders.release_for_orders(session, [order_id], now, status=HoldStatus.EXPIRED)
    )
    assert numbers(any_runtime, event_id) == (0, 0, 2)

    sold = any_runtime.write(lambda session, now: orders.confirm_for_orders(session, [order_id], now))

    assert sold == {order_id}
    assert numbers(any_runtime, event_id) == (0, 1, 1)
    seat = any_runtime.read(lambda session, now: session.get(EventSeat, seats["A1"]).status)
    assert seat is SeatStatus.SOLD


def test_late_money_finds_its_seat_resold_and_nothing_changes(any_runtime, ada, event_id):
    _, seats = any_runtime.write(
        lambda session, now: make_seated_tier(session, event_id=event_id, rows={"A": 2})
    )
    held = hold(any_runtime, ada, event_id, SeatLine(seats["A1"]), SeatLine(seats["A2"]))
    order_id = order_of(any_runtime, ada, held)
    any_runtime.write(
        lambda session, now: orders.release_for_orders(session, [order_id], now, status=HoldStatus.EXPIRED)
    )
    bo = any_runtime.write(lambda session, now: make_person(session).id)
    hold(any_runtime, bo, event_id, SeatLine(seats["A2"]))

    sold = any_runtime.write(lambda session, now: orders.confirm_for_orders(session, [order_id], now))

    assert sold == set()
    assert numbers(any_runtime, event_id) == (1, 0, 1)


def test_two_late_orders_cannot_both_have_the_last_place(any_runtime, ada, event_id):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=2)
    bo = any_runtime.write(lambda session, now: make_person(session).id)
    late = [
        order_of(any_runtime, person, hold(any_runtime, person, event_id, PlacesLine(tier_id, 1)))
        for person in (ada, bo)
    ]
    any_runtime.write(
        lambda session, now: orders.release_for_orders(session, late, now, status=HoldStatus.EXPIRED)
    )
    cy = any_runtime.write(lambda session, now: make_person(session).id)
    hold(any_runtime, cy, event_id, PlacesLine(tier_id, 1))

    sold = any_runtime.write(lambda session, now: orders.confirm_for_orders(session, late, now))

    assert len(sold) == 1
    assert numbers(any_runtime, event_id) == (1, 1, 0)


def test_a_refunded_ticket_frees_its_place(any_runtime, ada, event_id, tier_id):
    held = hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))
    order_id = order_of(any_runtime, ada, held)
    any_runtime.write(lambda session, now: orders.confirm_for_orders(session, [order_id], now))

    any_runtime.write(lambda session, now: orders.return_sold(session, {held.lines[0].hold_id: 1}, now))
    assert numbers(any_runtime, event_id) == (0, 2, 8)
    any_runtime.write(lambda session, now: orders.return_sold(session, {held.lines[0].hold_id: 2}, now))

    assert numbers(any_runtime, event_id) == (0, 0, 10)
    assert statuses(any_runtime) == [(HoldStatus.RELEASED, 2)]


def test_capacity_never_falls_below_what_is_held_and_sold(any_runtime, ada, event_id, tier_id):
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    with pytest.raises(CapacityTooSmall):
        any_runtime.write(
            lambda session, now: supply.set_capacity(session, event_id=event_id, tier_id=tier_id, capacity=2)
        )
    with pytest.raises(CapacityTooSmall):
        any_runtime.write(
            lambda session, now: supply.set_max_attendees(session, event_id=event_id, max_attendees=2)
        )
    assert numbers(any_runtime, event_id) == (3, 0, 7)

    any_runtime.write(
        lambda session, now: supply.set_capacity(session, event_id=event_id, tier_id=tier_id, capacity=3)
    )
    assert numbers(any_runtime, event_id) == (3, 0, 0)


def test_cancelling_an_event_frees_its_cart_holds(any_runtime, ada, event_id, tier_id):
    hold(any_runtime, ada, event_id, PlacesLine(tier_id, 3))

    freed = any_runtime.write(
        lambda session, now: operations.release_event(session, event_id=event_id, now=now)
    )

    assert freed == 1
    assert numbers(any_runtime, event_id) == (0, 0, 10)


@pytest.mark.parametrize("numbers_over", [{"held": 8}, {"held": 4, "sold": 4}, {"held": -1}])
def test_the_database_itself_refuses_to_oversell(any_runtime, event_id, numbers_over):
    tier_id = add_tier(any_runtime, event_id=event_id, capacity=7)

    with pytest.raises(sa.exc.IntegrityError, match="never_oversold"):
        any_runtime.write(
            lambda session, now: session.execute(
                sa.text("UPDATE tier_stock SET held = :held, sold = :sold WHERE tier_id = :id").bindparams(
                    sa.bindparam("id", tier_id, type_=sa.Uuid())
                ),
                {"held": 0, "sold": 0} | numbers_over,
            )
        )


def test_the_database_itself_refuses_a_second_owner_of_a_seat(any_runtime, ada, event_id):
    _, seats = any_runtime.write(
        lambda session, now: make_seated_tier(session, event_id=event_id, rows={"A": 1})
    )
    (line,) = hold(any_runtime, ada, event_id, SeatLine(seats["A1"])).lines

    def forge(session, now):
        known = session.get(Hold, line.hold_id).model_dump()
        del known["id"]
        session.add(Hold(**known | {"request_key": "forged"}))

    with pytest.raises(sa.exc.IntegrityError):
        any_runtime.write(forge)
