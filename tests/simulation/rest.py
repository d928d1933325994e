"""Bring a run to rest: the weather is good again, everybody goes on, time passes, and nothing may be left over."""

from tests.simulation import cast
from tests.simulation.checks import Watch
from tests.simulation.world import World

ROUNDS_MAX = 12
ROUND_MINUTES = 65


def come_to_rest(world: World, watch: Watch) -> None:
    """Heal everything, and work until nothing is due."""
    watch.rest()
    world.line.fault = None
    _finish(world)
    # Whatever was not brought so far never comes: it is in the provider's own list.
    world.provider.letters.clear()
    for _ in range(ROUNDS_MAX):
        _a_round(world)
        if _is_at_rest(world):
            break
        world.clock.advance(minutes=ROUND_MINUTES)
    world.provider.publish_balances()
    cast.catches_up(world)
    _work(world)
    watch.look_at_the_end()


def _a_round(world: World) -> None:
    for intent in world.provider.intents("processing"):
        world.provider.arrive(intent, is_paid=True)
    cast.sweeps(world)
    cast.reconciles(world)
    _work(world)


def _work(world: World) -> None:
    _finish(world)
    while cast.jobs_due(world):
        cast.works(world)
        _finish(world)


def _finish(world: World) -> None:
    while world.points:
        world.loop.go(world.points[0])


def _is_at_rest(world: World) -> bool:
    (left,) = world.query(
        "SELECT (SELECT count(*) FROM open_orders) + (SELECT count(*) FROM holds WHERE status = 'live')"
        " + (SELECT count(*) FROM jobs WHERE done_at IS NULL AND parked_at IS NULL AND kind <> 'order-mail')"
        " + (SELECT count(*) FROM payments WHERE status IN ('started', 'needs_action', 'authorised'))"
    )[0]
    return left == 0
