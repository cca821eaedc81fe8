"""Small worlds whose meaning anyone can read: the file, the oracle and the service agree three ways."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.index.check import Difference, check_index
from graph.index.local_index import LocalIndex
from tests.conftest import STORES
from tests.oracle.acceptance import World, accept
from tests.oracle.access import has_access, moved, service_verdicts, without_access
from tests.oracle.comparison import compare_everything
from tests.oracle.documents import CONTACTS, PERMISSION, aliased, answer_of, as_of
from tests.oracle.findings import COUNT, Findings
from tests.oracle.oracle import Answer, answer
from tests.oracle.questions import FIRST_TOPICS, Inquiry, in_groups
from tests.oracle.random_books import Instant
from tests.oracle.service import Service
from tests.oracle.table import STANDINGS, TABLE, UNREACHABLE
from tests.oracle.view import NotFound, View
from tests.oracle.worlds import Ask, Story, stories
from tests.running_service import RunningService

STORIES = stories()
LOUD = ("EXPECTED", "PERMITTED", "MIXED")
ASKS_AT_ONCE = 7
ENOUGH = 1_000
EMBEDDED_TOO = 18
"""Each so many worlds are tried on the embedded Neo4j too, which differs from a server in how it is started alone."""
ON_STORES = [
    pytest.param(story, store, id=f"{store}-{story.name}")
    for store in STORES
    for place, story in enumerate(STORIES)
    if store == "server" or place % EMBEDDED_TOO == 0
]
each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


def world_of(story: Story) -> World:
    world, _ = accept(story.book, datetime.now(UTC))
    return world


def told(ask: Ask, given: Answer | None) -> tuple[object, ...]:
    """What the story says of an answer: only as much as this ask tells."""
    if given is None:
        return ("NOT_FOUND",)
    ruled = {ruling.standing for ruling in given.rulings if ruling.verdict == given.verdict}
    standing = ask.standing if ask.standing in ruled or not ask.standing else sorted(ruled)
    return (given.verdict, standing, None if ask.permitted_in is None else sorted(given.permitted_in))


def wanted(ask: Ask) -> tuple[object, ...]:
    """The same as the file has it."""
    if ask.verdict == "NOT_FOUND":
        return ("NOT_FOUND",)
    return (ask.verdict, ask.standing, None if ask.permitted_in is None else sorted(ask.permitted_in))


@each_story
def test_the_oracle_gives_what_the_story_tells(story: Story) -> None:
    """Also that exactly the rows are refused which the story refuses."""
    world, rejected = accept(story.book, datetime.now(UTC))
    differences = []
    for ask in story.asks:
        view = View(world, ask.instant.valid_at or datetime.now(UTC), ask.instant.known_at)
        try:
            given = answer(view, ask.who, ask.customer, ask.category, ask.scope)
        except NotFound:
            given = None
        if told(ask, given) != wanted(ask):
            differences.append(f"{ask}: the story tells {wanted(ask)}, the oracle {told(ask, given)}")

    assert [(each.file, each.line) for each in rejected] == [("relationships", line) for line in story.refused]
    assert not differences, "\n".join(differences)
    assert story.asks


def test_every_standing_is_told_in_every_category() -> None:
    """A world for each row of the table, and in it a verdict for each of its columns."""
    asks = [ask for story in STORIES for ask in story.asks if ask.verdict != "NOT_COVERED" and (ask.scope or len(told_scopes(story)) <= 1)]
    found = {(ask.standing, ask.category) for ask in asks}

    assert set(TABLE) - found == UNREACHABLE
    assert {standing for standing, _ in found} >= set(STANDINGS)


def told_scopes(story: Story) -> set[str]:
    return {row["to"] for row in story.book.relationships if row["type"] in ("HOLDS", "PARTY_TO")}


@pytest.mark.parametrize(("story", "service"), ON_STORES, indirect=["service"])
async def test_the_service_gives_what_the_story_and_the_oracle_tell(
    story: Story, service: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Check, list and reverse for each expectation; then every other question of that world, against the oracle."""
    world = world_of(story)
    folder = tmp_path_factory.mktemp(story.name)
    story.book.write(folder)
    rejected = await service.replace_with(folder)

    refused = [int(row["line"]) for row in rejected]
    assert refused == story.refused, f"{story.name}: the rows refused are {rejected}"
    for instant in story.instants():
        await compare_story(service, story, world, instant)
        await compare_everything(service, world, instant, told=f"{story.name}: {story.text}", page_size=1)
    assert await differences_of_index(service) == []
    if has_access(world):
        await compare_without_access(service, story, world, tmp_path_factory)


