"""Answers that are given again, in pairs with what they could get wrong."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from graph.embedded import Running
from graph.revision import Revision
from policy.instant import now
from resolvers.instants import Lasting
from schema.given import Given
from service.answers import LARGEST_PART, OF_AN_ANSWER, Answers, Asked
from tests.oracle.book import Book, row_of
from tests.service.asking import bearing, on_server
from tests.service.vocero import Served, Vocero

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
MAY = """query Named($topic: String!) { permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: $topic) {
  verdict permitted rulings { standing statements { code } } } }"""
WHO = '{ permittedCommunicators(customer: "customer:contoso", topic: "training") { communicator { id } verdict } }'
WHOM = '{ partner(id: "partner:fabrikam") { contactable(topic: "training") { edges { node { id name } permission { verdict } } } } }'
PAGE = '{ customers(filter: {billedBy: "partner:fabrikam"}) { edges { node { id } } } }'
BILLS = {"type": "BILLS", "from": "partner:fabrikam", "to": "subscription:s1"}
STEADY = (MAY, WHO, WHOM, PAGE)
AGAIN = re.compile(r"^vocero_answers_given_again_total (\S+)$", re.MULTILINE)
MOVING = (
    WHO.replace("verdict }", "verdict asOf { validAt } }"),
    WHO.replace("verdict }", "explanation }"),
    WHO.replace('training")', 'training", asOf: {validAt: "2026-01-01T00:00:00Z"})'),
    '{ customers(search: "cont") { edges { node { id } } } }',
    '{ outreach(topic: "training") { total } }',
)
SECONDS = 2.5


class World:
    """A customer of its own, billed by Fabrikam; documents speak of it by the names above."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.mark = uuid4().hex[:8]
        self._before = _given_again(served)
        names = ("Contoso", "customer", "putCustomer"), ("Fabrikam", "partner", "putPartner"), ("Northwind", "partner", "putPartner")
        puts = [{put: {"key": name.lower(), "name": name}} for name, _, put in names]
        hold = {"type": "HOLDS", "from": "customer:contoso", "to": "subscription:s1", "validFrom": "2024-01-01T00:00:00Z"}
        self.changed(*puts, {"putSubscription": {"key": "s1"}}, {"start": hold}, {"start": BILLS | {"validFrom": hold["validFrom"]}})

    def ask(self, document: str, **headers: str) -> Any:  # noqa: ANN401 - JSON
        variables = {"topic": "training"} if "$topic" in document else {}
        return self._sent(document, variables, headers)

    def changed(self, *changes: dict[str, Any]) -> None:
        self._sent(APPLY, {"changes": changes, "key": uuid4().hex}, {})

    def given_again(self) -> int:
        return _given_again(self.served) - self._before

    def _sent(self, document: str, variables: dict[str, Any], headers: dict[str, str]) -> Any:  # noqa: ANN401
        text = json.dumps({"query": document, "variables": variables})
        for name in ("contoso", "fabrikam", "northwind"):
            text = re.sub(f'{name}(?=[\\\\"])', f"{name}-{self.mark}", text)
        text = re.sub('subscription:s1|(?<="key": ")s1', lambda found: f"{found[0]}-{self.mark}", text)
        answer = self.served.client.post("/graphql", content=text, headers={"content-type": "application/json", **headers}).json()
        assert "errors" not in answer, answer
        return answer["data"]


def _given_again(served: Served) -> int:
    found = AGAIN.search(served.client.get("/metrics").text)
    return int(float(found[1])) if found else 0


def vocero(neo4j: Running, folder: Path, **settings: str) -> Vocero:
    return Vocero(folder, **(on_server(neo4j.address) | {"VOCERO_STALENESS": "60"} | settings))


