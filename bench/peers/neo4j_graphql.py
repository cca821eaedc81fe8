"""@neo4j/graphql behind Apollo Server, on the same Neo4j: it reads the very graph that the service wrote, as of no particular instant."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from bench.data import Data
from bench.measure import Bench
from bench.peers.engine import WrongAnswers, post, write
from bench.peers.processes import free_port, until_ready
from bench.truth import Truth
from bench.walk import CUSTOMERS
from bench.works import TOGETHER, TOPICS, held, shuffled
from bench.wrk import JSON, drive
from graph.address import Address

FOLDER = "VOCERO_BENCH_NEO4J_GRAPHQL"
NAME = "@neo4j/graphql"
OURS = ("neo4j_graphql.mjs", "neo4j_graphql.graphql")
WARM_SECONDS, CHECKED = 2.0, 200

CUSTOMER = """query ($id: ID!) { customers(where: { id: { eq: $id } }) {
  id name
  subscriptions { id offer billedBy { id name } resellers { id name providers { id name } } }
  agreements { id type }
} }"""
WHO = "query ($id: ID!, $topic: Topic!) { customers(where: { id: { eq: $id } }) { permittedCommunicators(topic: $topic) { id name } } }"
TOGETHER_ABOUT = " ".join(f"{topic}: permittedCommunicators(topic: {topic}) {{ id }}" for topic in TOPICS)
HUNDRED = f"query ($ids: [ID!]!) {{ customers(where: {{ id: {{ in: $ids }} }}) {{ id {TOGETHER_ABOUT} }} }}"
PAGE = """query ($id: ID!, $after: ID!) { partners(where: { id: { eq: $id } }) { customerPage(first: 100, after: $after) { id name } } }"""


class Question(NamedTuple):
    """A row's document, its questions, and what is right of one of them in the shape that `given` makes of the answer."""

    row: str
    document: str
    asked: Sequence[dict[str, Any]]
    right: Callable[[dict[str, Any]], object]
    given: Callable[[dict[str, Any]], object]

    def message(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The body that asks it."""
        return {"query": self.document, "variables": variables}


@contextmanager
def server(modules: Path, folder: Path, neo4j: Address) -> Iterator[str]:
    """Its URL; `modules` holds node_modules with what package.json of these names. Raises NotStarted."""
    for name in OURS:
        (folder / name).write_bytes(files("bench.peers").joinpath(name).read_bytes())
    (folder / "node_modules").symlink_to((modules / "node_modules").resolve())
    port = free_port()
    given = {"BOLT": neo4j.uri, "BOLT_USER": neo4j.user, "BOLT_PASSWORD": neo4j.password, "PORT": str(port), "NODE_ENV": "production"}
    node = shutil.which("node") or "node"
    with until_ready([node, str(folder / OURS[0])], [port], folder / "neo4j_graphql.log", environment={**os.environ, **given}):
        yield f"http://127.0.0.1:{port}/"


def named() -> Path | None:
    """The folder that the environment names."""
    found = os.environ.get(FOLDER)
    return None if found is None else Path(found)


def rates(url: str, bench: Bench, truth: Truth, folder: Path) -> dict[str, float]:
    """Name of a row -> what it comes to, a second. Raises WrongAnswers, NotMeasured."""
    found = {}
    for each in questions(bench.data, truth):
        if bench.wants(each.row):
            _check(url, each)
            bodies = write(folder / f"{each.row}.bodies", map(each.message, each.asked))
            warm = drive(url, bodies, WARM_SECONDS)
            found[each.row] = drive(url, bodies, bench.seconds, after=warm.answers).rate
    return found


def questions(data: Data, truth: Truth) -> list[Question]:
    """Those of the rows that it has an answer to."""
    customers, first = shuffled(data), data.partners.first
    bought = [buyer.id for buyer in islice(data.buyers_of(first), 10 * CUSTOMERS)]
    starts = ["", *bought[CUSTOMERS - 1 : -1 : CUSTOMERS]]
    begins = range(0, data.customers - TOGETHER + 1, max(1, data.customers // 400))

    def speakers(customer: str, topic: str) -> list[str]:
        return sorted(each.communicator for each in truth.permitted_communicators(customer, topic) if each.permitted)

    def page(about: dict[str, Any]) -> list[str]:
        place = 0 if not about["after"] else bought.index(about["after"]) + 1
        return bought[place : place + CUSTOMERS]

    return [
        Question("customer", CUSTOMER, [{"id": each} for each in customers], lambda each: held(truth, each["id"]), _held),
        Question(
            "communicators",
            WHO,
            [{"id": each, "topic": topic} for each in customers for topic in TOPICS],
            lambda each: speakers(each["id"], each["topic"]),
            lambda given: _ids(given["customers"][0]["permittedCommunicators"]),
        ),
        Question(
            "hundred",
            HUNDRED,
            [{"ids": [data.buyer(begin + each).id for each in range(TOGETHER)]} for begin in begins],
            lambda each: {customer: [speakers(customer, topic) for topic in TOPICS] for customer in each["ids"]},
            lambda given: {node["id"]: [_ids(node[topic]) for topic in TOPICS] for node in given["customers"]},
        ),
        Question(
            "page",
            PAGE,
            [{"id": first, "after": start} for start in starts],
            page,
            lambda given: [each["id"] for each in given["partners"][0]["customerPage"]],
        ),
    ]


def _check(url: str, question: Question) -> None:
    for variables in question.asked[:: max(1, len(question.asked) // CHECKED)]:
        answer = post(url, json.dumps(question.message(variables)).encode(), JSON)[0]
        right = question.right(variables)
        given = None if "errors" in answer else question.given(answer["data"])
        if given != right:
            raise WrongAnswers(f"{NAME}: {question.row} {variables}: right is {right}, it says {given}: {str(answer)[:500]}")


def _ids(nodes: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(node["id"] for node in nodes)


def _held(given: dict[str, Any]) -> object:
    found = given["customers"][0]
    sales = [
        (
            each["id"],
            each["offer"],
            each["billedBy"][0]["id"],
            [(reseller["id"], _ids(reseller["providers"])) for reseller in each["resellers"]],
        )
        for each in found["subscriptions"]
    ]
    return found["id"], found["name"], sorted(sales), [(each["id"], each["type"]) for each in found["agreements"]]
