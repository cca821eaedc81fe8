"""Who has to send a notice: the customers of a filter by the communicators that are expected to speak to them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from graph.customer_test import CustomerTest, steps_of
from graph.ids import parse_id
from policy.errors import NotFound
from policy.live import is_operator
from policy.outreach import expected_communicators, why_uncovered
from policy.policy import Topic
from policy.remembered import decided
from policy.situation import OPERATOR_OF, Situation
from policy.span import Span
from policy.terms import Language
from resolvers.contactable import Contactable, contactable_page
from resolvers.instants import AsOf
from resolvers.names import names_of
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.paging import Page, Paging, list_id_of, page_of
from resolvers.permission import COMMUNICATORS, Answer, known_given, topic_of
from resolvers.walk import AT_ONCE, situations_of

T = TypeVar("T")


class Shared(Generic[T]):
    """What several fields need: worked out when the first of them asks for it, and once."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._done: list[T] = []

    def __call__(self) -> T:
        """What the work came to."""
        if not self._done:
            self._done.append(self._work())
        return self._done[0]


class Census(NamedTuple):
    """How many customers there are, how many of them nobody is expected to speak to, and each communicator to how many."""

    total: int
    uncovered: int
    expected: Mapping[str, int]


class Group(NamedTuple):
    """A communicator, and how many customers it is expected to speak to."""

    communicator: Node
    customers: int


class Outreach:
    """
    The customers that pass a test at an instant, by who is expected to speak to them about a topic.

    Every method raises BadInput and Unavailable; none keeps anything of a customer but those of its page.
    """

    def __init__(self, operation: Operation, about: Topic, test: CustomerTest, communicator: str | None, as_of: AsOf | None) -> None:
        self._operation = operation
        self._about = about
        self._test = test
        self._communicator = communicator
        self._as_of = as_of
        self.census = Shared(self._count)

    def groups(self) -> list[Group]:
        """One for each communicator that has customers, or for the one that was asked for; by name."""
        only = self._communicator
        expected = self.census().expected if only is None or is_operator(only) else {only: self._count_of(only)}
        counts = {who: count for who, count in expected.items() if count and only in (None, who)}
        return [Group(node, counts[node.id]) for node in self._operation.shown_by_name(counts)]

    def customers(self, communicator: str, paging: Paging) -> Page[Contactable]:
        """One page of the customers to whom that communicator is expected to speak, in the order of names."""
        list_id = self._list_id("outreach", communicator)
        span = paging.span(list_id)
        found: list[tuple[str, Answer]] = []
        instant, revision = self._operation.instant(self._as_of), self._operation.token()
        for sort, at in self._expecting(communicator, after=span.after):
            self._operation.show(at)
            decision = decided(at, communicator, self._about.category, self._operation.policy)
            policy, nodes = self._operation.policy, self._operation.nodes
            found.append((sort, Answer(decision, at, self._about, instant, revision, policy, nodes, known_given(self._as_of))))
            if len(found) == span.limit:
                break
        return contactable_page(self._operation, list_id, span, found)

    def uncovered(self, paging: Paging) -> Page[Situation]:
        """One page of the customers to whom nobody is expected to speak, in the order of names."""
        list_id = self._list_id("uncovered")
        span = paging.span(list_id)
        found: list[tuple[str, Situation]] = []
        for sort, at in situations_of(self._operation, self._test, self._as_of, span=Span(AT_ONCE, span.after)):
            if not self._expected(at):
                self._operation.show(at)
                found.append((sort, at))
                if len(found) == span.limit:
                    break
        return page_of(list_id, span, found)

    def reason(self, at: Situation, language: Language) -> str:
        """Why nobody is expected to speak to that customer."""
        names, then = names_of(self._operation, at, known_given(self._as_of))
        return why_uncovered(at, self._about, self._operation.policy, language, names, then)

    def expect_uncovered(self, paging: Paging) -> None:
        """Look at the page of them that is asked for. Raises BadInput."""
        paging.span(self._list_id("uncovered"))

    def _list_id(self, name: str, *of: str) -> str:
        return list_id_of(name, *of, self._about.code, steps_of(self._test))

    def _count(self) -> Census:
        total, uncovered, counts = 0, 0, Counter[str]()
        for _, at in situations_of(self._operation, self._test, self._as_of):
            expected = self._expected(at)
            total += 1
            uncovered += not expected
            counts.update(expected)
        return Census(total, uncovered, counts)

    def _count_of(self, communicator: str) -> int:
        """How many customers it is expected to speak to."""
        count = 0
        for _ in self._expecting(communicator, after=None):
            count += 1
        return count

    def _expecting(self, communicator: str, *, after: str | None) -> Iterator[tuple[str, Situation]]:
        """The customers to whom it is expected to speak, looked for among those that it has to do with."""
        if is_operator(communicator):
            clouds = [CustomerTest(cloud=cloud) for cloud, operator in OPERATOR_OF.items() if operator == communicator]
            test = CustomerTest(all_of=[self._test], any_of=clouds)
        else:
            test = CustomerTest(all_of=[self._test], tied_to=communicator)
        for sort, at in situations_of(self._operation, test, self._as_of, span=Span(AT_ONCE, after)):
            if communicator in self._expected(at):
                yield sort, at

    def _expected(self, at: Situation) -> tuple[str, ...]:
        return expected_communicators(at, self._about.category, self._operation.policy)


def outreach(operation: Operation, topic: str, test: CustomerTest, communicator: str | None, as_of: AsOf | None) -> Outreach:
    """What is counted and listed as it is asked for. Raises BadInput, NotFound, Unavailable."""
    about = topic_of(operation, topic)
    only = None if communicator is None else parse_id(communicator, COMMUNICATORS)
    at = operation.reading(operation.instant(as_of))
    if only is not None and not operation.knows(only, at.known_at):
        raise NotFound(f"no communicator `{only}` in the graph")
    return Outreach(operation, about, test, only, as_of)