@pytest.fixture(scope="module")
def served(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service, which looks at the log seldom, but after what it wrote itself."""
    with vocero(neo4j, tmp_path_factory.mktemp("answers")).application() as served:
        yield served


@pytest.fixture
def world(served: Served) -> World:
    return World(served)


@pytest.mark.parametrize("document", STEADY)
def test_an_answer_that_only_a_write_can_change_is_given_again_and_changes_with_it(world: World, document: str) -> None:
    first = [world.ask(document) for _ in range(3)]
    again = world.given_again()
    world.changed({"end": BILLS | {"validTo": "2025-01-01T00:00:00Z"}})

    assert first[0] == first[1] == first[2]
    assert again == 2
    assert world.ask(document) != first[0]
    assert world.ask(document) == world.ask(document)


@pytest.mark.parametrize("document", MOVING)
def test_an_answer_that_time_may_change_by_itself_is_found_again(world: World, document: str) -> None:
    for _ in range(3):
        world.ask(document)

    assert world.given_again() == 0


@pytest.mark.parametrize("document", STEADY)
def test_what_begins_and_ends_by_time_alone_is_answered_as_time_passes(world: World, document: str) -> None:
    begins = datetime.now(UTC) + timedelta(seconds=SECONDS)
    ends = begins + timedelta(seconds=SECONDS)
    another = BILLS | {"from": "partner:northwind", "validFrom": begins.isoformat(), "validTo": ends.isoformat()}
    world.changed({"end": BILLS | {"validTo": begins.isoformat()}}, {"start": another})
    found: dict[int, list[Any]] = {0: [], 1: [], 2: []}
    while (asked := datetime.now(UTC)) < ends + timedelta(seconds=0.5):
        answer = world.ask(document)
        if (part := (asked >= begins) + (asked >= ends)) == (datetime.now(UTC) >= begins) + (datetime.now(UTC) >= ends):
            found[part].append(answer)
        time.sleep(0.02)

    assert all(len(answers) > 1 and all(each == answers[0] for each in answers) for answers in found.values())
    assert found[0][0] != found[1][0]
    assert world.given_again() > 0


def test_what_another_process_wrote_is_seen_when_the_staleness_is_over(neo4j: Running, tmp_path: Path) -> None:
    command = vocero(neo4j, tmp_path, VOCERO_STALENESS="0.5")
    command.write("more", Book(partners=[row_of("partners", key="tailspin", name=uuid4().hex)]))
    with command.application() as served:
        world, document = (
            World(served),
            '{ partners(search: "tailspin") { edges { node { name } } } partner(id: "partner:tailspin") { name } }',
        )
        before = [world.ask(document) for _ in range(3)]
        assert command("load", command.folder / "more").returncode == 0
        time.sleep(0.6)

        assert before[0] == before[1] == before[2] != world.ask(document)


def test_the_hash_of_a_document_is_kept_each_time_that_both_are_sent(world: World) -> None:
    document = WHO.replace("contoso", f"contoso-{world.mark}")
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha256(document.encode()).hexdigest()}}
    sent = [{"query": document, "extensions": extensions}] * 3 + [{"extensions": extensions}] * 2
    found = [world.served.client.post("/graphql", json=each).json() for each in sent]

    assert "errors" not in found[0]
    assert found == [found[0]] * 5
    assert world.given_again() == 0


def test_what_is_asked_for_fully_consistent_is_never_given_again(world: World) -> None:
    for consistency in ("full: true", "minimizeLatency: true"):
        for _ in range(3):
            world.ask(WHO.replace('training"', f'training", consistency: {{ {consistency} }}'))

    assert world.given_again() == 2


def test_verdicts_and_costs_are_counted_and_the_operation_is_named_as_if_it_had_been_worked_out(world: World) -> None:
    def numbers() -> Counter[str]:
        text = world.served.client.get("/metrics").text
        wanted = ("vocero_verdicts_total{", "vocero_operation_cost_sum ", 'vocero_operations_total{code="OK",type="query"}')
        return Counter({line.split()[0]: int(float(line.split()[1])) for line in text.splitlines() if line.startswith(wanted)})

    before = numbers()
    world.ask(MAY)
    once = numbers()
    for _ in range(4):
        world.ask(MAY)

    assert world.given_again() == 4
    assert len(once - before) == 3
    assert numbers() - once == Counter({name: 4 * value for name, value in (once - before).items()})
    assert sum('"operation":"Named"' in line for line in world.served.errors.splitlines()) >= 5


def test_where_each_decision_is_logged_each_is_found_again(neo4j: Running, tmp_path: Path) -> None:
    with vocero(neo4j, tmp_path, VOCERO_DECISION_LOG=str(tmp_path / "decisions")).application() as served:
        world = World(served)
        for _ in range(3):
            world.ask(WHO)
        assert world.given_again() == 0
    lines = [line for file in tmp_path.glob("decisions*") for line in file.read_text("utf-8").splitlines()]

    assert len(lines) == 3


def test_a_bound_caller_is_never_given_what_others_were(served: Served, neo4j: Running, tmp_path: Path) -> None:
    mark = World(served).mark
    command = vocero(neo4j, tmp_path, VOCERO_AUTH="on")
    name = uuid4().hex
    bound = ("--role", "customer", "--node", f"customer:contoso-{mark}")
    keys = [command("key", "create", f"{name}{at}", *role).stdout.strip() for at, role in enumerate((("--role", "analyst"), bound))]
    document = f'{{ node(id: "partner:northwind-{mark}") {{ id }} }}'
    with command.application() as asking:
        seen = [asking.client.post("/graphql", json={"query": document}, headers=bearing(key)).json()["data"] for key in keys * 2]
        again = AGAIN.search(asking.client.get("/metrics", headers=bearing(keys[0])).text)

    assert seen == [{"node": {"id": f"partner:northwind-{mark}"}}, {"node": None}] * 2
    assert again
    assert float(again[1]) == 1


def kept(answers: Answers, *asked: Asked, newest: Revision) -> list[bytes | None]:
    found = (answers.get(each, newest) for each in asked)
    return [each and each.body for each in found]


def given(revision: Revision, since: int = 0, until: int = 2**62) -> Given:
    return Given(Lasting(revision, since, until), None, 1, {})


FIRST, SECOND = Revision(1, 100), Revision(2, 200)
ASKED = [Asked(bytes([each]), "application/json") for each in range(20)]


def test_answers_take_no_more_memory_than_they_may_and_the_least_used_go_first() -> None:
    size = OF_AN_ANSWER + 1 + 400
    answers = Answers(LARGEST_PART * size, 60)
    for each in ASKED[:LARGEST_PART]:
        answers.keep(each, each.body * 400, given(FIRST), time.monotonic())
    kept(answers, ASKED[0], newest=FIRST)
    answers.keep(ASKED[11], b"b" * 400, given(FIRST), time.monotonic())
    answers.keep(ASKED[12], b"c" * 401, given(FIRST), time.monotonic())

    assert kept(answers, ASKED[0], ASKED[1], ASKED[2], ASKED[11], ASKED[12], newest=FIRST) == [
        bytes(400),
        None,
        bytes([2]) * 400,
        b"b" * 400,
        None,
    ]


def test_an_answer_is_gone_with_its_revision_its_instant_and_its_age() -> None:
    answers = Answers(10**6, 0.2)
    answers.keep(ASKED[0], b"a", given(FIRST), time.monotonic())
    answers.keep(ASKED[1], b"b", given(FIRST, until=now() + 100_000), time.monotonic())
    answers.keep(ASKED[2], b"c", given(FIRST), time.monotonic() - 0.15)

    assert kept(answers, *ASKED[:4], newest=FIRST) == [b"a", b"b", b"c", None]
    time.sleep(0.12)
    assert kept(answers, *ASKED[:3], newest=FIRST) == [b"a", None, None]
    time.sleep(0.12)
    assert kept(answers, *ASKED[:3], newest=FIRST) == [None] * 3
    answers.keep(ASKED[0], b"a", given(FIRST), time.monotonic())
    assert kept(answers, ASKED[0], newest=SECOND) == [None]
    assert kept(answers, ASKED[0], newest=FIRST) == [None]


def test_an_answer_is_not_given_before_the_instant_that_it_is_about() -> None:
    """A clock may be put back."""
    answers = Answers(10**6, 60)
    answers.keep(ASKED[0], b"a", given(FIRST, since=now() + 10**9), time.monotonic())

    assert kept(answers, ASKED[0], newest=FIRST) == [None]


def test_what_was_found_at_an_earlier_revision_drives_nothing_out() -> None:
    answers = Answers(10**6, 60)
    answers.keep(ASKED[0], b"new", given(SECOND), time.monotonic())
    answers.keep(ASKED[1], b"old", given(FIRST), time.monotonic())

    assert kept(answers, *ASKED[:2], newest=SECOND) == [b"new", None]


def test_another_media_type_is_another_question() -> None:
    answers = Answers(10**6, 60)
    answers.keep(ASKED[0], b"a", given(FIRST), time.monotonic())

    assert kept(answers, ASKED[0]._replace(media_type="application/graphql-response+json"), newest=FIRST) == [None]
