from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from graph.graph import Graph
from graph.histories import histories_of
from graph.nodes import Relationships, chains_of, nodes_of, parties_of, relationships_at
from graph.relationship_ids import relationship_id
from graph.ties import Ties, providers_of, resellers_of, ties_of
from policy.caller import Caller
from policy.facts import History, Relationship, Version
from policy.live import version_at
from policy.seen import ended
from resolvers.batching import Batching
from resolvers.instants import Instant
from resolvers.pinned import Pinned

Records = tuple[Relationship, ...]
"""All that was ever recorded of the relationships that end at one node."""


class Meeting(Protocol):
    """Is told of the nodes that came with what was read."""

    def keep(self, nodes: Mapping[str, tuple[Version, ...]]) -> None:
        """They need no reading of their own."""

    def meet(self, id_: str, properties: Mapping[str, Any]) -> None:
        """A bound caller sees the node."""


class Readings:
    """What an operation reads of the graph at its revision: each once, and what is asked for in the same moment together."""

    def __init__(self, graph: Graph, pinned: Pinned, caller: Caller, batched: Batching, meeting: Meeting) -> None:
        self._graph = graph
        self._pinned = pinned
        self._caller = caller
        self._batched = batched
        self._meeting = meeting

    @cached_property
    def history(self) -> Callable[[str], Awaitable[History | None]]:
        """All that was ever recorded around a customer."""
        return self._batched(self._read_histories)

    @cached_property
    def chain(self) -> Callable[[str], Awaitable[Records]]:
        """All records at a subscription."""
        return self._batched(self._read_chains)

    @cached_property
    def parties(self) -> Callable[[str], Awaitable[Records]]:
        """All records of who was party to an agreement."""
        return self._batched(self._read_parties)

    @cached_property
    def ties(self) -> Callable[[tuple[str, Instant]], Awaitable[Ties | None]]:
        """What a partner is to others at an instant."""
        return self._batched(self._read_ties)

    @cached_property
    def providers(self) -> Callable[[str], Awaitable[Records]]:
        """All records of who provides for a partner."""
        return self._batched(self._read_providers)

    @cached_property
    def resellers(self) -> Callable[[tuple[str, Instant]], Awaitable[Sequence[str]]]:
        """For whom a partner provides at an instant."""
        return self._batched(self._read_resellers)

    @cached_property
    def relationship(self) -> Callable[[Relationship], Awaitable[Relationship | None]]:
        """A record as it is stored."""
        return self._batched(self._read_relationships)

    @cached_property
    def versions(self) -> Callable[[str], Awaitable[tuple[Version, ...]]]:
        """All versions of a node."""
        return self._batched(self._read_nodes)

    async def _read_histories(self, customers: list[str]) -> list[History | None]:
        histories = await histories_of(self._graph, customers, self._caller.partner)
        self._pinned.pin(histories.revision)
        return [histories.of.get(customer) for customer in customers]

    async def _read_nodes(self, ids: list[str]) -> list[tuple[Version, ...]]:
        await self._pinned.settle()
        nodes = await nodes_of(self._graph, ids)
        self._pinned.pin(nodes.revision)
        self._meeting.keep(nodes.of)
        return [nodes.of.get(id_, ()) for id_ in ids]

    async def _read_chains(self, subscriptions: list[str]) -> list[Records]:
        await self._pinned.settle()
        return self._by_end(await chains_of(self._graph, subscriptions, self._caller.partner), subscriptions)

    async def _read_parties(self, agreements: list[str]) -> list[Records]:
        await self._pinned.settle()
        return self._by_end(await parties_of(self._graph, agreements, self._caller.partner), agreements)

    async def _read_relationships(self, wanted: list[Relationship]) -> list[Relationship | None]:
        await self._pinned.settle()
        read = await relationships_at(self._graph, wanted)
        recorded_at = self._pinned.pin(read.revision).recorded_at
        found = {relationship_id(each): each for each in read.found if each.recorded_at <= recorded_at}
        return [found.get(relationship_id(each)) for each in wanted]

    def _by_end(self, read: Relationships, ends: list[str]) -> list[Records]:
        recorded_at = self._pinned.pin(read.revision).recorded_at
        self._meeting.keep(read.nodes)
        records: dict[str, list[Relationship]] = {end: [] for end in ends}
        until: dict[str, int] = {}
        for each in read.found:
            records[each.end].append(each)
            if each.start == self._caller.partner and each.recorded_at <= recorded_at:  # seen, also where nobody is known to hold it
                until[each.end] = max(ended(recorded_at, each), until.get(each.end, each.recorded_at))
        for end, last in until.items():
            known = version_at(read.nodes[end], min(recorded_at, last))
            self._meeting.meet(end, (known or read.nodes[end][-1]).properties)
        return [tuple(records[end]) for end in ends]

    async def _read_ties(self, wanted: list[tuple[str, Instant]]) -> list[Ties | None]:
        found: dict[tuple[str, Instant], Ties] = {}
        for instant in {instant for _, instant in wanted}:
            partners = [partner for partner, at in wanted if at == instant]
            ties = await ties_of(self._graph, partners, valid_at=instant.valid_at, known_at=instant.known_at, as_seen=self._caller.is_bound)
            self._meeting.keep(ties.nodes)
            found.update({(partner, instant): each for partner, each in ties.of.items()})
        return [found.get(each) for each in wanted]

    async def _read_providers(self, partners: list[str]) -> list[Records]:
        await self._pinned.settle()
        read = await providers_of(self._graph, partners)
        self._pinned.pin(read.revision)
        self._meeting.keep(read.nodes)
        return [read.of[partner] for partner in partners]

    async def _read_resellers(self, wanted: list[tuple[str, Instant]]) -> list[Sequence[str]]:
        found: dict[tuple[str, Instant], Sequence[str]] = {}
        for instant in {instant for _, instant in wanted}:
            partners = [partner for partner, at in wanted if at == instant]
            read = await resellers_of(self._graph, partners, valid_at=instant.valid_at, known_at=instant.known_at)
            self._meeting.keep(read.nodes)
            found.update({(partner, instant): each for partner, each in read.of.items()})
        return [found.get(each, ()) for each in wanted]
