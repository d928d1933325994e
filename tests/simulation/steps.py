"""A run told step by step, for what has to happen in one order and no other."""

from tests.simulation.loop import Point, Process
from tests.simulation.world import World


def waiting(world: World, process: Process) -> list[Point]:
    return [point for point in world.points if point.process is process]


def until(world: World, process: Process, name: str) -> Point:
    """Let a process go on until it waits before this effect."""
    while point := next(iter(waiting(world, process)), None):
        if point.name.startswith(name) and not point.is_done:
            return point
        world.loop.go(point)
    raise AssertionError(f"{process.name} never came to {name}")


def finish(world: World, process: Process) -> None:
    """Let a process go on to its end, and nobody else."""
    while mine := waiting(world, process):
        world.loop.go(mine[0])


def time_passes(world: World, **span: float) -> None:
    """Move the shop's clock and the provider's, and let nobody wait for an answer that long."""
    before = world.clock.now()
    world.clock.advance(**span)
    world.loop.silence((world.clock.now() - before).total_seconds())
