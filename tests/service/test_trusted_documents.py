"""Documents that need not be sent: those of a manifest, and those that a client has sent before."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graph.embedded import Running
from policy.errors import BadInput
from schema.schema import VoceroSchema
from service.documents import read_documents
from tests.running_service import RunningService
from tests.service.test_http import INIT, connected_to
from tests.service.vocero import Served, Vocero

NODE = "query Node($id: ID!) { node(id: $id) { id } }"
REVISION = "query Revision { revision }"
WATCH = "subscription Watch { changes { revision } }"
TAX = {"id": "topic:tax"}
ANSWER = {"data": {"node": {"id": "topic:tax"}}, "extensions": {"cost": {"cost": 1, "limit": 10_000_000}}}
OTHER = '{ node(id: "topic:tax") { id } }'


def hash_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def persisted(document: str, **extensions: object) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_of(document), **extensions}}


def apollo(*documents: str) -> dict[str, Any]:
    """A manifest as generate-persisted-query-manifest writes it."""
    names = [document.split()[1].partition("(")[0] for document in documents]
    operations = [
        {"id": hash_of(document), "name": name, "type": document.split()[0], "body": document}
        for name, document in zip(names, documents, strict=True)
    ]
    return {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}


def relay(*documents: str) -> dict[str, str]:
    """A manifest as the Relay compiler writes it, with MD5."""
    return {hashlib.md5(document.encode(), usedforsecurity=False).hexdigest(): document for document in documents}


def written(folder: Path, manifest: object) -> Path:
    """The file of a manifest."""
    file = folder / "manifest.json"
    file.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    return file


class Trusting(NamedTuple):
    """A running service, and the id of NODE in its manifest."""

    served: Served
    id: str


@pytest.fixture(scope="module", params=[apollo, relay], ids=["apollo", "relay"])
def trusting(request: pytest.FixtureRequest, neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trusting]:
    """A service that answers three documents."""
    manifest = request.param(NODE, REVISION, WATCH)
    folder, address = tmp_path_factory.mktemp("trusted"), neo4j.address
    server = {"VOCERO_NEO4J_URI": address.uri, "VOCERO_NEO4J_USER": address.user, "VOCERO_NEO4J_PASSWORD": address.password}
    with Vocero(folder, **server, VOCERO_TRUSTED_DOCUMENTS=str(written(folder, manifest))).application() as served:
        ids = list(manifest) if request.param is relay else [hash_of(NODE)]
        yield Trusting(served, ids[0])


def asked(served: Served, **given: object) -> tuple[int, dict[str, Any]]:
    response = served.client.post("/graphql", json=given, headers={"accept": "application/graphql-response+json"})
    body: dict[str, Any] = response.json()
    return response.status_code, body


def test_a_trusted_document_is_answered_by_id_by_hash_and_by_its_text(trusting: Trusting) -> None:
    for given in (
        {"documentId": trusting.id},
        {"documentId": f"sha256:{hash_of(NODE)}"},
        {"documentId": trusting.id, "query": NODE},
        {"extensions": persisted(NODE)},
        {"query": NODE},
    ):
        assert asked(trusting.served, **given, variables=TAX) == (200, ANSWER)

    by_get = trusting.served.client.get("/graphql", params={"documentId": trusting.id, "variables": json.dumps(TAX)})
    assert by_get.json() == ANSWER


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"query": OTHER}, "only trusted documents are answered here; give the `documentId` of one, or its very text"),
        ({"query": f"{NODE} "}, "only trusted documents are answered here; give the `documentId` of one, or its very text"),
        ({"query": OTHER, "extensions": persisted(OTHER)}, "only those of this service's manifest are answered"),
        ({"extensions": persisted(OTHER)}, "only those of this service's manifest are answered"),
        ({"documentId": "x"}, "no trusted document `x`; only those of this service's manifest are answered"),
    ],
)
def test_any_other_document_is_forbidden(trusting: Trusting, given: dict[str, Any], message: str) -> None:
    status, body = asked(trusting.served, **given)
    [error] = body["errors"]

    assert (status, error["extensions"]["code"]) == (403, "FORBIDDEN")
    assert message in error["message"]


def test_a_text_beside_the_id_of_another_document_is_not_run(trusting: Trusting) -> None:
    status, body = asked(trusting.served, documentId=trusting.id, query=REVISION, variables=TAX)

    assert (status, body["errors"][0]["extensions"]["code"]) == (400, "BAD_INPUT")


async def test_a_web_socket_knows_the_same_documents(trusting: Trusting) -> None:
    sent: list[dict[str, Any]] = [{"documentId": trusting.id}, {"extensions": persisted(NODE)}, {"query": NODE}, {"query": OTHER}]
    async with await connected_to(trusting.served.url) as socket:
        await socket.send(json.dumps(INIT))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        for place, payload in enumerate(sent):
            message = {"id": str(place), "type": "subscribe", "payload": {**payload, "variables": TAX}}
            await socket.send(json.dumps(message))
            answer = json.loads(await socket.recv())
            if payload == {"query": OTHER}:
                assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")
            else:
                assert (answer["type"], answer["payload"]) == ("next", ANSWER)
                assert json.loads(await socket.recv())["type"] == "complete"


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("nonsense", "is no manifest of trusted documents"),
        ([], "it is no JSON object"),
        ({**apollo(NODE), "version": 2}, "known is `apollo-persisted-query-manifest` 1"),
        ({**apollo(NODE), "operations": [{"id": "a"}]}, "an operation has no `id` and `body`"),
        ({"a": 5}, "`a` is no text of a document"),
        ({**apollo(), "operations": [{"id": "a", "body": NODE}, {"id": "a", "body": WATCH}]}, "`a` stands for two documents"),
        ('{"a": "{ topics { code } }", "a": "{ policy { version } }"}', "has the member `a` more than once"),
        ({"a": "query {"}, "trusted document `a` of"),
        (apollo("query Wrong { nothing }"), "Cannot query field 'nothing' on type 'Query'"),
    ],
)
def test_a_manifest_that_cannot_be_answered_is_refused(tmp_path: Path, manifest: object, message: str) -> None:
    file = written(tmp_path, manifest)

    with pytest.raises(BadInput, match=re.escape(message)):
        read_documents(file, VoceroSchema(report=lambda _: None).faults_in)


def test_the_service_does_not_start_without_its_manifest(tmp_path: Path) -> None:
    refused = Vocero(tmp_path, VOCERO_TRUSTED_DOCUMENTS=str(tmp_path / "none.json"))("serve", "--port", "0")

    assert (refused.returncode, "can't be read" in refused.stderr) == (2, True), refused.stderr


async def test_a_document_sent_once_with_its_hash_is_found_by_the_hash(service: RunningService) -> None:
    """Automatic persisted queries, as Apollo's clients speak it."""
    document = f"{NODE} # sent once"
    unknown = (await service.client.post("/graphql", json={"extensions": persisted(document)})).json()
    sent = (await service.client.post("/graphql", json={"query": document, "extensions": persisted(document), "variables": TAX})).json()
    kept = (await service.client.post("/graphql", json={"extensions": persisted(document), "variables": TAX})).json()
    params = {"extensions": json.dumps(persisted(document)), "variables": json.dumps(TAX)}
    by_get = (await service.client.get("/graphql", params=params)).json()

    [error] = unknown["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
    assert sent == kept == by_get == ANSWER


@pytest.mark.parametrize(
    ("extensions", "status"), [(persisted(OTHER), 200), (persisted(NODE, version=2), 400), ({"persistedQuery": "x"}, 400)]
)
async def test_a_wrong_hash_is_bad_input(service: RunningService, extensions: dict[str, object], status: int) -> None:
    response = await service.client.post("/graphql", json={"query": NODE, "variables": TAX, "extensions": extensions})

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert "data" not in response.json()


async def test_only_so_many_documents_are_kept_the_latest_used(service: RunningService) -> None:
    first, used = "{ kept: revision }", "{ used: revision }"
    for document in (first, used):
        await service.client.post("/graphql", json={"query": document, "extensions": persisted(document)})
    for place in range(499):
        document = f"{{ a{place}: __typename }}"
        await service.client.post("/graphql", json={"query": document, "extensions": persisted(document)})
        if place == 0:
            await service.client.post("/graphql", json={"extensions": persisted(used)})
    gone = (await service.client.post("/graphql", json={"extensions": persisted(first)})).json()
    there = (await service.client.post("/graphql", json={"extensions": persisted(used)})).json()

    assert gone["errors"][0]["message"] == "PersistedQueryNotFound"
    assert "errors" not in there
