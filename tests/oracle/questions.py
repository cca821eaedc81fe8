"""Every question about permission in one world at one instant, in every direction, put to the service and to the oracle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from tests.oracle.acceptance import World
from tests.oracle.book import moment
from tests.oracle.documents import PERMISSION, PERMISSIONS, aliased, answer_of, as_of, codes_of, comparable
from tests.oracle.findings import Findings
from tests.oracle.oracle import Answer, answer, everyone, permitted_communicators
from tests.oracle.pairs import closing_scopes
from tests.oracle.random_books import Instant
from tests.oracle.service import Service
from tests.oracle.table import CATEGORIES, CATEGORY_OF, TOPICS
from tests.oracle.view import NotFound, View

T = TypeVar("T")
AT_ONCE = 400
ALIASES = 20
FIRST_TOPICS = {category: topics.split()[0] for category, topics in TOPICS.items()}


@dataclass
class Inquiry:
    """One world at one instant, and how it is asked about: a topic for each category, and the size of a page."""

    service: Service
    world: World
    instant: Instant
    findings: Findings
    topics: dict[str, str] = field(default_factory=lambda: dict(FIRST_TOPICS))
    page_size: int = 50

    def __post_init__(self) -> None:
        self.view = View(self.world, self.instant.valid_at or datetime.now(UTC), self.instant.known_at)
        self.as_of = as_of(self.instant)

    def expected(self, who: str, customer: str, category: str, scope: str | None = None) -> Answer | None:
        """The oracle's answer; None where it is NOT_FOUND."""
        try:
            return comparable(answer(self.view, who.lower(), customer.lower(), category, scope and scope.lower()))
        except NotFound:
            return None

    def expected_list(self, customer: str, category: str, scope: str | None = None) -> list[Answer] | None:
        """The permitted communicators in their order; None where the question is NOT_FOUND."""
        try:
            return [comparable(each) for each in permitted_communicators(self.view, customer, category, scope)]
        except NotFound:
            return None

    def scopes_to_try(self, customer: str) -> list[str]:
        """The scopes that are held, and some that may not be: another subscription, another agreement, the customer, one unknown."""
        held = self.view.scopes(customer) if customer in self.view.customers() else []
        others = [
            min(set(nodes) - set(held), default="subscription:nothing") for nodes in (self.world.subscriptions, self.world.agreements)
        ]
        return list(dict.fromkeys([*held, *others, *self.closing_scopes(customer), customer, "subscription:nothing"]))

    def closing_scopes(self, customer: str) -> list[str]:
        """Those of everyone."""
        if customer not in self.view.customers():
            return []
        return sorted({scope for who in everyone(self.view) for scope in closing_scopes(self.view, who, customer)})


class Asked(NamedTuple):
    """One Question of the contract, by category instead of topic."""

    who: str
    customer: str
    category: str
    scope: str | None = None

    def __str__(self) -> str:
        return f"may {self.who} speak to {self.customer} about {self.category}" + (f" in {self.scope}" if self.scope else "")


def all_questions(inquiry: Inquiry) -> Iterator[Asked]:
    """Every communicator by every customer by every category, then narrowed ones by turns, then the unknown and the shouted."""
    world, communicators = inquiry.world, everyone(inquiry.view)
    for customer in world.customers:
        yield from (Asked(who, customer, category) for who in communicators for category in CATEGORIES)
    turn = 0
    for customer in world.customers:
        for scope in inquiry.scopes_to_try(customer):
            for who in communicators:
                yield Asked(who, customer, CATEGORIES[turn % len(CATEGORIES)], scope)
                turn += 1
    first = next(iter(world.customers), "customer:nobody")
    yield Asked("partner:nobody", first, "BILLING")
    yield Asked("operator:microsoft", "customer:nobody", "OPERATIONAL")
    yield Asked(shouted(communicators[-1]), shouted(first), "GENERAL")


def shouted(node: str) -> str:
    kind, _, key = node.partition(":")
    return node if kind == "operator" else f"{kind}:{key.upper()}"


