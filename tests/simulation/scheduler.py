"""Who goes on, who dies, what the bank says, when the clock moves: every choice of a run, one number each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.simulation import cast
from tests.simulation.loop import Gone, Point
from tests.simulation.provider import broken
from tests.simulation.world import World
from ticketapp.core.errors import AppError
from ticketapp.services.ordering.requests import PlacedOrder

METHODS = (
    "pm_card_visa",
    "pm_card_visa_chargeDeclined",
    "pm_card_threeDSecure2Required",
    "pm_sepaDebit_processing",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
)
AT_ONCE_MAX = 5
# Seconds: an answer is not waited for, a payment is old enough to be asked about, a lease is over, a hold is over, nobody
# knows for too long, a key at the provider is forgotten.
SPANS_S = (31, 61, 150, 16 * 60, 30 * 60, 75 * 60, 25 * 3600)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may happen next; the higher its weight, the likelier."""

    weight: int
    text: str
    act: Callable[[], Any]


class Scheduler:
    """Lets one thing happen after the other, as `choose` says: given the weights, the number of one of them."""

    def __init__(self, world: World, choose: Callable[[int], int]) -> None:
        self.world, self._choose = world, choose

    def step(self) -> None:
        options = list(self._options())
        chosen = self._choose(sum(option.weight for option in options))
        for option in options:
            chosen -= option.weight
            if chosen < 0:
                self.world.history.append(option.text)
                option.act()
                return

    def _options(self) -> Iterator[Option]:
        yield from self._going_on()
        if len(self.world.living) < AT_ONCE_MAX:
            yield from self._beginning()
        yield from self._at_the_bank()
        yield from self._letters()
        yield from self._at_the_desk()
        for seconds in SPANS_S:
            yield Option(2, f"{seconds} s pass", lambda seconds=seconds: self._pass(seconds))

    def _going_on(self) -> Iterator[Option]:
        loop = self.world.loop
        for point in self.world.points:
            named = f"{point.process.name}: {point.name}"
            yield Option(14, named, lambda point=point: loop.go(point))
            if not point.is_done:
                yield Option(3, f"{named}, answer held", lambda point=point: loop.let_happen(point))
            if not point.process.is_dead:
                yield Option(1, f"{named}, killed", lambda point=point: loop.kill(point.process))
            if point.is_call and not point.process.is_dead:
                yield from self._on_the_line(point, named)

    def _on_the_line(self, point: Point, named: str) -> Iterator[Option]:
        if point.is_done:
            yield Option(2, f"{named}, answer lost", lambda: self._lose(point))
            return
        yield Option(1, f"{named}, lost", lambda: self._lose(point))
        yield Option(
            1, f"{named}, killed while the call is on its way",
            lambda: self.world.loop.kill(point.process, keeps_calls=True),
        )  # fmt: skip
        for status, executes in ((500, False), (500, True), (429, False), (409, False)):
            text = f"{named}, {status}{' after it happened' if executes else ''}"
            yield Option(1, text, lambda s=status, e=executes: self._break(point, s, executes=e))

    def _lose(self, point: Point) -> None:
        self.world.loop.lose(point, httpx.ReadError("lost"))

    def _break(self, point: Point, status: int, *, executes: bool) -> None:
        self.world.line.fault = broken(status, executes=executes)
        self.world.loop.go(point)

    def _beginning(self) -> Iterator[Option]:
        world = self.world
        for number, placed in enumerate(world.orders):
            if self._status(placed) == "awaiting_payment":
                for method in METHODS:
                    yield Option(
                        4 if method == METHODS[0] else 2, f"order {number}: pay {method}",
                        lambda placed=placed, method=method: cast.pays(world, placed, method),
                    )  # fmt: skip
            for text, begins in _VISITS:
                yield Option(
                    1, f"order {number}: {text}", lambda placed=placed, begins=begins: begins(world, placed)
                )
        for person in range(2):
            yield Option(1, f"person {person} orders", lambda person=person: self._order(person))
        if cast.jobs_due(world):
            yield Option(10, "a worker", lambda: cast.works(world))
        yield Option(2, "reconcile", lambda: cast.reconciles(world))
        yield Option(1, "catch up", lambda: cast.catches_up(world))
        yield Option(3, "sweep", lambda: cast.sweeps(world))

    def _order(self, person: int) -> None:
        if isinstance(self.world.ordered(person, self.world.places(2)), AppError):
            self.world.ordered(person, self.world.seat("A1"))

    def _status(self, placed: PlacedOrder) -> str:
        return self.world.query("SELECT status FROM orders WHERE id = ?", placed.order_id.hex)[0][0]

    def _at_the_bank(self) -> Iterator[Option]:
        provider = self.world.provider
        for asked in provider.intents("requires_action"):
            yield Option(4, "approved", lambda asked=asked: provider.approve(asked, is_approved=True))
            yield Option(1, "not approved", lambda asked=asked: provider.approve(asked, is_approved=False))
        for slow in provider.intents("processing"):
            yield Option(3, "arrived", lambda slow=slow: provider.arrive(slow, is_paid=True))
            yield Option(1, "bounced", lambda slow=slow: provider.arrive(slow, is_paid=False))
        if provider.intents("succeeded"):
            yield Option(1, "fees published", provider.publish_balances)
        for refund in provider.book.all("refund"):
            if refund["status"] == "succeeded":
                yield Option(1, "refund fails", lambda refund=refund: provider.refund_fails(refund))

    def _letters(self) -> Iterator[Option]:
        world, letters = self.world, self.world.provider.letters
        for letter in letters[-6:]:
            yield Option(2, f"letter {letter['type']}", lambda letter=letter: self._bring(letter))
            yield Option(
                1,
                f"letter {letter['type']}, and again later",
                lambda letter=letter: cast.hears(world, letter),
            )
            yield Option(1, f"letter {letter['type']} lost", lambda letter=letter: letters.remove(letter))

    def _bring(self, letter: Any) -> None:
        self.world.provider.letters.remove(letter)
        cast.hears(self.world, letter)

    def _at_the_desk(self) -> Iterator[Option]:
        world = self.world
        for number, placed in enumerate(world.orders):
            if self._status(placed) == "paid":
                for is_organizer in (False, True):
                    yield Option(
                        1, f"order {number}: given back",
                        lambda placed=placed, by=is_organizer: cast.gives_back(world, placed, is_organizer=by),
                    )  # fmt: skip
        yield Option(1, "the event is called off", lambda: cast.calls_the_event_off(world))

    def _pass(self, seconds: int) -> None:
        self.world.clock.advance(seconds=seconds)
        self.world.loop.silence(seconds)


_VISITS = (
    ("look", cast.looks_again),
    ("pay another way", cast.pays_another_way),
    ("cancel", cast.gives_up),
)


def check_nobody_broke_down(world: World) -> None:
    """A process may be refused or killed; anything else is a fault of ours."""
    for process in world.loop.effects.processes:
        if process.task is not None and process.task.done():
            error = process.task.exception()
            assert error is None or isinstance(error, Gone), f"{process.name}: {error!r}"
