"""What a filter asks of a customer, and how the query of the customers takes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from policy.collation.folding import folded
from policy.errors import BadInput
from policy.live import is_operator
from policy.terms import Channel, Cloud, RelationshipType

MOST_STEPS = 200
SELLS = (RelationshipType.BILLS, RelationshipType.RESELLS)

Step = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TextTest:
    """What a text has to be, folded as policy.collation has it; a None asks nothing."""

    eq: str | None = None
    in_: Sequence[str] | None = None
    contains: str | None = None
    startsWith: str | None = None  # noqa: N815 - the name that the query uses

    def folded(self) -> Mapping[str, object]:
        """The parts of the test by name, folded. Raises BadInput for a part that folding leaves empty: every text would have it."""
        for name, part in (("contains", self.contains), ("startsWith", self.startsWith)):
            if part and not folded(part):
                raise BadInput(f"`{name}` is `{part}`, in which there is no letter, digit or sign that names are compared by; give one")
        return {
            "eq": None if self.eq is None else folded(self.eq),
            "in": None if self.in_ is None else [folded(each) for each in self.in_],
            "contains": None if self.contains is None else folded(self.contains),
            "startsWith": None if self.startsWith is None else folded(self.startsWith),
        }


@dataclass(frozen=True, slots=True)
class CountTest:
    """What a number has to be; a None asks nothing."""

    eq: int | None = None
    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerTest:
    """
    Which customers: all that is given has to hold, a None asks nothing.

    billed_by, resold_by: id of a communicator that does so to one of its subscriptions
    agreement_type:       one of the agreements that it is party to
    partner_count:        how many partners bill or resell one of its subscriptions, or are its reseller
    tied_to:              id of a partner that ever had a tie to it; taken of the outermost test only
    """

    all_of: Sequence["CustomerTest"] = ()
    any_of: Sequence["CustomerTest"] | None = None
    not_: "CustomerTest | None" = None
    name: TextTest = TextTest()
    domain: TextTest = TextTest()
    country: TextTest = TextTest()
    cloud: Cloud | None = None
    billed_by: str | None = None
    resold_by: str | None = None
    holds_channel: Channel | None = None
    agreement_type: TextTest = TextTest()
    partner_count: CountTest = CountTest()
    tied_to: str | None = None


def steps_of(test: CustomerTest) -> list[list[Step]]:
    """What all has to hold, each as steps in postfix order. Raises BadInput."""
    tests = _tests(test)
    steps = sum(map(len, tests))
    if steps > MOST_STEPS:
        raise BadInput(f"the filter comes to {steps} tests; give {MOST_STEPS} at most, `in` takes many values as one")
    return tests


def partners_near(test: CustomerTest, tests: Sequence[Sequence[Step]]) -> list[str] | None:
    """Partners of which one has a tie to everyone who passes; None where the test does not say so."""
    if test.tied_to is not None:
        return [test.tied_to]
    for steps in tests:
        sellers = [str(step["by"]) for step in steps if step["op"] in SELLS]
        if all(step["op"] in (*SELLS, "or") for step in steps) and not any(map(is_operator, sellers)):
            return sellers
    return None


def _tests(test: CustomerTest) -> list[list[Step]]:
    tests = [[step] for step in _steps(test)]
    tests += chain.from_iterable(_tests(each) for each in test.all_of)
    if test.any_of is not None:
        tests.append([*chain.from_iterable(_one(each) for each in test.any_of), {"op": "or", "of": len(test.any_of)}])
    if test.not_ is not None:
        tests.append([*_one(test.not_), {"op": "not"}])
    return tests


def _one(test: CustomerTest) -> list[Step]:
    tests = _tests(test)
    return tests[0] if len(tests) == 1 else [*chain.from_iterable(tests), {"op": "and", "of": len(tests)}]


def _steps(test: CustomerTest) -> Iterator[Step]:
    texts = {"name": test.name, "domain": test.domain, "country": test.country, "agreementType": test.agreement_type}
    yield from ({"op": "text", "of": of, **text.folded()} for of, text in texts.items() if text != TextTest())
    if test.cloud is not None:
        yield {"op": "cloud", "is": test.cloud}
    yield from ({"op": type_, "by": who} for type_, who in zip(SELLS, (test.billed_by, test.resold_by), strict=True) if who is not None)
    if test.holds_channel is not None:
        yield {"op": "channel", "is": test.holds_channel}
    if test.partner_count != CountTest():
        yield {"op": "partnerCount", **asdict(test.partner_count)}
