"""Relay's server specification: ids that fetch what they name, and connections, as a client finds them in the running service."""

from typing import Any

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

INTROSPECTION = """{ __schema { queryType { name } types { kind name interfaces { name }
  fields { name args { name type { ...T } } type { ...T } } } } }
fragment T on __Type { kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } }"""
KEYS = [f"c-{place}" for place in range(5)]
PAGE = """query ($first: Int, $after: String, $last: Int, $before: String) {
  customers(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

RECORDS = {"Communication"}  # it is listed, and stands in no graph

Types = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
async def store(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """Five customers, in the order of their keys, with a subscription, a partner and an agreement."""
    folder = tmp_path_factory.mktemp("relay")
    Book(
        customers=[row_of("customers", key=key, name=f"Customer {key}") for key in KEYS],
        partners=[row_of("partners", key="p-1", name="Partner")],
        subscriptions=[row_of("subscriptions", key="s-1", offer="Visio")],
        agreements=[row_of("agreements", key="a-1", type="MicrosoftCustomerAgreement", channel="DIRECT")],
        relationships=[row_of("relationships", type="RESELLER_FOR", from_="partner:p-1", to="customer:c-0", valid_from="2024-01-01")],
    ).write(folder)
    assert await service.replace_with(folder) == []
    return service


@pytest.fixture(scope="module")
async def types(store: RunningService) -> Types:
    """Name -> type, as introspection tells it; fields and arguments by name."""
    return {each["name"]: each for each in (await store.query(INTROSPECTION))["__schema"]["types"]}


def written(type_: dict[str, Any]) -> str:
    """The type as the schema's text has it."""
    if type_["kind"] == "NON_NULL":
        return written(type_["ofType"]) + "!"
    return f"[{written(type_['ofType'])}]" if type_["kind"] == "LIST" else str(type_["name"])


def fields(types: Types, name: str) -> dict[str, str]:
    return {field["name"]: written(field["type"]) for field in types[name]["fields"]}


def connections(types: Types) -> list[str]:
    return sorted(name for name in types if name.endswith("Connection"))


def test_a_page_tells_where_it_lies(types: Types) -> None:
    expected = {"hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String", "endCursor": "String"}

    assert fields(types, "PageInfo") == expected


def test_every_connection_has_edges_with_a_node_and_a_cursor(types: Types) -> None:
    assert {"CustomerConnection", "PartnerConnection", "ContactableConnection"} <= set(connections(types))
    for name in connections(types):
        of_connection, edge = fields(types, name), name.removesuffix("Connection") + "Edge"
        assert of_connection["pageInfo"] == "PageInfo!"
        assert of_connection["edges"].replace("!", "") == f"[{edge}]"
        assert fields(types, edge)["cursor"] == "String!"
        assert "node" in fields(types, edge)


def test_every_field_of_a_connection_is_paged(types: Types) -> None:
    paged = [
        field for type_ in types.values() for field in type_["fields"] or () if written(field["type"]).rstrip("!") in connections(types)
    ]

    assert paged
    for field in paged:
        given = {argument["name"]: written(argument["type"]) for argument in field["args"]}
        assert (given["first"], given["after"]) == ("Int", "String"), field["name"]
        assert ("last" in given) == ("before" in given), field["name"]


def test_whatever_has_an_id_of_its_own_is_a_node(types: Types) -> None:
    assert fields(types, "Node") == {"id": "ID!"}
    assert fields(types, types["Query"]["name"])["node"] == "Node"
    assert fields(types, "Query")["nodes"] == "[Node]!"
    for name, type_ in types.items():
        if type_["kind"] == "OBJECT" and name not in RECORDS and fields(types, name).get("id") == "ID!":
            assert {"name": "Node"} in type_["interfaces"], name


async def test_an_id_fetches_what_it_names(store: RunningService) -> None:
    ids = ["customer:c-0", "partner:p-1", "operator:microsoft", "subscription:s-1", "agreement:a-1", "topic:renewal"]
    found = (await store.query('{ customer(id: "customer:c-0") { relationships { id } } }'))["customer"]["relationships"]
    ids.append(found[0]["id"])
    names = ["Customer", "Partner", "Operator", "ProductSubscription", "Agreement", "Topic", "Relationship"]
    several = await store.query("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    single = [(await store.query("query ($id: ID!) { node(id: $id) { __typename id } }", id=id_))["node"] for id_ in ids]

    assert several["nodes"] == single
    assert [(each["__typename"], each["id"]) for each in single] == list(zip(names, ids, strict=True))


@pytest.mark.parametrize(
    ("given", "places", "has_next", "has_previous"),
    [
        ({"first": 2}, [0, 1], True, False),
        ({"first": 5}, [0, 1, 2, 3, 4], False, False),
        ({"first": 2, "after": 1}, [2, 3], True, True),
        ({"first": 2, "after": 2}, [3, 4], False, True),
        ({"first": 2, "after": 4}, [], False, True),
        ({"last": 2}, [3, 4], False, True),
        ({"last": 2, "before": 3}, [1, 2], True, True),
        ({"last": 2, "before": 2}, [0, 1], True, False),
        ({"last": 2, "before": 0}, [], True, False),
    ],
)
async def test_a_page_is_cut_as_the_specification_says(
    store: RunningService, given: dict[str, int], places: list[int], *, has_next: bool, has_previous: bool
) -> None:
    edges = (await store.query(PAGE))["customers"]["edges"]
    arguments = {name: edges[value]["cursor"] if name in {"after", "before"} else value for name, value in given.items()}
    page = (await store.query(PAGE, **arguments))["customers"]

    assert page["edges"] == [edges[place] for place in places]
    assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (has_next, has_previous)
    if places:
        assert (page["pageInfo"]["startCursor"], page["pageInfo"]["endCursor"]) == (edges[places[0]]["cursor"], edges[places[-1]]["cursor"])


@pytest.mark.parametrize("given", [{"first": -1}, {"last": -1}])
async def test_a_page_of_less_than_nothing_is_refused(store: RunningService, given: dict[str, int]) -> None:
    body = await store.execute(PAGE, **given)

    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_INPUT"]
