"""One operation: all that is asked in it is answered at one revision, by one policy, and with one now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.index.local_index import LocalIndex
from graph.log import first_ahead
from graph.revision import Revision
from graph.time_slices import wait_for
from policy.caller import Caller, Role
from policy.collation.folding import folded
from policy.errors import BadInput
from policy.facts import History
from policy.instant import LEAP, written
from policy.live import is_operator, version_at
from policy.policy import Policy
from policy.seen import around_itself, faces, situation_seen
from policy.situation import Situation
from resolvers.fact_reader import FactReader
from resolvers.freshness import Freshness
from resolvers.instants import AsOf, Instant
from resolvers.node import OTHERS, Node
from resolvers.node_lookup import NodeLookup
from resolvers.pinned import Pinned
from resolvers.token import token_of


class Operation:
    """What the questions of one operation share. It takes ids in the graph's form."""

    def __init__(self, index: LocalIndex, policy: Policy, now: int, freshness: Freshness, caller: Caller) -> None:
        self.index = index
        self.graph = index.graph
        self.policy = policy
        self.caller = caller
        self.facts = FactReader(index, caller)
        self.pinned = Pinned(index, freshness)
        self.nodes = NodeLookup(self.shown)
        self._now = now
        self._asks_now = False
        self._token: str | None = None
        self._faces: dict[str, Node] = {}
        self._instants: dict[AsOf | None, Instant] = {}
        self._situations: dict[tuple[str, AsOf | None], Situation | None] = {}

    def end(self) -> None:
        """Let go of all that was read: nothing is asked any more, and its parts refer to each other."""
        vars(self).clear()

    @property
    def now(self) -> int:
        """The instant of the operation; an answer that rests on it may be another one later, at the same revision."""
        self._asks_now = True
        return self._now

    @property
    def decided_by(self) -> Revision | None:
        """The revision, where it alone decides the answer and may be told of; None where now does too, or nothing was read."""
        return None if self._asks_now or self.caller.is_bound else self.pinned.known

    def revision(self) -> Revision:
        """The revision that everything is answered at. Raises Unavailable, BadInput."""
        return self.pinned.revision()

    def token(self) -> str:
        """The token of that revision, the same in all of the operation."""
        self._token = self._token or token_of(self.graph, self.revision(), self.caller)
        return self._token

    def history(self, customer: str) -> History | None:
        """All that was ever recorded around a customer; None where there is nothing for the caller to see. Raises Unavailable."""
        self.revision()
        if self.caller.role is Role.CUSTOMER and customer != self.caller.node:
            return None
        if self.caller.partner is not None and not self.facts.has_tie(self.caller.partner, customer):
            return None
        return self.facts.history(customer)

    def prefetch(self, customers: Iterable[str]) -> None:
        """Read together what has to be read of several customers. Raises Unavailable."""
        self.revision()
        if not self.caller.is_bound:
            self.facts.prefetch(customers)

    def instant(self, as_of: AsOf | None) -> Instant:
        """The instant of a question. Raises BadInput for a known_at that has not come yet, Unavailable."""
        if as_of not in self._instants:
            self._instants[as_of] = self._instant(as_of)
        return self._instants[as_of]

    def _instant(self, as_of: AsOf | None) -> Instant:
        revision = self.revision()
        valid_at, known_at = as_of or AsOf()
        if known_at is None:
            # when others wrote last is nothing to a bound caller
            known_at = self.now if self.caller.is_bound else revision.recorded_at
        elif known_at > (self.now if self.caller.is_bound else max(self._now, revision.recorded_at)):
            raise BadInput(f"knownAt `{written(known_at)}` is in the future; give an instant up to now, or leave it out")
        elif not self.caller.is_bound:
            known_at = self._past_leap(known_at)
        return Instant(self.now if valid_at is None else valid_at, known_at)

    def reading(self, instant: Instant) -> Instant:
        """The same instant for the facts: what was recorded after the operation's revision stays out of every answer."""
        return instant._replace(known_at=min(self._past_leap(instant.known_at), self.revision().recorded_at))

    def _past_leap(self, known_at: int) -> int:
        """
        The same instant, or the revision's own, where that is ahead of the clock and what is known now is meant.

        What was recorded while a clock was ahead is known, and so is all that was recorded since, with later instants yet. An instant
        that the clock has not reached is of then only where something was recorded at it or before.
        """
        newest = self.revision().recorded_at
        if newest <= self._now or known_at >= newest or known_at < self._now - LEAP:
            return known_at
        ahead = None if known_at <= self.now else wait_for(first_ahead(self.graph, self.now))
        return newest if ahead is None or known_at < ahead else known_at

    def situation(self, customer: str, as_of: AsOf | None) -> Situation | None:
        """The situation of a customer as the caller sees it; None where there is nothing to be seen then. Raises BadInput, Unavailable."""
        key = customer, as_of
        if key not in self._situations:
            at = self._situations[key] = self.situation_at(customer, self.reading(self.instant(as_of)))
            if at is not None:
                self.show(at)
        return self._situations[key]

    def situation_at(self, customer: str, instant: Instant) -> Situation | None:
        """The same at an instant of the facts; what of it is shown, `show` has to know. Raises Unavailable."""
        if not self.caller.is_bound:
            self.revision()
            return self.facts.situation(customer, *instant, self.policy.rules)
        history = self.history(customer)
        return None if history is None else self.situation_of(history, instant)

    def situation_of(self, history: History, instant: Instant) -> Situation | None:
        """The same of a history."""
        return situation_seen(history, instant.valid_at, instant.known_at, self.caller, self.policy.rules)

    def show(self, at: Situation) -> None:
        """Let the nodes of a situation that the caller sees be shown to it."""
        if self.caller.is_bound:
            known = faces(at, self.revision().recorded_at, self.caller)
            self._faces.update({id_: Node(id_, properties) for id_, properties in known.items()})

    def shown(self, id_: str) -> Node | None:
        """A node of which an answer speaks, as the operation's revision holds it; None where that doesn't know it. Raises Unavailable."""
        if id_ in OTHERS:
            return OTHERS[id_]
        if self.caller.is_bound and id_ != self.caller.node and not is_operator(id_):
            return self._faces.get(id_)
        properties = self.facts.properties(id_, self.revision().recorded_at)
        return None if properties is None else Node(id_, properties)

    def shown_all(self, ids: Iterable[str]) -> list[Node]:
        """The known ones of these nodes, in the order given."""
        return [node for id_ in ids if (node := self.shown(id_)) is not None]

    def shown_by_name(self, ids: Iterable[str]) -> list[Node]:
        """The known ones of these nodes, by name folded for case and accents, then by id."""
        return by_name(self.shown_all(ids))

    def shown_customers(self, situations: Sequence[Situation]) -> Sequence[Node]:
        """The customers of situations that the caller sees."""
        if self.caller.is_bound:
            return self.shown_all([at.customer for at in situations])
        recorded_at = self.revision().recorded_at
        return [Node(at.customer, at.customer_known(recorded_at)) for at in situations]

    def knows(self, communicator: str, known_at: int) -> bool:
        """Was the communicator known then, and is it the caller's to know? Raises Unavailable."""
        if self.caller.role is Role.CUSTOMER and not is_operator(communicator):
            history = self.history(str(self.caller.node))
            return history is not None and version_at(around_itself(history).nodes.get(communicator, ()), known_at) is not None
        if self.caller.is_bound and communicator != self.caller.node and not is_operator(communicator):
            return False
        self.revision()
        return version_at(self.facts.versions(communicator), known_at) is not None

    def meet(self, id_: str, properties: Mapping[str, Any]) -> None:
        """Let a bound caller be shown a node that it has met nowhere else."""
        self._faces.setdefault(id_, Node(id_, properties))


def by_name(nodes: Iterable[Node]) -> list[Node]:
    """In the order of their names folded for case and accents, then of their ids."""
    return sorted(nodes, key=lambda node: (folded(node.name), node.id))
