"""The service inside the process of its tests."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let sockets be closed by the collector: to it the driver leaves those whose connecting is cancelled, as by whoever ends a watch."""
    unclosed = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(unclosed)
