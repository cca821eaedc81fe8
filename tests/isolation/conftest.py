from collections.abc import AsyncIterator, Callable

import orjson
import pytest

from graph.embedded import Running
from graph.graph import Graph
from policy.caller import Caller
from tests.isolation.asking import Client, Worlds
from tests.running_index import indexed
from tests.running_service import serving
from tests.service.asking import OFTEN, with_tokens
from tests.service.issuer import Issuer


@pytest.fixture(scope="module")
async def worlds(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Worlds]:
    """A store for worlds that take turns."""
    async with Graph.connect(neo4j.address, read_seconds=30) as graph, indexed(graph, tmp_path_factory.mktemp("index")) as index:
        yield Worlds(index, tmp_path_factory)


@pytest.fixture(scope="module")
async def client_of(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Callable[[Caller], Client]]:
    """Clients of a service on that store, each with a caller's token: only there an answer has all its bytes."""
    folder, issuer = tmp_path_factory.mktemp("service"), Issuer()
    (folder / "jwks.json").write_bytes(orjson.dumps(issuer.jwks))
    async with serving(folder, neo4j.address, **with_tokens(str(folder / "jwks.json")), **OFTEN, VOCERO_ACCESS_LOG="off") as running:

        def client(caller: Caller) -> Client:
            token = issuer.token(sub=caller.name, vocero={"role": caller.role, "node": caller.node})
            return Client(running.client, token)

        yield client
