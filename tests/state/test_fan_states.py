"""What a hostile browser can make of the fan's states: nothing."""

from uuid import UUID

import pytest
from reflex.event import Event

from tests.carts import cart_of, hold
from tests.factories import make_person
from tests.sales import NewTier, Sale, make_sale, make_seated_sale
from ticketapp.core.ids import new_id
from ticketapp.core.tokens import new_token
from ticketapp.services.accounts.operations import begin_guest
from ticketapp.services.cart.views import CartView
from ticketapp.services.inventory.requests import BestSeatsLine, PlacesLine
from ticketapp.state.cart import CartState
from ticketapp.state.event_list import EventListState
from ticketapp.state.event_page import EventPageState
from ticketapp.state.seats import SeatsState

HOSTILE = ["nonsense", "", None, True, -1, 10**12, 1.5, [1], {"a": 1}, "' OR 1=1 --"]
EVENTS = [
    CartState.change_quantity("x", 1),
    CartState.remove_line("x"),
    CartState.remove_seat("x"),
    CartState.dismiss("x"),
    CartState.take_again("x"),
    CartState.extend("x", 0),
    EventListState.choose("x", "x"),
    EventListState.search("x"),
    EventPageState.choose("x", 1),
    EventPageState.enter_code({}),
    SeatsState.open_section("x"),
    SeatsState.prefer("x"),
    SeatsState.count_together(1),
    SeatsState.take("x"),
    SeatsState.let_go("x"),
]


@pytest.fixture
def sale(app_runtime) -> Sale:
    return app_runtime.write(lambda session, now: make_sale(session, NewTier(capacity=5)))


@pytest.fixture
def guest(app_runtime, screen) -> UUID:
    """The screen's own guest."""
    screen.token = new_token()
    return app_runtime.write(lambda session, now: begin_guest(session, token=screen.token, now=now)).person_id


async def open_event(screen, sale: Sale) -> None:
    await screen.send(EventPageState.load, path=f"/event/{sale.slug}")


@pytest.mark.parametrize("spec", EVENTS, ids=lambda spec: spec.handler.fn.__qualname__)
async def test_no_argument_breaks_a_handler_or_takes_a_place(screen, app_runtime, guest, sale, spec):
    await open_event(screen, sale)
    [event] = Event.from_event_type(spec)

    for value in HOSTILE:
        await screen.send_raw(event.name, dict.fromkeys(event.payload, value))

    assert screen.errors == []
    assert cart_of(app_runtime, guest) == CartView()


async def test_what_is_chosen_is_held(screen, app_runtime, guest, sale):
    await open_event(screen, sale)

    await screen.send(EventPageState.choose("regular", 2))
    await screen.send(EventPageState.add_to_cart)

    page = await screen.state(EventPageState)
    assert (page.refusal, page.quantities) == ("", {"regular": 0})
    assert cart_of(app_runtime, guest).quantity == 2


async def test_who_comes_back_to_an_event_is_not_told_of_an_old_hold(screen, guest, sale):
    await open_event(screen, sale)
    await screen.send(EventPageState.choose("regular", 2))
    await screen.send(EventPageState.add_to_cart)
    assert (await screen.state(EventPageState)).said.startswith("Held for you")

    await open_event(screen, sale)

    assert (await screen.state(EventPageState)).said == ""


async def test_a_choice_stays_within_what_one_order_may_have(screen, app_runtime, guest):
    limits = {"min_per_order": 2, "max_per_order": 4}
    sale = app_runtime.write(lambda session, now: make_sale(session, NewTier(columns=limits)))
    await open_event(screen, sale)
    chosen = []

    for wanted in (1, 9, 1, -3):
        await screen.send(EventPageState.choose("regular", wanted))
        chosen.append((await screen.state(EventPageState)).quantities["regular"])

    assert chosen == [2, 4, 0, 0]


async def test_a_refusal_says_what_is_left_and_takes_nothing(screen, app_runtime, guest, sale):
    await open_event(screen, sale)
    await screen.send(EventPageState.choose("regular", 3))
    rival = app_runtime.write(lambda session, now: make_person(session, email="").id)
    hold(app_runtime, rival, sale, PlacesLine(sale.tiers["regular"], 4))

    await screen.send(EventPageState.add_to_cart)

    page = await screen.state(EventPageState)
    assert page.refusal == "Only 1 left. Choose 1 or fewer."
    assert page.is_adding is False
    assert page.event.tiers[0].available == 1
    assert cart_of(app_runtime, guest) == CartView()


async def test_a_visitor_becomes_a_guest_with_the_first_ticket(screen, app_runtime, sale):
    screen.token = new_token()
    await open_event(screen, sale)
    await screen.send(EventPageState.choose("regular", 1))

    await screen.send(EventPageState.add_to_cart)

    owner = await app_runtime.identities.actor_for(screen.token)
    assert owner.is_guest
    assert cart_of(app_runtime, owner.person_id).quantity == 1


async def test_more_time_asked_by_a_double_click_is_given_once(screen, app_runtime, guest, sale):
    hold(app_runtime, guest, sale, PlacesLine(sale.tiers["regular"], 1))
    [before] = cart_of(app_runtime, guest).events

    for _ in range(2):
        await screen.send(CartState.extend(before.id, before.deadline_ms))

    [after] = cart_of(app_runtime, guest).events
    assert after.deadline_ms - before.deadline_ms == before.extension_minutes * 60_000
    assert after.extensions_left == before.extensions_left - 1


