"""Any node by its id; and time: what a field answers at, what it inherits, and what one operation holds fast."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import websockets
from websockets.typing import Subprotocol

from resolvers.load_folder import load_book
from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

MIDDLE, BEFORE = "2024-07-01T00:00:00Z", "2024-06-30T23:59:59.999999Z"
ENDS = "id type kind from { id } to { id } validFrom validTo recordedAt supersededAt source"


def tie(type_: str, start: str, end: str, begin: str = "2024-01-01", until: str = "", **more: str) -> dict[str, str]:
    return row_of("relationships", type=type_, from_=start, to=end, valid_from=begin, valid_to=until, **more)


def book() -> Book:
    """Billing of Office moves from Fabrikam to Northwind; until March 2025 the service believed that Litware administers Contoso."""
    return Book(
        customers=[row_of("customers", key="Contoso", name="Contoso", domain="contoso.example", country="ES")],
        partners=[
            row_of("partners", key="fabrikam", name="Fabrikam", mpn_ids="12 34"),
            row_of("partners", key="northwind", name="Northwind"),
            row_of("partners", key="litware", name="Litware"),
        ],
        subscriptions=[row_of("subscriptions", key="Office", offer="Office 365 E3"), row_of("subscriptions", key="alone", offer="Visio")],
        agreements=[row_of("agreements", key="EA-1", type="Enterprise", channel="DIRECT")],
        relationships=[
            tie("HOLDS", "customer:contoso", "subscription:office"),
            tie("BILLS", "partner:fabrikam", "subscription:office", "2024-01-01", "2024-07-01", source="invoice 1"),
            tie("BILLS", "partner:northwind", "subscription:office", "2024-07-01"),
            tie("PARTY_TO", "customer:contoso", "agreement:ea-1"),
            tie("ADMINISTERS", "partner:northwind", "customer:contoso", kind="GDAP"),
            tie(
                *("ADMINISTERS", "partner:litware", "customer:contoso"),
                kind="DAP",
                recorded_at="2025-02-01T00:00:00Z",
                superseded_at="2025-03-01T00:00:00Z",
            ),
        ],
    )


@pytest.fixture(scope="module")
async def asked(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The service, with that book."""
    folder = tmp_path_factory.mktemp("nodes")
    book().write(folder)
    assert await service.replace_with(folder) == []
    return service


async def add(service: RunningService, folder: Path, book: Book) -> None:
    book.write(folder)
    loaded = await load_book(service.graph, folder, folder / "rejected.csv", actor="test", progress=lambda _: None)
    assert loaded.rejected == 0


NODES = """query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Customer { name domain country cloud } ... on Partner { name country mpnIds } ... on Operator { name }
  ... on ProductSubscription { offer status } ... on Agreement { type channel } ... on Topic { code category } } }"""
OF_EVERY_KIND: list[dict[str, Any]] = [
    {
        "__typename": "Customer",
        "id": "customer:contoso",
        "name": "Contoso",
        "domain": "contoso.example",
        "country": "ES",
        "cloud": "PUBLIC",
    },
    {"__typename": "Partner", "id": "partner:fabrikam", "name": "Fabrikam", "country": None, "mpnIds": ["12", "34"]},
    {"__typename": "Operator", "id": "operator:microsoft", "name": "Microsoft"},
    {"__typename": "Operator", "id": "operator:21vianet", "name": "21Vianet"},
    {"__typename": "ProductSubscription", "id": "subscription:office", "offer": "Office 365 E3", "status": "active"},
    {"__typename": "Agreement", "id": "agreement:ea-1", "type": "Enterprise", "channel": "DIRECT"},
    {"__typename": "Topic", "id": "topic:renewal", "code": "renewal", "category": "SUBSCRIPTION"},
]


async def test_a_node_of_every_kind_is_found_by_its_id(asked: RunningService) -> None:
    ids = [node["id"] for node in OF_EVERY_KIND]
    data = await asked.query(NODES, ids=ids)
    one_by_one = [(await asked.query("query ($id: ID!) { node(id: $id) { __typename id } }", id=id_))["node"] for id_ in ids]

    assert data["nodes"] == OF_EVERY_KIND
    assert one_by_one == [{"__typename": node["__typename"], "id": node["id"]} for node in OF_EVERY_KIND]


