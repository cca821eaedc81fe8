"""What is wrong with the data, customer by customer in the order of their names."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from graph.customer_test import CustomerTest
from policy.errors import BadInput
from policy.finding_text import finding_text, what_to_do
from policy.findings import Finding, FindingKind, findings_of
from policy.situation import Situation
from policy.span import Span
from policy.terms import Language
from resolvers.instants import AsOf
from resolvers.names import names_of
from resolvers.operation import Operation
from resolvers.paging import Page, Paging, list_id_of, page_of
from resolvers.permission import known_given
from resolvers.walk import AT_ONCE, situations_of

KINDS = tuple(FindingKind)


class Found(NamedTuple):
    """A finding in the situation that it was found in, so that it can be put in words."""

    finding: Finding
    at: Situation
    operation: Operation
    known_at: int | None

    def text(self, language: Language) -> str:
        """What is wrong. Raises Unavailable."""
        return finding_text(self.finding, language, *names_of(self.operation, self.at, self.known_at))

    def what_to_do(self, language: Language) -> str:
        """What to do about it. Raises Unavailable."""
        return what_to_do(self.finding, language, *names_of(self.operation, self.at, self.known_at))


class FindingCount(NamedTuple):
    """How many findings of a kind there are, and how many customers have one."""

    kind: FindingKind
    customers: int
    findings: int


class Place(NamedTuple):
    """A finding in the order of all: the sort key of its customer and its id, then the finding's kind and what it is about."""

    sort: str
    customer: str
    kind: FindingKind
    about: str

    def is_before(self, finding: Finding) -> bool:
        """Does another finding of the same customer come after this one?"""
        return (KINDS.index(self.kind), self.about) < (KINDS.index(finding.kind), finding.about)


def findings(operation: Operation, kinds: Collection[FindingKind] | None, as_of: AsOf | None, paging: Paging) -> Page[Found]:
    """One page of the findings of these kinds, None = of all: by customer, kind, then what they are about. Raises BadInput, Unavailable."""
    list_id = list_id_of("findings", None if kinds is None else sorted(kinds))
    span = paging.span(list_id)
    found: list[tuple[str, Found]] = []
    for each in _findings(operation, as_of, None if span.after is None else _place(span.after)):
        if kinds is None or each[1].finding.kind in kinds:
            found.append(each)
            if len(found) == span.limit:
                break
    for _, shown in found:
        operation.show(shown.at)
    return page_of(list_id, span, found)


def count_of_findings(operation: Operation, kinds: Collection[FindingKind] | None, as_of: AsOf | None) -> int:
    """How many findings of these kinds there are in all. Raises BadInput, Unavailable."""
    return sum(each.findings for each in counts_of_findings(operation, as_of) if kinds is None or each.kind in kinds)


def counts_of_findings(operation: Operation, as_of: AsOf | None) -> list[FindingCount]:
    """The findings of each kind, counted, in the order of kinds. Raises BadInput, Unavailable."""
    findings, customers = Counter[FindingKind](), Counter[FindingKind]()
    for _, at in situations_of(operation, CustomerTest(), as_of):
        kinds = [each.kind for each in findings_of(at)]
        findings.update(kinds)
        customers.update(set(kinds))
    return [FindingCount(kind, customers[kind], findings[kind]) for kind in KINDS]


def _findings(operation: Operation, as_of: AsOf | None, after: Place | None) -> Iterator[tuple[str, Found]]:
    if after is not None and (at := operation.situation(after.customer, as_of)) is not None:
        for each in findings_of(at):
            if after.is_before(each):
                yield _written(after.sort, each), Found(each, at, operation, known_given(as_of))
    for sort, at in situations_of(operation, CustomerTest(), as_of, span=Span(AT_ONCE, after and after.sort)):
        for each in findings_of(at):
            yield _written(sort, each), Found(each, at, operation, known_given(as_of))


def _written(sort: str, finding: Finding) -> str:
    return json.dumps(Place(sort, finding.customer, finding.kind, finding.about))


def _place(text: str) -> Place:
    try:
        match json.loads(text):
            case [str(sort), str(customer), str(kind), str(about)] if kind in KINDS:
                return Place(sort, customer, FindingKind(kind), about)
    except (ValueError, RecursionError):
        pass
    raise BadInput("`after` is no cursor of this list; take it from an edge or from pageInfo of the same list")
