"""One operation: all that is asked in it is answered at one revision, by one policy, and with one now."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.graph import Graph
from graph.ids import kind_of
from graph.log import first_ahead
from graph.revision import Revision
from policy.caller import Caller, Role
from policy.errors import BadInput
from policy.facts import History, Relationship, Version
from policy.fold import fold
from policy.instant import LEAP, written
from policy.live import is_operator, version_at
from policy.policy import Policy
from policy.seen import around_itself, faces, situation_seen
from policy.situation import Situation
from policy.stretches import EVER
from resolvers.batching import Batching
from resolvers.faces import Faces
from resolvers.freshness import Freshness
from resolvers.instants import AsOf, Instant, Lasting
from resolvers.node import OTHERS, Node, NodesRead
from resolvers.pinned import Pinned
from resolvers.readings import Readings
from resolvers.remembered import Remembered
from resolvers.token import token_of


class Operation:
    """What the questions of one operation share. It takes ids in the graph's form."""

    def __init__(  # noqa: PLR0917 - what an operation is made of, each of another type
        self, graph: Graph, policy: Policy, now: int, freshness: Freshness, batched: Batching, caller: Caller
    ) -> None:
        self.graph = graph
        self.policy = policy
        self.caller = caller
        self._now = now
        self._asks_now = False
        self._until: int | None = EVER
        self.pinned = Pinned(graph, freshness)
        self._token: str | None = None
        self._faces: dict[str, Node] = {}
        self.nodes: Faces[Node] = Faces(self._shown_at_once)
        self._nodes = NodesRead()
        self.remembered = Remembered(self)
        self._histories_kept: list[History] = []
        self._around: dict[str, History] = {}
        self.one_list = asyncio.Lock()
        """Held while one field answers thousands of ids or questions: what several make at the same time would take much memory."""
        self.readings = Readings(graph, self.pinned, caller, batched, self)

    def end(self) -> None:
        """Let go of all that was read: nothing is asked any more, and its parts refer to each other."""
        vars(self).clear()

    @property
    def now(self) -> int:
        """The instant of the operation; an answer that rests on it may be another one later, at the same revision."""
        self._asks_now = True
        return self._now

    async def history(self, customer: str) -> History | None:
        """All that was ever recorded around a customer; None where there is nothing for the caller to see. Raises Unavailable."""
        return (await self.histories((customer,))).get(customer)

    async def histories(self, customers: Iterable[str]) -> Mapping[str, History]:
        """The same of several; unknown ones are absent."""
        await self.pinned.settle()
        asked = dict.fromkeys(customers)
        if self.caller.role is Role.CUSTOMER:
            asked = dict.fromkeys(each for each in asked if each == self.caller.node)
        if self.graph.cache is not None and self.pinned.known is not None:
            found = await self.graph.cache.histories(asked, self.pinned.known, self.caller.partner)
        else:
            read = await asyncio.gather(*(self.readings.history(each) for each in asked))
            found = {each: history for each, history in zip(asked, read, strict=True) if history is not None}
        self.met(found.values())
        return found

    def met(self, histories: Iterable[History]) -> None:
        """Take these as read: what they hold needs no reading of its own."""
        if not self.caller.is_bound:
            self._histories_kept += histories  # of thousands few may be asked for their parts
            self._nodes.add([each.nodes for each in histories])

    def around(self, subscription: str) -> History | None:
        """A history that was read and holds the subscription; None where there is none, or it is not the caller's to see."""
        while self._histories_kept:
            history = self._histories_kept.pop()
            self._around.update((node, history) for node in history.nodes if node.startswith("subscription:"))
        return self._around.get(subscription)

    @property
    def decided_by(self) -> Revision | None:
        """The revision, where it alone decides the answer and may be told of; None where now does too, or nothing was read."""
        return None if self._asks_now or self.caller.is_bound else self.pinned.known

    async def token(self) -> str:
        """The token of that revision, the same in all of the operation."""
        return self.token_of(await self.revision())

    def token_of(self, revision: Revision) -> str:
        """The token of the operation's revision."""
        self._token = self._token or token_of(self.graph, revision, self.caller)
        return self._token

    async def revision(self) -> Revision:
        """The revision that everything is answered at: the first that the operation saw."""
        return await self.pinned.revision()

    async def providers(self, partner: str) -> tuple[Relationship, ...]:
        """All records of who provides for a partner, for a caller that is not bound. Raises Unavailable."""
        if self.graph.cache is None:
            return await self.readings.providers(partner)
        return await self.graph.cache.providers.get(partner, await self.revision()) or ()

    def met_by_others(self, id_: str) -> tuple[Version, ...]:
        """All versions of a node that other operations came by, which hold what there was at the revision of this one too."""
        cache = self.graph.cache
        return () if cache is None or self.caller.is_bound else cache.nodes.known(id_) or ()

    async def instant(self, as_of: AsOf | None) -> Instant:
        """The instant of a question. Raises BadInput for a known_at that has not come yet, Unavailable."""
        revision = await self.revision()
        valid_at, known_at = as_of or AsOf()
        if known_at is None:
            # when others wrote last is nothing to a bound caller
            known_at = self.now if self.caller.is_bound else revision.recorded_at
        elif known_at > (self.now if self.caller.is_bound else max(self._now, revision.recorded_at)):
            raise BadInput(f"knownAt `{written(known_at)}` is in the future; give an instant up to now, or leave it out")
        elif not self.caller.is_bound:
            known_at = await self._past_leap(known_at)
        return Instant(self.now if valid_at is None else valid_at, known_at)

    async def reading(self, instant: Instant) -> Instant:
        """The same instant for the graph: what was recorded after the operation's revision stays out of every answer."""
        return instant._replace(known_at=min(await self._past_leap(instant.known_at), (await self.revision()).recorded_at))

    async def _past_leap(self, known_at: int) -> int:
        """
        The same instant, or the revision's own, where that is ahead of the clock and what is known now is meant.

        What was recorded while a clock was ahead is known, and so is all that was recorded since, with later instants yet. An instant
        that the clock has not reached is of then only where something was recorded at it or before.
        """
        newest = (await self.revision()).recorded_at
        if newest <= self._now or known_at >= newest or known_at < self._now - LEAP:
            return known_at
        self.asks_the_graph_of_now()
        ahead = None if known_at <= self.now else await first_ahead(self.graph, self.now)
        return newest if ahead is None or known_at < ahead else known_at

    def seen(self, history: History, instant: Instant) -> Situation | None:
        """The situation of a customer as the caller sees it; None where it was not known then, or is not to be seen."""
        at = situation_seen(history, instant.valid_at, instant.known_at, self.caller)
        if at is not None:
            self.show(at)
            self.lasts_until(at.until)
        return at

    def lasts_until(self, until: int | None) -> None:
        """Something that was found will be another one from that instant on; None = it is not known when."""
        self._until = None if self._until is None or until is None else min(self._until, until)

    def asks_the_graph_of_now(self) -> None:
        """What it is told may change at any instant, though nothing is written."""
        self._until = None

    def lasting(self) -> Lasting | None:
        """How long what was found is the same, if nothing is written; None where that was not looked for, or is not the same for all."""
        is_usual = self.pinned.is_usual and not self.caller.is_bound
        if not is_usual or self._until is None or self.pinned.known is None or self.graph.cache is None:
            return None
        return Lasting(self.pinned.known, self._now, self._until)

    def show(self, at: Situation) -> None:
        """Let the nodes of a situation that the caller sees be shown to it."""
        if self.caller.is_bound and self.pinned.known:
            known = faces(at, self.pinned.known.recorded_at, self.caller)
            self._faces.update({id_: Node(id_, properties) for id_, properties in known.items()})

    async def shown(self, id_: str) -> Node | None:
        """A node of which an answer speaks, as the operation's revision holds it; None where that doesn't know it."""
        if id_ in OTHERS:
            return OTHERS[id_]
        if self.caller.is_bound and id_ != self.caller.node and not is_operator(id_):
            return self._faces.get(id_)
        version = version_at(await self._known(id_), (await self.revision()).recorded_at)
        return version and Node(id_, version.properties)

    async def shown_customers(self, situations: Sequence[Situation]) -> Sequence[Node]:
        """The customers of situations that the caller sees."""
        if self.caller.is_bound or self.pinned.known is None:
            return await self.shown_all([at.customer for at in situations])
        recorded_at = self.pinned.known.recorded_at
        known = [(at.customer, at.history.nodes[at.customer]) for at in situations]
        return [Node(customer, (version_at(versions, recorded_at) or versions[-1]).properties) for customer, versions in known]

    async def shown_all(self, ids: Iterable[str]) -> list[Node]:
        """The known ones of these nodes, in the order given."""
        asked = list(ids)
        found = {id_: self._shown_at_once(id_) for id_ in asked}
        unread = [id_ for id_, node in found.items() if node is None]
        found.update(zip(unread, await asyncio.gather(*(self.shown(id_) for id_ in unread)), strict=True))
        return [node for id_ in asked if (node := found[id_]) is not None]

    def _shown_at_once(self, id_: str) -> Node | None:
        if self.caller.is_bound or self.pinned.known is None:
            return None
        version = version_at(self._nodes.versions(id_) or self.met_by_others(id_), self.pinned.known.recorded_at)
        return version and Node(id_, version.properties)

    async def shown_by_name(self, ids: Iterable[str]) -> list[Node]:
        """The known ones of these nodes, by name folded for case and accents, then by id."""
        return by_name(await self.shown_all(ids))

    async def knows(self, communicator: str, known_at: int) -> bool:
        """Was the communicator known then, and is it the caller's to know?"""
        if self.caller.role is Role.CUSTOMER and not is_operator(communicator):
            history = await self.history(str(self.caller.node))
            return history is not None and version_at(around_itself(history).nodes.get(communicator, ()), known_at) is not None
        if self.caller.is_bound and communicator != self.caller.node and not is_operator(communicator):
            return False
        return version_at(await self._known(communicator), known_at) is not None

    async def _known(self, id_: str) -> tuple[Version, ...]:
        """All versions of a node; none of one that is not in the graph."""
        if found := self._nodes.versions(id_):
            return found
        cache, kind = self.graph.cache, kind_of(id_)
        if cache is not None and not self.caller.is_bound:
            if kind == "customer":
                history = await self.history(id_)
                return history.nodes[id_] if history else ()
            if kind in {"partner", "operator"}:
                self.keep({id_: await cache.nodes.get(id_, await self.revision()) or ()})
                return self._nodes.versions(id_)
        return await self.readings.versions(id_)

    def meet(self, id_: str, properties: Mapping[str, Any]) -> None:
        """A bound caller sees a node that it has met nowhere else."""
        self._faces.setdefault(id_, Node(id_, properties))

    def keep(self, nodes: Mapping[str, tuple[Version, ...]]) -> None:
        """Remember nodes that came with other facts, so that they need no reading of their own."""
        if not self.caller.is_bound:
            self._nodes.add([nodes])


def by_name(nodes: Iterable[Node]) -> list[Node]:
    """In the order of their names folded for case and accents, then of their ids."""
    return sorted(nodes, key=lambda node: (fold(node.name), node.id))