async def test_ids_are_compared_without_case_and_given_back_in_lower_case(asked: RunningService) -> None:
    ids = [f"  {node['id'].upper()} " for node in OF_EVERY_KIND]
    data = await asked.query(NODES, ids=ids)

    assert data["nodes"] == OF_EVERY_KIND


async def test_nodes_stand_in_the_order_asked_also_twice_with_null_for_what_is_not_there(asked: RunningService) -> None:
    ids = ["topic:tax", "customer:nobody", "partner:fabrikam", "customer:contoso", "partner:fabrikam", "topic:none", "subscription:none"]
    data = await asked.query(NODES, ids=ids)
    none = await asked.query(NODES, ids=[])

    found = [node and node["id"] for node in data["nodes"]]
    assert found == ["topic:tax", None, "partner:fabrikam", "customer:contoso", "partner:fabrikam", None, None]
    assert none["nodes"] == []


async def relationships(service: RunningService, known_at: str | None = None) -> list[dict[str, Any]]:
    document = 'query ($asOf: AsOf) { customer(id: "customer:contoso") { relationships(asOf: $asOf) { %s } } }'
    found: list[dict[str, Any]] = (await service.query(document.replace("%s", ENDS), asOf={"knownAt": known_at}))["customer"][
        "relationships"
    ]
    return found


async def test_a_relationship_is_a_node_too(asked: RunningService) -> None:
    live = await relationships(asked)
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Relationship { %s } } }".replace("%s", ENDS)
    data = await asked.query(document, ids=[each["id"] for each in reversed(live)])

    assert [each["type"] for each in live] == ["HOLDS", "BILLS", "PARTY_TO", "ADMINISTERS"]
    assert data["nodes"] == live[::-1]
    assert len({each["id"] for each in live}) == len(live)


async def test_the_history_of_a_subscription_has_what_ended(asked: RunningService) -> None:
    document = '{ node(id: "subscription:office") { ... on ProductSubscription { history { %s } } } }'.replace("%s", ENDS)
    history = (await asked.query(document))["node"]["history"]

    assert [(each["type"], each["from"]["id"], each["validFrom"], each["validTo"], each["source"]) for each in history] == [
        ("BILLS", "partner:fabrikam", "2024-01-01T00:00:00Z", "2024-07-01T00:00:00Z", "invoice 1"),
        ("HOLDS", "customer:contoso", "2024-01-01T00:00:00Z", None, ""),
        ("BILLS", "partner:northwind", "2024-07-01T00:00:00Z", None, ""),
    ]


async def test_a_superseded_record_stays_a_node_and_is_seen_by_who_asks_as_it_was_known(asked: RunningService) -> None:
    then = await relationships(asked, "2025-02-15T00:00:00Z")
    [superseded] = [each for each in then if each["from"]["id"] == "partner:litware"]
    document = "query ($id: ID!) { node(id: $id) { ... on Relationship { %s } } }".replace("%s", ENDS)
    found = (await asked.query(document, id=superseded["id"]))["node"]
    now = await relationships(asked)

    assert found == superseded
    assert (found["type"], found["kind"]) == ("ADMINISTERS", "DAP")
    assert (found["recordedAt"], found["supersededAt"]) == ("2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z")
    assert superseded["id"] not in [each["id"] for each in now]


