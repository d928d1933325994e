import asyncio
import logging
from collections.abc import Callable, Iterator

import pytest
from hypothesis import Phase, settings

from tests.harness.databases import SqliteFiles
from tests.simulation.checks import Watch
from tests.simulation.loop import Effects, StillLoop
from tests.simulation.rest import come_to_rest
from tests.simulation.stage import Stage
from tests.simulation.world import World, begin

Begin = Callable[..., World]
settings.register_profile("long", max_examples=100_000)
# A mutant is dead at the first failure; nobody wants to know the shortest.
settings.register_profile("mutants", phases=[Phase.generate], derandomize=True)


@pytest.fixture(scope="package")
def stage(sqlite_files: SqliteFiles) -> Iterator[Stage]:
    """One database in memory for all runs."""
    sqlite_files.copy_to(sqlite_files.folder / "simulation.db", seeded=False)
    made = Stage(sqlite_files.folder / "simulation.db")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def ruled(stage: Stage) -> Iterator[None]:
    """Nothing but the scheduler decides by chance, and what the product logs about bad days is not looked at."""
    logging.disable(logging.CRITICAL)
    with stage.chance.rules():
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def loop() -> Iterator[StillLoop]:
    made = StillLoop()
    asyncio.set_event_loop(made)
    yield made
    asyncio.set_event_loop(None)
    made.close()


@pytest.fixture
def opened(stage: Stage, loop: StillLoop) -> Begin:
    """Begin a run that is watched: `opened("places")`."""

    def opening(name: str = "places") -> World:
        loop.effects = Effects()
        world = begin(stage, loop, name)
        world.watch = Watch(world)
        return world

    return opening


@pytest.fixture
def rest() -> Callable[[World], None]:
    """Bring a run to rest and look at what is left."""
    return lambda world: come_to_rest(world, world.watch)
