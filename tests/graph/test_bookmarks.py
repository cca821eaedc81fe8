"""Revisions on a cluster: their tokens carry the driver's bookmarks, so that any member that answers holds what the caller saw."""

from collections.abc import AsyncIterator

import pytest

from graph.address import Address
from graph.apply import apply
from graph.embedded import Running
from graph.graph import Graph
from graph.once import Asking
from graph.revision import Revision
from graph.store import newest_revision
from policy.caller import ANYBODY, Caller, Role
from policy.change import Put
from policy.errors import BadInput
from policy.terms import Boundary, Cloud
from resolvers.freshness import reached
from resolvers.token import LARGEST, Place, Token, token_given, token_of

PARTNER = Caller("partner", Role.PARTNER, "partner:b")


@pytest.fixture
async def routed(neo4j: Running, graph: Graph) -> AsyncIterator[Graph]:
    """The same store, reached as a cluster is."""
    assert graph
    uri = neo4j.address.uri.replace("bolt://", "neo4j://")
    async with Graph.connect(Address(uri, neo4j.address.user, neo4j.address.password, neo4j.address.database), read_seconds=30) as routed:
        routed.seal = graph.seal
        yield routed


async def put(graph: Graph, key: str) -> str:
    """The token of the revision that puts a customer."""
    asking = await Asking.of("test", key, {})
    change = Put(f"customer:{key}", {"name": key, "cloud": Cloud.PUBLIC})
    made = await apply(graph, [change], {True: Boundary.INSTANT, False: Boundary.INSTANT}, asking)
    return token_of(graph, made.revision, ANYBODY)


async def test_the_token_of_a_write_carries_bookmarks_and_is_the_same_for_whoever_reads_the_revision(routed: Graph) -> None:
    token = await put(routed, "contoso")

    assert token_given(routed, token).bookmarks
    assert token_of(routed, await newest_revision(routed), ANYBODY) == token
    await put(routed, "adatum")
    assert token_of(routed, await newest_revision(routed), ANYBODY) != token


async def test_another_process_reads_at_least_what_the_token_names(neo4j: Running, routed: Graph) -> None:
    token = token_given(routed, await put(routed, "contoso"))
    async with Graph.connect(neo4j.address._replace(uri=neo4j.address.uri.replace("bolt://", "neo4j://")), read_seconds=30) as another:
        assert (await reached(another, token)).number >= token.number


async def test_a_bookmark_of_another_database_is_refused_and_harms_nobody_else(routed: Graph) -> None:
    with pytest.raises(BadInput, match="another graph"):
        await reached(routed, Token(0, ("FB:kcwQAAAAAAAAAAAAAAAAAAAAAMkBAA==",)))
    with pytest.raises(BadInput, match="another graph"):
        await reached(routed, Token(0, ("nonsense",)))

    assert (await newest_revision(routed)).number == 0


async def test_a_single_server_needs_none_so_its_tokens_name_the_revision_alone(graph: Graph) -> None:
    assert token_given(graph, await put(graph, "contoso")) == Token(1)


async def test_a_token_is_as_long_for_every_number_and_every_transaction(graph: Graph) -> None:
    """Else it would tell a partner that others write, and how much."""
    bookmarks = [tuple("FB:kcw" + "Q" * length for length in lengths) for lengths in ([20], [30], [50], [30, 50], [20, 30, 50])]
    place = Place(1, by_time=True, customer="customer:a", communicator="partner:b", topic="renewal")
    groups: list[list[tuple[Revision, Place | None]]] = [
        [(Revision(number, 0), None) for number in (0, 9, 10, 99, 100, 10**6, LARGEST)],
        [(Revision(number, 0, marks), None) for number in (9, 10) for marks in bookmarks],
        [(Revision(number, 0), place._replace(by_time=by_time)) for number in (9, 10) for by_time in (True, False)],
    ]
    for caller in (ANYBODY, PARTNER):
        for group in groups:
            tokens = [token_of(graph, revision, caller, at) for revision, at in group]

            assert len({len(token) for token in tokens}) == 1
            assert [token_given(graph, token) for token in tokens] == [
                Token(revision.number, revision.bookmarks, at) for revision, at in group
            ]
