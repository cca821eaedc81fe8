"""What is not the caller's to see takes the same readings of the graph as what there is not, and these bring as much."""

from collections.abc import AsyncIterator, Collection
from typing import Any

import orjson
import pytest

from graph.embedded import Running
from graph.graph import Graph, Row
from graph.store import newest_revision
from tests.isolation.asking import Worlds
from tests.isolation.random_worlds import RECORDED, VALID, VIEWER
from tests.isolation.world import World
from tests.oracle.acceptance import Tie
from tests.running_index import indexed, reading_through
from tests.schema.asked_by import Asked, partner

UNKNOWN = "unknown"
ANY = "id ... on Customer { name } ... on Partner { name } ... on ProductSubscription { offer } ... on Agreement { type }"


class CountingGraph(Graph):
    """The graph itself, which keeps what is read: the query, how many keys it was given and how much it brought."""

    readings: list[tuple[str, Any]]

    async def read_marked(self, bookmarks: Collection[str], name: str, /, **parameters: object) -> tuple[Row, Collection[str]]:
        row, seen = await super().read_marked(bookmarks, name, **parameters)
        keys = {key: len(value) for key, value in parameters.items() if isinstance(value, list)}
        brought = {column: len(value) for column, value in row.items() if isinstance(value, list)}
        if name != "store":  # a look at which revision is the newest, perhaps of another's
            self.readings.append((name, (keys, brought)))
        return row, seen


def world() -> World:
    """A customer that the viewer shares with another, and one of the other's alone."""
    world = World()
    for node in (VIEWER, "partner:other", "customer:own", "customer:others"):
        world.put(node, name=node)
    for key in ("own", "beside", "others"):
        world.put(f"subscription:{key}", offer=key, status="active")
    world.put("agreement:beside", type="MCA", channel="CSP")
    world.put("agreement:others", type="EA", channel="DIRECT")
    ties = [
        *[("HOLDS", "customer:own", "subscription:own"), ("HOLDS", "customer:own", "subscription:beside")],
        *[("HOLDS", "customer:others", "subscription:others"), ("RESELLER_FOR", "partner:other", "customer:others")],
        *[("BILLS", VIEWER, "subscription:own"), ("BILLS", "partner:other", "subscription:beside")],
        *[("BILLS", "partner:other", "subscription:others"), ("PROVIDES_FOR", "partner:other", VIEWER)],
        *[("PARTY_TO", "customer:own", "agreement:beside"), ("PARTY_TO", "customer:others", "agreement:others")],
    ]
    for type_, source, target in ties:
        assert world.take(Tie(type_, source, target, "", VALID[0], None, RECORDED[0], None))
    return world


@pytest.fixture(scope="module", params=["indexed", "read through"])
async def asked(neo4j: Running, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> AsyncIterator[Asked]:
    """The graph with that world, whose index is whole or not there."""
    async with CountingGraph.connect(neo4j.address, read_seconds=30) as graph:
        graph.readings = []
        asked = await Worlds(reading_through(graph), tmp_path_factory).load(world())
        if request.param == "read through":
            yield asked
            return
        async with indexed(graph, tmp_path_factory.mktemp("index")) as index:
            yield Asked(index)


@pytest.mark.parametrize(
    ("field", "hidden"),
    [
        ("node(id: $id) { %s }", "customer:others"),
        ("node(id: $id) { %s }", "partner:other"),
        ("node(id: $id) { %s }", "subscription:beside"),
        ("node(id: $id) { %s }", "subscription:others"),
        ("node(id: $id) { %s }", "agreement:beside"),
        ("node(id: $id) { %s }", "agreement:others"),
        ("node(id: $id) { id }", "relationship:RESELLER_FOR|partner:other|customer:others|1640995200000000|1672531200000000"),
        ("node(id: $id) { id }", "relationship:BILLS|partner:other|subscription:others|1640995200000000|1672531200000000"),
        ("node(id: $id) { id }", "relationship:BILLS|partner:other|subscription:beside|1640995200000000|1672531200000000"),
        ("node(id: $id) { id }", "relationship:HOLDS|customer:own|subscription:beside|1640995200000000|1672531200000000"),
        ("node(id: $id) { id }", "relationship:PARTY_TO|customer:own|agreement:beside|1640995200000000|1672531200000000"),
        ("node(id: $id) { id }", "relationship:PROVIDES_FOR|partner:other|partner:viewer|1640995200000000|1672531200000000"),
        ("nodes(ids: [$id, $id]) { %s }", "customer:others"),
        ("customer(id: $id) { id }", "customer:others"),
        ("partner(id: $id) { id }", "partner:other"),
        ('permission(communicator: "partner:viewer", customer: $id, topic: "renewal") { verdict }', "customer:others"),
        ('permission(communicator: $id, customer: "customer:own", topic: "renewal") { verdict }', "partner:other"),
        (
            'permission(communicator: "partner:viewer", customer: "customer:own", topic: "renewal", scope: $id) { verdict }',
            "subscription:beside",
        ),
        ('permittedCommunicators(customer: $id, topic: "renewal") { verdict }', "customer:others"),
        ('outreach(topic: "renewal", communicator: $id) { total }', "partner:other"),
        ("customers(filter: { billedBy: $id }) { totalCount }", "partner:other"),
    ],
)
async def test_a_hidden_id_takes_the_readings_of_an_unknown_one(asked: Asked, field: str, hidden: str) -> None:
    graph = asked.graph
    assert isinstance(graph, CountingGraph)
    document = f"query ($id: ID!) {{ {field.replace('%s', ANY)} }}"
    unknown = hidden.replace("others", UNKNOWN).replace("beside", UNKNOWN).replace("partner:other", f"partner:{UNKNOWN}")
    found = []
    for id_ in (hidden, unknown):
        await newest_revision(graph)
        graph.readings.clear()
        body = await asked.body(partner("viewer"), document, id=id_)
        found.append((orjson.dumps(body["data"]), [each["extensions"]["code"] for each in body["errors"]], list(graph.readings)))

    assert found[0] == found[1]
