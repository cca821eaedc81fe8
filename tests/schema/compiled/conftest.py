"""What random documents leave behind goes with the tests that made them."""

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def nothing_left() -> Iterator[None]:
    """
    Collect what the tests of a module left in cycles.

    An operation that ends by an error leaves coroutines of its other fields that nobody awaits, in graphql-core as here. Collected in
    a test of another module, their warnings would be that one's.
    """
    yield
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="coroutine .* was never awaited", category=RuntimeWarning)
        gc.collect()
