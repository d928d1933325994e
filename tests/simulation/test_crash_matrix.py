"""Every story of an order, disturbed in every way at every effect; whatever happened, nothing is lost in the end.

The suite tells every twenty-ninth of these; `--hypothesis-profile=long` tells them all.
"""

from itertools import islice

import pytest
from hypothesis import settings

from tests.simulation.matrix import disturbances, disturbed, told
from tests.simulation.scenarios import STORIES
from tests.simulation.scheduler import check_nobody_broke_down
from tests.simulation.stage import PRICE_MINOR

# No divisor of how many troubles there are, so that each comes at some effect or other.
STRIDE = 29
every_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


@every_story
def test_a_story_ends_as_it_should_when_nothing_comes_in_between(opened, rest, story):
    world = opened(story.opening)

    told(world, story)

    (status,) = world.query("SELECT status FROM orders WHERE id = ?", world.orders[0].order_id.hex)[0]
    totals = world.provider.totals()
    moved = [totals[name].get("eur", 0) // PRICE_MINOR for name in ("charged", "refunded")]
    assert (status, *moved) == story.ends
    rest(world)
    check_nobody_broke_down(world)


@pytest.mark.slow
@every_story
def test_nothing_is_lost_whatever_comes_in_between(opened, rest, story):
    stride = 1 if settings.get_current_profile_name() == "long" else STRIDE
    every_one = disturbances(told(opened(story.opening), story))
    for at, trouble in islice(every_one, 0, None, stride):
        world = opened(story.opening)
        try:
            disturbed(world, story, at, trouble)
            rest(world)
            check_nobody_broke_down(world)
        except Exception as error:
            error.add_note(f"{story.name}: at effect {at}, {trouble.name}")
            raise
