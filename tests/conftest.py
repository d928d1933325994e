import pytest

pytest_plugins = ["tests.harness.fixtures", "tests.harness.browser", "tests.harness.guard"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Playwright leaves an event loop running in the main thread, which other async tests could not start beside.
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
