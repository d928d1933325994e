"""What may be disturbed: stories of an order, told act by act, and how each ends when nothing comes in between."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.simulation import cast
from tests.simulation.world import World
from ticketapp.services.payments.told_events import ACTED_ON

Act = Callable[[World], Any]
ASKS, DELAYS, DECLINES = (
    "pm_card_threeDSecure2Required",
    "pm_sepaDebit_processing",
    "pm_card_visa_chargeDeclined",
)


@dataclass(frozen=True)
class Story:
    """Acts one after the other; `ends` is the order's status, and how much was charged and given back, in tickets."""

    name: str
    acts: tuple[Act, ...]
    ends: tuple[str, int, int]
    opening: str = "places"


def pay(world: World, method: str = "pm_card_visa") -> None:
    """The button at the checkout: what costs nothing is confirmed, as there."""
    order = world.orders[0]
    if order.total_minor == 0:
        cast.takes_free(world, order)
    else:
        cast.pays(world, order, method)


def look(world: World) -> None:
    cast.looks_again(world, world.orders[0])


def call_off(world: World) -> None:
    cast.pays_another_way(world, world.orders[0])


def give_up(world: World) -> None:
    cast.gives_up(world, world.orders[0])


def take_free(world: World) -> None:
    cast.takes_free(world, world.orders[0])


def approve(world: World, *, is_approved: bool = True) -> None:
    for asked in world.provider.intents("requires_action"):
        world.provider.approve(asked, is_approved=is_approved)


def arrive(world: World, *, is_paid: bool = True) -> None:
    for slow in world.provider.intents("processing"):
        world.provider.arrive(slow, is_paid=is_paid)


def letters(world: World) -> None:
    """Everything that the provider has to tell and that anything follows from comes in."""
    came, world.provider.letters[:] = world.provider.letters[:], []
    for letter in came:
        if letter["type"] in ACTED_ON:
            cast.hears(world, letter)


def work(world: World) -> None:
    if cast.jobs_due(world):
        cast.works(world)


def later(world: World, minutes: int) -> None:
    world.clock.advance(minutes=minutes)


def sweep(world: World) -> None:
    cast.sweeps(world)


def give_back(world: World) -> None:
    cast.gives_back(world, world.orders[0], is_organizer=True)


def give_back_as_buyer(world: World) -> None:
    cast.gives_back(world, world.orders[0], is_organizer=False)


def refund_fails(world: World) -> None:
    for refund in world.provider.book.all("refund"):
        if refund["status"] == "succeeded":
            world.provider.refund_fails(refund)


def call_the_event_off(world: World) -> None:
    cast.calls_the_event_off(world)


def somebody_else_buys(world: World) -> None:
    placed = world.ordered(1, world.places(2))
    if hasattr(placed, "order_id"):
        cast.pays(world, placed)


def publish_fees(world: World) -> None:
    world.provider.publish_balances()


def dispute(world: World) -> None:
    for charge in world.provider.book.all("charge"):
        if charge["status"] == "succeeded" and not charge["disputed"] and not charge["amount_refunded"]:
            world.provider.dispute(charge)


def decide_dispute(world: World, *, is_won: bool) -> None:
    for disputed in world.provider.book.all("dispute"):
        if disputed["status"] == "needs_response":
            world.provider.close_dispute(disputed, is_won=is_won)