def in_groups(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


async def compare_bulk(inquiry: Inquiry) -> None:
    """`permissions`: each question, some of them twice in one batch, unanswerable ones among them."""
    for group in in_groups(list(all_questions(inquiry)), AT_ONCE):
        asked = [*group, *group[:3]]
        questions = [question_of(inquiry, each) for each in asked]
        body = await inquiry.service.execute(PERMISSIONS, questions=questions, asOf=inquiry.as_of)
        found = (body.get("data") or {}).get("permissions") or [None] * len(asked)
        lacking = set()
        for place, (each, given) in enumerate(zip(asked, found, strict=True)):
            expected = inquiry.expected(*each)
            inquiry.findings.same(f"permissions: {each}", expected, answer_of(given))
            if expected is None:
                lacking.add(("permissions", place))
            if given is not None:
                check_frame(inquiry, each, given)
        inquiry.findings.none_missing("permissions", lacking, body)


def question_of(inquiry: Inquiry, asked: Asked) -> dict[str, str]:
    question = {"communicator": asked.who, "customer": asked.customer, "topic": inquiry.topics[asked.category]}
    return question | ({"scope": asked.scope} if asked.scope else {})


def check_frame(inquiry: Inquiry, asked: Asked, given: dict[str, Any]) -> None:
    """The answer says what it is about and as of when."""
    topic = inquiry.topics[asked.category]
    inquiry.findings.same(f"{asked}: its topic", (topic, CATEGORY_OF[topic]), codes_of(given))
    for name, wanted in (("validAt", inquiry.instant.valid_at), ("knownAt", inquiry.instant.known_at)):
        if wanted is not None:
            inquiry.findings.same(f"{asked}: asOf.{name}", wanted, moment(given["asOf"][name]))


async def compare_single(inquiry: Inquiry) -> None:
    """`permission` on the root, for some of the questions, evenly chosen."""
    every = list(all_questions(inquiry))
    some = every[:: max(1, len(every) // 9)][:10]
    parts = [(f"p{place}", f"permission({arguments(inquiry, each)}) {{ ...Full explanation }}") for place, each in enumerate(some)]
    body = await inquiry.service.execute(aliased(parts, declared="$asOf: AsOf", fragments=PERMISSION), asOf=inquiry.as_of)
    data = body.get("data") or {}
    lacking = set()
    for (alias, _), each in zip(parts, some, strict=True):
        expected, given = inquiry.expected(*each), data.get(alias)
        inquiry.findings.same(f"permission: {each}", expected, answer_of(given))
        if expected is None:
            lacking.add((alias,))
        if given is not None:
            inquiry.findings.holds(f"{each}: its explanation", truth=bool(given["explanation"].strip()), got=given["explanation"])
    inquiry.findings.none_missing("permission", lacking, body)


def arguments(inquiry: Inquiry, asked: Asked) -> str:
    return ", ".join(f'{name}: "{value}"' for name, value in question_of(inquiry, asked).items()) + ", asOf: $asOf"


async def compare_lists(inquiry: Inquiry) -> None:
    """`permittedCommunicators` on the root: each customer in each of its scopes, the categories by turns."""
    asked: list[tuple[str, str, str | None]] = []
    for customer in [*inquiry.world.customers, "customer:nobody"]:
        for scope in [None, *inquiry.scopes_to_try(customer)]:
            asked.append((customer, CATEGORIES[len(asked) % len(CATEGORIES)], scope))
    for group in in_groups(asked, ALIASES):
        parts = []
        for place, (customer, category, scope) in enumerate(group):
            narrowed = f'scope: "{scope}", ' if scope else ""
            given = f'customer: "{customer}", topic: "{inquiry.topics[category]}", {narrowed}asOf: $asOf'
            parts.append((f"c{place}", f"permittedCommunicators({given}) {{ ...Full }}"))
        body = await inquiry.service.execute(aliased(parts, declared="$asOf: AsOf", fragments=PERMISSION), asOf=inquiry.as_of)
        data, lacking = body.get("data") or {}, set()
        for (alias, _), (customer, category, scope) in zip(parts, group, strict=True):
            expected = inquiry.expected_list(customer, category, scope)
            compare_list(inquiry, f"permittedCommunicators of {customer} about {category} in {scope}", expected, data.get(alias))
            if expected is None:
                lacking.add((alias,))
        inquiry.findings.none_missing("permittedCommunicators", lacking, body)


def compare_list(inquiry: Inquiry, question: str, expected: list[Answer] | None, given: list[dict[str, Any]] | None) -> None:
    """The order first, for that is the shortest thing to read, then each answer."""
    found = None if given is None else [answer_of(each) for each in given]
    order = None if expected is None else [(each.communicator, each.verdict) for each in expected]
    inquiry.findings.same(question, order, None if found is None else [each and (each.communicator, each.verdict) for each in found])
    for wanted, got in zip(expected or [], found or [], strict=False):
        inquiry.findings.same(f"{question}: {wanted.communicator}", wanted, got)


async def compare_fields(inquiry: Inquiry) -> None:
    """`Customer.permittedCommunicators`: every customer by every category."""
    lists = " ".join(
        f'{category}: permittedCommunicators(topic: "{topic}", asOf: $asOf) {{ ...Full }}' for category, topic in inquiry.topics.items()
    )
    document = f"query ($ids: [ID!]!, $asOf: AsOf) {{ nodes(ids: $ids) {{ id ... on Customer {{ {lists} }} }} }} {PERMISSION}"
    customers = list(inquiry.world.customers)
    body = await inquiry.service.execute(document, ids=customers, asOf=inquiry.as_of)
    nodes = (body.get("data") or {}).get("nodes") or [{}] * len(customers)
    lacking = set()
    for place, (customer, node) in enumerate(zip(customers, nodes, strict=True)):
        for category in CATEGORIES:
            expected = inquiry.expected_list(customer, category)
            question = f"permittedCommunicators in {customer} about {category}"
            compare_list(inquiry, question, expected, (node or {}).get(category))
            if expected is None:
                lacking.add(("nodes", place, category))
    inquiry.findings.none_missing("permittedCommunicators in customers", lacking, body)
