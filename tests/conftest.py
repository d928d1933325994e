import pytest

from tests.harness.scratch import use_memory

pytest_plugins = ["tests.harness.fixtures", "tests.harness.browser", "tests.harness.guard"]


def pytest_configure() -> None:
    use_memory()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Playwright leaves an event loop running in the main thread, which other async tests could not start beside.
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