async def test_the_id_of_a_relationship_is_compared_without_case_too(asked: RunningService) -> None:
    [holds, *_] = await relationships(asked)
    data = await asked.query("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[holds["id"].upper(), holds["id"].lower()])

    assert data["nodes"] == [{"id": holds["id"]}] * 2


async def test_as_of_is_never_inherited(asked: RunningService) -> None:
    """Each field without one answers at now, whatever the fields around it were asked."""
    data = await asked.query(
        """query ($then: AsOf) {
          customers(asOf: $then) { edges { node { partners { id } subscriptions { billedBy { id } } } } }
          customer(id: "customer:contoso") {
            partners(asOf: $then) { id }
            subscriptions(asOf: $then) { billedBy { id } then: billedBy(asOf: $then) { id } customer { partners { id } } }
            permittedCommunicators(topic: "renewal", asOf: $then) { communicator { id } customer { partners { id } } asOf { validAt } }
          } }""",
        then={"validAt": BEFORE},
    )

    fabrikam, northwind = {"id": "partner:fabrikam"}, {"id": "partner:northwind"}
    assert data["customers"]["edges"] == [{"node": {"partners": [northwind], "subscriptions": [{"billedBy": northwind}]}}]
    assert data["customer"]["partners"] == [fabrikam]
    assert data["customer"]["subscriptions"] == [{"billedBy": northwind, "then": fabrikam, "customer": {"partners": [northwind]}}]
    answers = data["customer"]["permittedCommunicators"]
    assert [answer["communicator"]["id"] for answer in answers] == ["partner:fabrikam", "operator:microsoft"]
    assert {json.dumps(answer["customer"]["partners"]) for answer in answers} == {json.dumps([northwind])}
    assert {answer["asOf"]["validAt"] for answer in answers} == {BEFORE}


@pytest.mark.parametrize(
    ("valid_at", "biller"),
    [
        (BEFORE, "partner:fabrikam"),
        (MIDDLE, "partner:northwind"),
        ("2024-07-01T02:00:00+02:00", "partner:northwind"),
        ("2024-07-01T01:59:59.999999999+02:00", "partner:fabrikam"),
        ("2023-12-31T23:59:59Z", None),
        ("2024-01-01t00:00:00z", "partner:fabrikam"),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59.999999Z", "partner:northwind"),
    ],
)
async def test_an_instant_is_one_whatever_its_offset_and_cut_to_microseconds(
    asked: RunningService, valid_at: str, biller: str | None
) -> None:
    document = 'query ($at: AsOf) { node(id: "subscription:office") { ... on ProductSubscription { billedBy(asOf: $at) { id } } } }'
    data = await asked.query(document, at={"validAt": valid_at})

    assert data["node"]["billedBy"] == (biller and {"id": biller})


async def test_all_fields_of_an_operation_have_one_now(asked: RunningService) -> None:
    question = (
        'permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "tax") { asOf { validAt knownAt } revision }'
    )
    data = await asked.query(f"{{ {' '.join(f'a{place}: {question}' for place in range(20))} }}")

    assert len({json.dumps(answer) for answer in data.values()}) == 1
    assert (await asked.query(f"{{ {question} }}"))["permission"]["asOf"]["validAt"] > data["a0"]["asOf"]["validAt"]


async def test_names_are_those_of_now_though_the_question_is_about_the_past(service: RunningService, tmp_path: Path) -> None:
    book().write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    then = datetime.now(UTC).isoformat()
    renamed = Book(
        customers=[row_of("customers", key="contoso", name="Contoso Ibérica", cloud="US_GOVERNMENT")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam Group")],
        subscriptions=[row_of("subscriptions", key="office", offer="Microsoft 365 E3", status="deleted")],
    )
    await add(service, tmp_path / "second", renamed)
    data = await service.query(
        """query ($then: AsOf) {
          permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal", asOf: $then) {
            verdict customer { name cloud } communicator { name } rulings { scope { ... on ProductSubscription { offer status } } } }
          customer(id: "customer:contoso") { subscriptions { id } then: subscriptions(asOf: $then) { id offer } }
        }""",
        then={"validAt": BEFORE, "knownAt": then},
    )

    answer = data["permission"]
    assert (answer["verdict"], answer["customer"]) == ("EXPECTED", {"name": "Contoso Ibérica", "cloud": "US_GOVERNMENT"})
    assert answer["communicator"] == {"name": "Fabrikam Group"}
    assert answer["rulings"][0]["scope"] == {"offer": "Microsoft 365 E3", "status": "deleted"}
    assert data["customer"] == {"subscriptions": [], "then": [{"id": "subscription:office", "offer": "Microsoft 365 E3"}]}


PINNED = """{ %s revision
  one: customer(id: "customer:contoso") { partners { id } subscriptions { id resellers { id } } }
  two: customers { totalCount edges { node { id name partners { id } } } }
  three: nodes(ids: ["customer:contoso", "customer:new-1", "customer:new-9"]) { id }
  four: partners { totalCount edges { node { id resellers { id } } } }
  five: permission(communicator: "partner:northwind", customer: "customer:contoso", topic: "renewal") { revision verdict }
  six: permissions(questions: [{communicator: "partner:northwind", customer: "customer:new-5", topic: "renewal"}]) { revision }
}"""
WRITES = 12


def consistent(data: dict[str, Any]) -> None:
    """What one operation answers stands in one state: as many resellers as new customers, in every field that tells."""
    [contoso] = [edge["node"] for edge in data["two"]["edges"] if edge["node"]["id"] == "customer:contoso"]
    written = [edge["node"]["id"] for edge in data["two"]["edges"] if edge["node"]["id"].startswith("customer:new-")]
    [northwind] = [edge["node"] for edge in data["four"]["edges"] if edge["node"]["id"] == "partner:northwind"]
    assert contoso["partners"] == data["one"]["partners"]
    assert len(data["one"]["subscriptions"][0]["resellers"]) == len(written)
    assert len(data["one"]["partners"]) == len(written) + 1
    assert len(northwind["resellers"]) == len(written)
    assert data["two"]["totalCount"] == len(written) + 1
    assert data["four"]["totalCount"] == len(written) + 3
    assert data["five"]["revision"] == data["revision"]
    assert [node is not None for node in data["three"]] == [True, "customer:new-1" in written, "customer:new-9" in written]
    assert (data["six"][0] is None) is ("customer:new-5" not in written)


async def test_an_operation_holds_one_revision_fast_while_others_write(service: RunningService, tmp_path: Path) -> None:
    """Each write brings a customer, a reseller, and who provides for it; whatever is read meanwhile has all of it or nothing."""
    book().write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    written, answered = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        for number in range(1, WRITES + 1):
            await answered.wait()  # however slow the machine is, some answers lie between the writes
            answered.clear()
            more = Book(
                customers=[row_of("customers", key=f"new-{number}", name=f"New {number}")],
                partners=[row_of("partners", key=f"reseller-{number}", name=f"Reseller {number}")],
                relationships=[
                    tie("RESELLS", f"partner:reseller-{number}", "subscription:office"),
                    tie("PROVIDES_FOR", "partner:northwind", f"partner:reseller-{number}"),
                ],
            )
            await add(service, tmp_path / f"more-{number}", more)
        written.set()

    async def read() -> list[dict[str, Any]]:
        answers = []
        while not written.is_set():
            body = await service.execute(PINNED.replace("%s", ""))
            assert body["data"], body
            answers.append(body["data"])
            answered.set()
            answers.append((await service.execute(PINNED.replace("%s", "zero: partners(first: 1) { totalCount }")))["data"])
        answers.append((await service.execute(PINNED.replace("%s", "")))["data"])
        return answers

    _, answers, others = await asyncio.gather(write(), read(), read())

    for answer in answers + others:
        consistent(answer)
    assert len({answer["revision"] for answer in answers + others}) > 2
    assert answers[-1]["two"]["totalCount"] == WRITES + 1


async def test_a_revision_given_back_is_read_at_least(service: RunningService, tmp_path: Path) -> None:
    """Read your writes: the token of a later state is waited for, and the answer is of that state or a later one."""
    book().write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    first = (await service.query("{ revision }"))["revision"]
    await add(service, tmp_path / "second", Book(customers=[row_of("customers", key="new", name="New")]))
    second = (await service.query("{ revision }"))["revision"]
    document = 'query ($at: Revision!) { customer(id: "customer:new", consistency: { atLeast: $at }) { id } revision }'

    assert first != second
    for token in (first, second):
        assert await service.query(document, at=token) == {"customer": {"id": "customer:new"}, "revision": second}


async def test_each_operation_over_one_websocket_has_a_revision_and_a_now_of_its_own(service: RunningService, tmp_path: Path) -> None:
    """The connection is one, the operations are many."""
    book().write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    question = 'permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "tax") { asOf { validAt } }'
    address = service.url.replace("http", "ws") + "/graphql"
    async with websockets.connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        acknowledged = await socket.recv()

        async def over_socket(document: str) -> dict[str, Any]:
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": document}}))
            answer = json.loads(await socket.recv())
            assert json.loads(await socket.recv())["type"] == "complete"
            payload: dict[str, Any] = answer["payload"]
            return payload

        first = await over_socket(f'{{ revision customer(id: "customer:new") {{ id }} {question} }}')
        await add(service, tmp_path / "second", Book(customers=[row_of("customers", key="new", name="New")]))
        second = await over_socket(f'{{ revision customer(id: "customer:new") {{ id }} {question} }}')
        wrong = await over_socket('{ customer(id: "customer:new", consistency: { full: false }) { id } }')

    assert isinstance(acknowledged, str), "browsers take text for JSON, and binary frames not"
    assert first["data"]["customer"] is None
    assert second["data"]["customer"] == {"id": "customer:new"}
    assert first["data"]["revision"] != second["data"]["revision"]
    assert first["data"]["permission"]["asOf"]["validAt"] < second["data"]["permission"]["asOf"]["validAt"]
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_INPUT"