async def differences_of_index(service: RunningService) -> Sequence[Difference]:
    """What the service's local index has otherwise than the graph."""
    index = LocalIndex(service.graph, service.index, staleness=0, most_bytes=0)
    assert await index.open()
    await index.poller.revision(fresh=True)
    found = await check_index(index, None)
    await index.close()
    return found.differences


async def compare_story(service: Service, story: Story, world: World, instant: Instant) -> None:
    """The expectations at that instant, in the three directions in which each can be asked."""
    findings = Findings(f"{story.name}: {story.text}", instant)
    inquiry = Inquiry(service, world, instant, findings)
    for asks in in_groups([ask for ask in story.asks if ask.instant == instant], ASKS_AT_ONCE):
        parts = [part for place, ask in enumerate(asks) for part in three_directions(place, ask)]
        document = aliased(parts, declared="$asOf: AsOf", fragments=f"{CONTACTS} {PERMISSION}")
        body = await service.execute(document, asOf=as_of(instant))
        data, lacking = body.get("data") or {}, set()
        for place, ask in enumerate(asks):
            findings.same(f"permission: {ask}", wanted(ask), told(ask, answer_of(data.get(f"p{place}"))))
            compare_list_and_reverse(inquiry, ask, data.get(f"l{place}"), (data.get(f"r{place}") or {}).get("contactable"))
            if ask.verdict == "NOT_FOUND":
                lacking |= {(f"p{place}",)} | ({(f"l{place}",)} if data.get(f"l{place}") is None else set())
        findings.none_missing(f"{story.name}: the asks", lacking, body)
    findings.report()


def three_directions(place: int, ask: Ask) -> list[tuple[str, str]]:
    """May this one speak; who may speak; to whom may this one speak."""
    topic = FIRST_TOPICS[ask.category]
    about = f'topic: "{topic}", asOf: $asOf'
    narrowed = f', scope: "{ask.scope}"' if ask.scope else ""
    reverse = f'node(id: "{ask.who}") {{ ... on Communicator {{ contactable({about}, first: 100) {{ ...Contacts }} }} }}'
    return [
        (f"p{place}", f'permission(communicator: "{ask.who}", customer: "{ask.customer}", {about}{narrowed}) {{ ...Full }}'),
        (f"l{place}", f'permittedCommunicators(customer: "{ask.customer}", {about}{narrowed}) {{ ...Full }}'),
        (f"r{place}", reverse),
    ]


def compare_list_and_reverse(inquiry: Inquiry, ask: Ask, listed: list[dict[str, Any]] | None, reverse: dict[str, Any] | None) -> None:
    """Both hold the answer exactly when the story lets this one speak; the reverse knows no scope, so a narrowed ask says nothing of it."""
    loud = ask.verdict in LOUD
    inquiry.findings.same(f"permittedCommunicators: {ask}", loud, ask.who in [each["communicator"]["id"] for each in listed or []])
    if ask.scope is None:
        customers = [edge["node"]["id"] for edge in (reverse or {"edges": []})["edges"]]
        inquiry.findings.same(f"contactable: {ask}", loud, ask.customer in customers)


async def compare_without_access(service: Service, story: Story, world: World, folders: pytest.TempPathFactory) -> None:
    """Load the world once more without its ADMINISTERS and SUPPORTS: nothing about SUBSCRIPTION or BILLING moves."""
    instants = [replace(instant, known_at=None) for instant in story.instants()]
    views = [View(world, instant.valid_at or datetime.now(UTC)) for instant in instants]
    before = [await service_verdicts(service, view, instant) for view, instant in zip(views, instants, strict=True)]
    folder = folders.mktemp("without_access")
    without_access(story.book).write(folder)
    await service.replace_with(folder)
    after = [await service_verdicts(service, view, instant) for view, instant in zip(views, instants, strict=True)]

    for instant, one, other in zip(instants, before, after, strict=True):
        COUNT.compared += len(one)
        assert moved(one, other) == {}, f"{story.name} at {instant}"


def test_enough_answers_of_the_worlds_were_compared() -> None:
    """Comparing nothing would pass too."""
    if not COUNT.compared:
        pytest.skip("no world was compared in this run")
    print(f"\n{COUNT.compared:,} answers of the service compared with the oracle so far")  # noqa: T201

    assert COUNT.compared >= ENOUGH
