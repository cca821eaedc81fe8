"""Random histories of changes: whatever is applied, the service takes, refuses and remembers it as the oracle does."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle.acceptance import accept
from tests.oracle.changes import known_from
from tests.oracle.findings import COUNT, Count
from tests.oracle.random_books import NOW
from tests.oracle.random_histories import History, histories
from tests.oracle.replay import Replay, newest
from tests.oracle.service import Service

HISTORIES = int(os.environ.get("VOCERO_RANDOM_HISTORIES", "6"))
REMEMBERING = ["server", "server_remembering_little", "server_remembering_nothing"]
ENOUGH = 500
REPLAYED = Count()
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
CI = "CI" in os.environ
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not CI]  # to make a failure small takes minutes: at the desk only
by_chance = settings(max_examples=HISTORIES, deadline=None, derandomize=CI, phases=PHASES, suppress_health_check=SLOW, print_blob=True)


@pytest.mark.parametrize("service", REMEMBERING, indirect=True)  # the books are tried on both stores
@by_chance
@given(history=histories())
async def test_a_random_history_is_made_and_replayed_as_the_oracle_does(
    history: History, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each apply as it is made; then every direction as known at, just before and just after the revisions."""
    before = COUNT.compared
    folder = tmp_path_factory.mktemp("book")
    history.book.write(folder)
    assert await service.replace_with(folder) == []
    revision, loaded_at = await newest(service, accept(history.book, NOW)[0])
    world = known_from(accept(history.book, loaded_at)[0], loaded_at)

    replay = Replay(service, str(history), world, revision, [loaded_at])
    for apply in history.applies:
        await replay.take(apply)
    await replay.compare_nodes()
    for place, pick in enumerate(history.picks):
        instant = pick.instant(replay.world, replay.recorded)
        await replay.compare_at(instant, history.topics, history.page_size, filters=place == 0)
    REPLAYED.compared += COUNT.compared - before


def test_enough_answers_about_random_histories_were_compared() -> None:
    """Comparing nothing would pass too."""
    if not REPLAYED.compared:
        pytest.skip("no history was replayed in this run")
    print(f"\n{REPLAYED.compared:,} answers about histories compared with the oracle")  # noqa: T201

    assert REPLAYED.compared >= ENOUGH
