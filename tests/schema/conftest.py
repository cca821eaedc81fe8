"""What is tried here is the same on either store, and the worlds are asked on both: one is enough, and half the time."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what would only run once more, on the embedded store."""
    twice = [item for item in items if HERE in item.path.parents and _store(item) == "embedded"]
    items[:] = [item for item in items if item not in set(twice)]
    config.hook.pytest_deselected(items=twice)


def _store(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("service") if callspec else None
