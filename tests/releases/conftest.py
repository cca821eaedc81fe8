"""The stores that earlier releases wrote, served by this one."""

import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from policy.instant import now
from tests.running_service import RunningService, serving

RELEASES = Path(__file__).parent


@pytest.fixture(scope="session", params=["0.1.0"])
def release(request: pytest.FixtureRequest) -> Path:
    """The folder of what a release wrote."""
    return RELEASES / str(request.param)


@pytest.fixture(scope="session")
async def released_store(release: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningService]:
    """The service on the store of that release; its idempotency keys count from now on. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("released")
    with tarfile.open(release / "store.tar.xz") as store:
        store.extractall(folder, filter="data")
    async with serving(folder, None, VOCERO_CACHE=str(cache)) as running:
        await running.graph.define(f"MATCH (applied:Applied) SET applied.at = {now()}")
        yield running
