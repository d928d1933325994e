import pytest

from tests.harness.doors import Door, open_door
from ticketapp.runtime import Runtime


@pytest.fixture
def door(app_runtime: Runtime) -> Door:
    return open_door(app_runtime)


@pytest.fixture
def any_door(any_runtime: Runtime) -> Door:
    return open_door(any_runtime)
