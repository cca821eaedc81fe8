"""What an operation is told without waiting: of now, out of what is remembered, for a caller that sees everything; else LookupError."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from graph.history_cache import HistoryCache
from graph.ids import is_id
from graph.revision import Revision
from policy.facts import Relationship
from policy.live import version_at
from policy.situation import Situation
from policy.stretches import EVER, situation_of_stretch
from resolvers.instants import Instant, Known
from resolvers.node import Node

if TYPE_CHECKING:
    from resolvers.operation import Operation


class Remembered:
    """What is remembered, as one operation sees it."""

    def __init__(self, operation: "Operation") -> None:
        self._operation = operation
        self._situations: dict[str, Situation] = {}
        self._together: Iterable[str] = ()
        """Customers that were shown together: what is asked of one is asked of all."""

    def known(self, customer: str) -> Known:
        """What is known of a customer now. Raises LookupError."""
        return Known(self.situation(customer), *self.now())

    def situation(self, customer: str) -> Situation:
        """The situation of a customer now. Raises LookupError."""
        at = self._situations.get(customer)
        if at is None:
            together, self._together = {customer, *self._together}, ()
            at = self.situations(together)[customer]
        return at

    def now(self) -> tuple[Instant, str]:
        """Now, and the token of the revision at which it is answered. Raises LookupError."""
        _, revision, instant = self._now()
        return instant, self._operation.token_of(revision)

    def situations(self, customers: Iterable[str]) -> Mapping[str, Situation]:
        """The situations of these customers now, and perhaps of others. Raises LookupError."""
        cache, _, (valid_at, known_at) = self._now()
        histories = cache.remembered(customers)
        found = {each.customer: at for each in histories if (at := situation_of_stretch(each, valid_at, known_at)) is not None}
        if len(found) < len(histories):
            raise LookupError
        until: int | None = EVER
        for at in found.values():
            until = None if until is None or at.until is None else min(until, at.until)
        self._operation.lasts_until(until)
        self._operation.met(histories)
        self._situations.update(found)
        return self._situations

    def around(self, subscription: str) -> Situation:
        """The situation now of a customer around which the subscription stands. Raises LookupError."""
        history = self._operation.around(subscription)
        if history is None:
            raise LookupError(subscription)
        return self.situation(history.customer)

    def shown(self, ids: Sequence[str]) -> list[Node]:
        """Customers, partners and operators as the revision holds them, in the order given. Raises LookupError."""
        cache, revision = self._cache()
        customers = dict.fromkeys(each for each in ids if each.startswith("customer:"))
        known = dict[str, Node]()
        for history in cache.remembered(customers):
            version = version_at(history.nodes[history.customer], revision.recorded_at)
            if version is None:
                raise LookupError(history.customer)
            known[history.customer] = Node(history.customer, version.properties)
        self._together = customers
        return [known[each] if each in known else self._operation.nodes[each] for each in ids]

    def providers(self, partner: str) -> tuple[tuple[Relationship, ...], Instant]:
        """All records of who provides for a partner, and now. Raises LookupError."""
        cache, _, instant = self._now()
        records = cache.providers.known(partner)
        if records is None:
            raise LookupError(partner)
        return records, instant

    def knows(self, communicator: str) -> bool:
        """Is the communicator known now, as far as nothing has to be read to say so?"""
        revision = self._operation.pinned.known
        return revision is not None and version_at(self._operation.met_by_others(communicator), revision.recorded_at) is not None

    def unread(self, customers: Iterable[str]) -> list[str]:
        """Those of them that are ids in the graph's form, and of which nothing is remembered. Raises LookupError."""
        cache, _ = self._cache()
        return [each for each in dict.fromkeys(customers) if is_id(each, ("customer",)) and each not in cache]

    def has_room(self, at: Situation, size: int) -> bool:
        """May so many bytes be kept with the situation, as long as that is kept itself? They are counted then."""
        cache = self._operation.graph.cache
        return cache is not None and at.until is not None and cache.grow(at.history, size)

    def _cache(self) -> tuple[HistoryCache, Revision]:
        operation = self._operation
        cache, revision = operation.graph.cache, operation.pinned.known
        if operation.caller.is_bound or cache is None or revision is None:
            raise LookupError
        return cache, revision

    def _now(self) -> tuple[HistoryCache, Revision, Instant]:
        cache, revision = self._cache()
        return cache, revision, Instant(self._operation.now, revision.recorded_at)