async def test_a_seat_taken_by_a_double_click_is_held_until_it_is_let_go(screen, app_runtime, guest):
    sale = app_runtime.write(lambda session, now: make_seated_sale(session))
    await open_event(screen, sale)
    await screen.send(SeatsState.load)
    await screen.send(SeatsState.open_section("Stalls"))
    seat = (await screen.state(SeatsState)).rows[0].seats[0].id

    for _ in range(2):
        await screen.send(SeatsState.take(seat))
    assert cart_of(app_runtime, guest).quantity == 1

    for _ in range(2):
        await screen.send(SeatsState.let_go(seat))
    assert cart_of(app_runtime, guest) == CartView()


async def test_another_persons_seat_stays_theirs(screen, app_runtime, guest):
    sale = app_runtime.write(lambda session, now: make_seated_sale(session))
    owner = app_runtime.write(lambda session, now: make_person(session, email="").id)
    held = hold(app_runtime, owner, sale, BestSeatsLine(sale.tiers["stalls"], 1)).lines[0]
    await open_event(screen, sale)

    await screen.send(CartState.remove_seat(str(held.hold_id)))
    await screen.send(SeatsState.take(str(held.seat_id)))

    assert (await screen.state(SeatsState)).refusal == (
        f"Stalls, row A, seat {held.number} went a moment ago. Choose another seat."
    )
    assert cart_of(app_runtime, owner).quantity == 1
    assert cart_of(app_runtime, guest) == CartView()


async def test_instead_of_a_seat_that_went_the_next_one_is_offered(screen, app_runtime, guest):
    sale = app_runtime.write(lambda session, now: make_seated_sale(session))
    owner = app_runtime.write(lambda session, now: make_person(session, email="").id)
    await open_event(screen, sale)
    await screen.send(SeatsState.load)
    await screen.send(SeatsState.open_section("Stalls"))
    held = hold(app_runtime, owner, sale, BestSeatsLine(sale.tiers["stalls"], 1)).lines[0]

    await screen.send(SeatsState.take(str(held.seat_id)))

    offered = (await screen.state(SeatsState)).instead
    assert (offered.status, abs(int(offered.number) - int(held.number))) == ("free", 1)
    await screen.send(SeatsState.take(offered.id))
    seats = await screen.state(SeatsState)
    assert (seats.refusal, seats.instead.id) == ("", "")
    assert cart_of(app_runtime, guest).quantity == 1


async def test_the_best_seats_are_refused_when_none_lie_together(screen, app_runtime, guest):
    sale = app_runtime.write(lambda session, now: make_seated_sale(session))
    await open_event(screen, sale)
    await screen.send(SeatsState.count_together(5))

    await screen.send(SeatsState.take_best)

    seats = await screen.state(SeatsState)
    assert (seats.refusal, seats.taking) == ("Only 4 left. Choose 4 or fewer.", "")
    assert cart_of(app_runtime, guest) == CartView()


async def test_a_section_says_what_is_left_after_the_best_are_taken(screen, app_runtime, guest):
    sale = app_runtime.write(lambda session, now: make_seated_sale(session))
    await open_event(screen, sale)
    await screen.send(SeatsState.load)
    before = [section.free for section in (await screen.state(SeatsState)).sections]

    await screen.send(SeatsState.take_best)

    assert before == [8]
    assert [section.free for section in (await screen.state(SeatsState)).sections] == [6]


async def test_what_is_free_says_nothing_of_fees_and_taxes(screen, app_runtime):
    gratis = NewTier("entry", columns={"price_minor": 0, "fee_minor": 0})
    sale = app_runtime.write(lambda session, now: make_sale(session, gratis))
    await open_event(screen, sale)

    event = (await screen.state(EventPageState)).event
    assert (event.price_text, event.has_higher_prices, event.price_note, event.tax_text) == (
        "Free",
        False,
        "",
        "",
    )


async def test_hidden_tickets_cannot_be_held_without_their_code(screen, app_runtime, guest):
    hidden = NewTier("secret", columns={"access_code": "MOONLIGHT"})
    sale = app_runtime.write(lambda session, now: make_sale(session, NewTier(), hidden))
    await open_event(screen, sale)
    shown_before = [tier.key for tier in (await screen.state(EventPageState)).event.tiers]

    await screen.send(EventPageState.choose("secret", 1))
    await screen.send(CartState.change_quantity(str(sale.tiers["secret"]), 1))

    assert shown_before == ["regular"]
    assert cart_of(app_runtime, guest) == CartView()


async def test_a_code_opens_its_tickets_however_it_is_written(screen, app_runtime, guest):
    hidden = NewTier("secret", columns={"access_code": "MOONLIGHT"})
    sale = app_runtime.write(lambda session, now: make_sale(session, hidden))
    await open_event(screen, sale)

    await screen.send(EventPageState.enter_code({"code": " moonlight "}))

    page = await screen.state(EventPageState)
    assert ([tier.key for tier in page.event.tiers], page.code_error) == (["secret"], "")


async def test_an_unknown_event_is_said_to_be_missing(screen):
    await screen.send(EventPageState.load, path=f"/event/{new_id()}")

    page = await screen.state(EventPageState)
    assert (page.is_missing, page.is_loading, page.error) == (True, False, "")
