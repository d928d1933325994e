"""Events that hold at checkout: the cart only remembers what is wanted."""

from uuid import UUID

import pytest
from sqlmodel import select

from tests.carts import cart_of, hold, left, set_quantity
from tests.factories import make_person
from tests.sales import NewTier, Sale, make_sale
from ticketapp.core.errors import AppError, InvalidInput
from ticketapp.models import CartWish, HoldPolicy
from ticketapp.runtime import Runtime
from ticketapp.services.cart import operations
from ticketapp.services.cart.views import CartView
from ticketapp.services.cart.wishes import add_wishes
from ticketapp.services.inventory.errors import LimitPerPerson
from ticketapp.services.inventory.requests import PlacesLine


@pytest.fixture
def wish_event(any_runtime: Runtime) -> Sale:
    tiers = (NewTier("regular", capacity=5, columns={"max_per_order": 4}),)
    return any_runtime.write(
        lambda session, now: make_sale(
            session, *tiers, hold_policy=HoldPolicy.AT_CHECKOUT, name="Checkout Hold"
        )
    )


def wish(running: Runtime, person: UUID, event: Sale, quantity: int) -> None:
    running.write(
        lambda session, now: add_wishes(
            session,
            person_id=person,
            event_id=event.id,
            quantities={event.tiers["regular"]: quantity},
            access_codes=frozenset(),
            now=now,
        )
    )


def test_a_wish_holds_nothing_and_runs_no_clock(any_runtime: Runtime, person: UUID, wish_event: Sale):
    wish(any_runtime, person, wish_event, 2)
    wish(any_runtime, person, wish_event, 1)

    cart = cart_of(any_runtime, person)

    [shown] = cart.events
    assert shown.is_held_at_checkout
    assert [(line.quantity, line.total_text) for line in shown.lines] == [(3, "€135.00")]
    assert (cart.quantity, cart.deadline_ms) == (3, 0)
    assert left(any_runtime, wish_event, "regular") == 5


@pytest.mark.parametrize(
    ("quantity", "error"), [(5, LimitPerPerson), (0, InvalidInput), (True, InvalidInput)]
)
def test_a_refused_wish_changes_nothing(
    any_runtime: Runtime, person: UUID, wish_event: Sale, quantity: int, error: type[AppError]
):
    with pytest.raises(error):
        wish(any_runtime, person, wish_event, quantity)

    with any_runtime.database.readers() as session:
        assert session.exec(select(CartWish)).all() == []


def test_a_wish_is_changed_and_removed_like_a_hold(any_runtime: Runtime, person: UUID, wish_event: Sale):
    wish(any_runtime, person, wish_event, 2)

    set_quantity(any_runtime, person, wish_event.tiers["regular"], 4)
    changed = cart_of(any_runtime, person)
    any_runtime.write(
        lambda session, now: operations.remove_line(
            session, person_id=person, tier_id=wish_event.tiers["regular"], now=now
        )
    )

    assert changed.quantity == 4
    assert cart_of(any_runtime, person) == CartView()


def test_an_account_takes_over_its_guests_cart(
    any_runtime: Runtime, person: UUID, event: Sale, wish_event: Sale
):
    account = any_runtime.write(lambda session, now: make_person(session, email="ada@example.com").id)
    hold(any_runtime, person, event, PlacesLine(event.tiers["regular"], 2))
    wish(any_runtime, person, wish_event, 1)
    wish(any_runtime, account, wish_event, 3)

    any_runtime.write(
        lambda session, now: operations.take_over(session, from_person=person, to_person=account, now=now)
    )

    assert cart_of(any_runtime, person) == CartView()
    assert cart_of(any_runtime, account).quantity == 5
    assert left(any_runtime, event, "regular") == 8
