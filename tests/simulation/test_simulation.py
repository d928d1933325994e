"""Anything in any order, chosen by Hypothesis: every book agrees after every effect, and in the end nothing is lost.

`pytest tests/simulation/test_simulation.py --hypothesis-profile=long` plays for hours instead of half a minute.
"""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, note, settings

from tests.simulation.scheduler import Scheduler, check_nobody_broke_down

OPENINGS = ("places", "seat", "places, set aside")
RUNS, STEPS = 350, 30
LONG_STEPS = 60


@pytest.mark.slow
def test_money_and_places_agree_whatever_happens(opened, rest):
    is_long = settings.get_current_profile_name() == "long"

    @settings(
        max_examples=settings.default.max_examples if is_long else RUNS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def play(data):
        world = opened(data.draw(st.sampled_from(OPENINGS)))
        scheduler = Scheduler(world, lambda weights: data.draw(st.integers(0, weights - 1)))
        try:
            for _ in range(LONG_STEPS if is_long else STEPS):
                scheduler.step()
            rest(world)
            check_nobody_broke_down(world)
        finally:
            note("\n".join(world.history))

    play()
