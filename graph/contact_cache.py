from collections.abc import Callable, Collection, Sequence

from graph.contacts import Contact, contacts_of
from graph.following import Following
from graph.graph import Graph
from policy.live import is_operator

MOST_CONTACTS, MOST_COMMUNICATORS = 20_000, 200


class ContactCache:
    """
    All customers with which a communicator ever had a tie, in the order of names: all that it may contact are among them.

    near: the nodes that stand around a customer whose history is remembered
    """

    def __init__(self, graph: Graph, log: Following, near: Callable[[str], Collection[str]]) -> None:
        self._graph = graph
        self._log = log
        self._near = near
        self._kept: dict[str, Sequence[Contact] | None] = {}

    async def get(self, communicator: str, everyone: Sequence[Contact] | None) -> Sequence[Contact] | None:
        """
        Those of a communicator, good for the revision to which the log was followed; None where they are too many to be remembered.

        everyone: all customers there are, where all histories are remembered
        raises:   Unavailable
        """
        if communicator in self._kept:
            return self._kept[communicator]
        if everyone is not None:
            return self._keep(communicator, self._among(everyone, communicator))
        if is_operator(communicator):
            return None
        followed_to = self._log.followed_to
        found = await contacts_of(self._graph, communicator, after=None, limit=MOST_CONTACTS + 1)
        few = found if len(found) <= MOST_CONTACTS else None
        return few if followed_to != self._log.followed_to else self._keep(communicator, few)

    def clear(self) -> None:
        """Forget all of them: a tie or a name may be another one."""
        self._kept.clear()

    def _among(self, everyone: Sequence[Contact], communicator: str) -> Sequence[Contact]:
        return everyone if is_operator(communicator) else [each for each in everyone if communicator in self._near(each.customer)]

    def _keep(self, communicator: str, found: Sequence[Contact] | None) -> Sequence[Contact] | None:
        if len(self._kept) >= MOST_COMMUNICATORS:
            self._kept.clear()
        self._kept[communicator] = found
        return found
