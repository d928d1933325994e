"""Every story, disturbed in every way at every effect: run once to count the effects, then once for each disturbance."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx

from tests.simulation.loop import Point
from tests.simulation.provider import broken
from tests.simulation.scenarios import OTHERS, Act, Story
from tests.simulation.steps import finish
from tests.simulation.world import World


@dataclass(frozen=True)
class Trouble:
    """What happens at one effect; `does` tells whether the act is begun anew, and whether the story goes on."""

    name: str
    does: Callable[["Telling", Point], None]
    is_for_calls: bool = False


@dataclass
class Telling:
    """A story that is being told, with trouble at one effect."""

    world: World
    story: Story
    at: int = -1
    trouble: Trouble | None = None
    effects: list[Point] = field(default_factory=list)
    is_to_be_told_again: bool = False
    is_broken_off: bool = False

    def tell(self) -> None:
        for act in self.story.acts:
            self._play(act)
            if self.is_to_be_told_again:
                self.is_to_be_told_again = False
                self._play(act)
            if self.is_broken_off:
                return

    def _play(self, act: Act) -> None:
        act(self.world)
        while self.world.points and not self.is_broken_off:
            point = self.world.points[0]
            self.effects.append(point)
            if len(self.effects) == self.at + 1 and self.trouble is not None:
                self.trouble.does(self, point)
            else:
                self.world.loop.go(point)


def _dies(*, is_after: bool, goes_on: bool) -> Trouble:
    def die(telling: Telling, point: Point) -> None:
        if is_after:
            telling.world.loop.let_happen(point)
        telling.world.loop.kill(point.process)
        telling.is_to_be_told_again, telling.is_broken_off = goes_on, not goes_on

    when, then = ("after" if is_after else "before"), ("and another takes over" if goes_on else "for good")
    return Trouble(f"its process dies {when} it {then}", die)


def _breaks(status: int, *, executes: bool = False) -> Trouble:
    def answer(telling: Telling, point: Point) -> None:
        telling.world.line.fault = broken(status, executes=executes)
        telling.world.loop.go(point)

    return Trouble(
        f"it is answered {status}{' after it happened' if executes else ''}", answer, is_for_calls=True
    )


def _is_lost(*, is_after: bool) -> Trouble:
    def lose(telling: Telling, point: Point) -> None:
        if is_after:
            telling.world.loop.let_happen(point)
        telling.world.loop.lose(point, httpx.ReadError("lost"))

    return Trouble(f"the line breaks {'after' if is_after else 'before'} it", lose, is_for_calls=True)


def _is_overtaken(name: str, acts: tuple[Act, ...]) -> Trouble:
    def wait(telling: Telling, point: Point) -> None:
        world = telling.world
        waiting = list(world.points)
        before = list(world.loop.effects.processes)
        for act in acts:
            act(world)
            for process in world.loop.effects.processes:
                if process not in before:
                    finish(world, process)
        assert world.points == waiting
        world.loop.go(point)

    return Trouble(name, wait)


TROUBLES = (
    *(_dies(is_after=after, goes_on=goes_on) for after in (False, True) for goes_on in (True, False)),
    *(_is_lost(is_after=after) for after in (False, True)),
    *(_breaks(status) for status in (500, 429, 409)),
    _breaks(500, executes=True),
    *(_is_overtaken(name, acts) for name, acts in OTHERS.items()),
)


def told(world: World, story: Story) -> list[Point]:
    """Tell a story undisturbed and give its effects."""
    telling = Telling(world, story)
    telling.tell()
    return telling.effects


def disturbances(effects: list[Point]) -> Iterator[tuple[int, Trouble]]:
    """Give every trouble at every effect."""
    for at, point in enumerate(effects):
        for trouble in TROUBLES:
            if point.is_call or not trouble.is_for_calls:
                yield at, trouble


def disturbed(world: World, story: Story, at: int, trouble: Trouble) -> None:
    """Tell a story with one trouble."""
    Telling(world, story, at, trouble).tell()