_HOLD_OVER: tuple[Act, ...] = (partial(later, minutes=30), sweep, work)
_GIVEN_UP: tuple[Act, ...] = (*_HOLD_OVER, partial(later, minutes=70), work)
STORIES = (
    Story("it is paid", (pay,), ("paid", 2, 0)),
    Story("a seat is paid", (pay,), ("paid", 2, 0), "seat"),
    Story("it is declined", (partial(pay, method=DECLINES),), ("awaiting_payment", 0, 0)),
    Story("declined, then paid", (partial(pay, method=DECLINES), pay), ("paid", 2, 0)),
    Story("the bank asks, yes", (partial(pay, method=ASKS), approve, look), ("paid", 2, 0)),
    Story(
        "the bank asks, yes, by letter",
        (partial(pay, method=ASKS), approve, letters, work, letters, work),
        ("paid", 2, 0),
    ),
    Story(
        "the bank asks, no",
        (partial(pay, method=ASKS), partial(approve, is_approved=False), look, pay),
        ("paid", 2, 0),
    ),
    Story("the bank asks in vain", (partial(pay, method=ASKS), *_HOLD_OVER), ("expired", 0, 0)),
    Story(
        "paid and called off in one moment",
        (partial(pay, method=ASKS), approve, call_off),
        ("paid", 2, 0),
    ),
    Story("called off, then paid", (partial(pay, method=ASKS), call_off, pay), ("paid", 2, 0)),
    Story("given up while the bank asks", (partial(pay, method=ASKS), give_up), ("cancelled", 0, 0)),
    Story("it arrives slowly", (partial(pay, method=DELAYS), arrive, letters, work), ("paid", 2, 0)),
    Story(
        "it bounces", (partial(pay, method=DELAYS), partial(arrive, is_paid=False), letters, work, pay),
        ("paid", 2, 0),
    ),
    Story(
        "too late, the places are free", (partial(pay, method=DELAYS), *_GIVEN_UP, arrive, letters, work),
        ("paid", 2, 0),
    ),
    Story(
        "too late, the places are gone",
        (partial(pay, method=DELAYS), *_GIVEN_UP, somebody_else_buys, arrive, letters, work, work),
        ("refunded", 4, 2),
    ),
    Story("given back", (pay, give_back, work), ("refunded", 2, 2)),
    Story(
        "given back, and it returns", (pay, give_back, work, refund_fails, letters, work),
        ("refunded", 2, 0),
    ),
    Story("free", (take_free,), ("paid", 0, 0), "free"),
    Story(
        "called off while the bank asks",
        (partial(pay, method=ASKS), call_the_event_off, work, approve, letters, work, work),
        ("refunded", 2, 2),
    ),
    Story("called off after it was paid", (pay, call_the_event_off, work, work), ("refunded", 2, 2)),
    Story("the fee is told", (pay, publish_fees, letters, work), ("paid", 2, 0)),
    Story(
        "disputed and won",
        (pay, dispute, letters, work, partial(decide_dispute, is_won=True), letters, work),
        ("paid", 2, 0),
    ),
    Story(
        "disputed and lost",
        (pay, dispute, letters, work, partial(decide_dispute, is_won=False), letters, work),
        ("paid", 2, 0),
    ),
    Story("set aside and taken", (pay,), ("paid", 2, 0), "places, set aside"),
    Story(
        "set aside when the bank says yes", (partial(pay, method=ASKS), approve, letters, work),
        ("paid", 2, 0), "places, set aside",
    ),
    Story(
        "set aside too late, the places are gone",
        (partial(pay, method=ASKS), *_HOLD_OVER, somebody_else_buys, approve, letters, work, work),
        ("expired", 2, 0), "places, set aside",
    ),
    Story(
        "set aside for an event that is called off",
        (partial(pay, method=ASKS), call_the_event_off, work, approve, letters, work, work),
        ("cancelled", 0, 0), "places, set aside",
    ),
)  # fmt: skip

OTHERS: dict[str, tuple[Act, ...]] = {
    "a second tab pays": (pay,),
    "the buyer looks": (look,),
    "the buyer wants another card": (call_off,),
    "the buyer gives up": (give_up,),
    "the buyer gives up and another buys": (give_up, somebody_else_buys),
    "the hold runs out": _HOLD_OVER,
    "nobody knows for too long": _GIVEN_UP,
    "nobody knows for too long and another buys": (*_GIVEN_UP, somebody_else_buys),
    "the reconciler looks": (partial(later, minutes=2), cast.reconciles),
    "all letters come": (letters, work, work),
    "the provider's list is read": (cast.catches_up, work, work),
    "the event is called off": (call_the_event_off, work, work),
    "the money goes back": (give_back_as_buyer, work),
}
