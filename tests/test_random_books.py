"""Random books: whatever a book holds, the service takes the same rows as the oracle and answers the same, in every direction."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle.acceptance import accept
from tests.oracle.access import has_access, moved, oracle_verdicts, service_verdicts, without_access
from tests.oracle.comparison import compare_everything
from tests.oracle.findings import COUNT
from tests.oracle.oracle import contactable, permitted_communicators
from tests.oracle.random_books import NOW, Case, Instant, cases
from tests.oracle.service import Service
from tests.oracle.table import CATEGORIES
from tests.oracle.view import View

BOOKS = int(os.environ.get("VOCERO_RANDOM_BOOKS", "25"))
ENOUGH = 1_000
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
CI = "CI" in os.environ
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not CI]  # to make a failure small takes minutes: at the desk only
by_chance = settings(max_examples=BOOKS, deadline=None, derandomize=CI, phases=PHASES, suppress_health_check=SLOW, print_blob=True)
EVERY_FOURTH = 4


def view_of(case: Case, instant: Instant) -> View:
    return View(case.world, instant.valid_at or datetime.now(UTC), instant.known_at)


@by_chance
@given(case=cases())
async def test_a_random_book_is_taken_and_answered_as_the_oracle_does(
    case: Case, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The rejected rows first; then every direction at instants that touch the very ends of its relationships."""
    rejected = await load(case, service, tmp_path_factory)

    expected = sorted((each.file, each.line, each.reason) for each in case.rejections)
    found = sorted((Path(row["file"]).stem, int(row["line"])) for row in rejected)
    assert [each[:2] for each in expected] == found, f"the oracle rejects {expected}\nthe service {rejected}\nof\n{case}"
    for instant in case.instants:
        await compare_everything(service, case.world, instant, told=str(case), topics=case.topics, page_size=case.page_size)


@settings(by_chance, max_examples=max(1, BOOKS // EVERY_FOURTH))
@given(case=cases().filter(lambda case: has_access(case.world)))
async def test_access_never_moves_an_answer_about_subscriptions_or_billing(
    case: Case, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same book with and without its ADMINISTERS and SUPPORTS."""
    views = [View(case.world, instant.valid_at or datetime.now(UTC)) for instant in case.instants]
    instants = [Instant(instant.valid_at, None) for instant in case.instants]
    await load(case, service, tmp_path_factory)
    before = [await service_verdicts(service, view, instant) for view, instant in zip(views, instants, strict=True)]
    folder = tmp_path_factory.mktemp("book")
    without_access(case.book).write(folder)
    await service.replace_with(folder)
    after = [await service_verdicts(service, view, instant) for view, instant in zip(views, instants, strict=True)]

    for instant, one, other in zip(instants, before, after, strict=True):
        COUNT.compared += len(one)
        assert moved(one, other) == {}, f"at {instant}\n{case}"


async def load(case: Case, service: Service, folders: pytest.TempPathFactory) -> list[dict[str, str]]:
    folder = folders.mktemp("book")
    case.book.write(folder)
    return await service.replace_with(folder)


def test_enough_answers_about_random_books_were_compared() -> None:
    """Comparing nothing would pass too."""
    if not COUNT.compared:
        pytest.skip("no book was compared in this run")
    print(f"\n{COUNT.compared:,} answers of the service compared with the oracle so far")  # noqa: T201

    assert COUNT.compared >= ENOUGH


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(case=cases())
def test_the_oracle_keeps_the_promises_of_the_policy(case: Case) -> None:
    """No partner is ever prohibited; access moves nothing about ownership; the list and its reverse are one relation."""
    for instant in case.instants:
        view = view_of(case, instant)
        bare = View(accept(without_access(case.book), NOW)[0], view.valid_at)
        full = View(case.world, view.valid_at)
        assert moved(oracle_verdicts(full), oracle_verdicts(bare)) == {}
        for category in CATEGORIES:
            lists = {customer: permitted_communicators(view, customer, category) for customer in view.customers()}
            forward = {(each.communicator, customer) for customer, listed in lists.items() for each in listed}
            everyone = {*case.world.partners, "operator:microsoft", "operator:21vianet"}
            assert forward == {(who, each.customer) for who in everyone for each in contactable(view, who, category)}
            assert not [
                each for listed in lists.values() for each in listed if each.verdict == "MIXED" and each.communicator in case.world.partners
            ]
