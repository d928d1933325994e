"""The checkout on the screen: the exact amount, the form that stays as it is, and where it leads when all is ordered."""

from uuid import UUID

import pytest

from tests.buying import CARDS, Shop
from ticketapp.core.tokens import new_token
from ticketapp.services.accounts.operations import begin_guest
from ticketapp.state.checkout import CheckoutState


@pytest.fixture
def shop(app_runtime) -> Shop:
    return Shop(app_runtime)


@pytest.fixture
def guest(app_runtime, screen) -> UUID:
    """The screen's own guest."""
    screen.token = new_token()
    return app_runtime.write(lambda session, now: begin_guest(session, token=screen.token, now=now)).person_id


async def paid(shop: Shop, person: UUID):
    event = shop.event()
    await shop.hold(person, event, shop.tier(event), 2)
    placed = await shop.place(person)
    await shop.pay(placed, CARDS.good)
    return placed


async def test_the_checkout_shows_the_exact_amount_and_keeps_the_form(screen, shop, guest):
    event = shop.event()
    await shop.hold(guest, event, shop.tier(event), 2)

    await screen.send(CheckoutState.load, path="/checkout")
    await screen.send(CheckoutState.check_email("ada@gmial.com"))
    await screen.send(CheckoutState.choose_delivery("courier"))
    await screen.send(CheckoutState.choose_delivery("pigeon"))
    await screen.send(CheckoutState.refused({"code": "payment_failed", "text": "No.", "fields": {}}))

    shown = await screen.state(CheckoutState)
    assert (shown.pay_text, shown.refusal, shown.errors) == ("Pay €90.00", "No.", [])
    assert (shown.email, shown.better_email, shown.delivery) == ("ada@gmial.com", "ada@gmail.com", "courier")
    await screen.send(CheckoutState.take_better_email)
    assert (await screen.state(CheckoutState)).email == "ada@gmail.com"


LOST = {"code": "no_answer", "text": "We could not reach Ticketapp.", "fields": {}}


@pytest.mark.parametrize(
    "heard", [CheckoutState.reload, CheckoutState.refused(LOST)], ids=["news", "refusal"]
)
async def test_a_checkout_whose_cart_was_ordered_meanwhile_goes_to_that_order(screen, shop, guest, heard):
    earlier = await paid(shop, guest)
    event = shop.event()
    await shop.hold(guest, event, shop.tier(event), 1)
    await screen.send(CheckoutState.load, path="/checkout")

    placed = await shop.place(guest)
    await shop.pay(placed, CARDS.good)
    await screen.send(heard, path="/checkout")

    assert screen.redirects == [f"/order/{placed.reference}"]
    assert earlier.reference != placed.reference


async def test_a_hold_that_ends_at_the_checkout_is_said(screen, shop, guest):
    await paid(shop, guest)
    event = shop.event()
    await shop.hold(guest, event, shop.tier(event), 1)
    await screen.send(CheckoutState.load, path="/checkout")

    shop.clock.advance(minutes=15)
    await screen.send(CheckoutState.reload, path="/checkout")

    shown = await screen.state(CheckoutState)
    assert (shown.has_run_out, shown.checkout.quantity, screen.redirects) == (True, 0, [])


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"fields": []},
        {"fields": {"name": ["x"], "toString": "y"}},
        {"text": {"a": 1}},
        {"text": "x" * 10_000, "fields": None},
    ],
)
async def test_whatever_a_browser_says_was_answered_is_only_shown(screen, guest, answer):
    await screen.send(CheckoutState.refused(answer), path="/checkout")

    shown = await screen.state(CheckoutState)
    assert screen.errors == []
    assert (shown.errors, len(shown.refusal) <= 400) == ([], True)
