"""How many customers there are of each sort."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from graph.customer_test import CustomerTest
from policy.collation.folding import folded
from policy.errors import BadInput
from policy.policy import Policy, Topic
from policy.remembered import decided, known_candidates
from policy.situation import Situation
from policy.terms import Channel, Cloud, Verdict
from resolvers.instants import AsOf
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.permission import topic_of
from resolvers.walk import situations_of

MOST_DIMENSIONS = 3
MOST_ROWS = 10_000
CLOUDS, CHANNELS, VERDICTS = tuple(Cloud), tuple(Channel), tuple(Verdict)


class CustomerDimension(StrEnum):
    """What customers are told apart by."""

    COUNTRY = "COUNTRY"
    CLOUD = "CLOUD"
    CHANNEL = "CHANNEL"
    BILLER = "BILLER"
    PARTNER_COUNT = "PARTNER_COUNT"
    VERDICT = "VERDICT"


class Sort(NamedTuple):
    """A sort of customers, ids are node ids; None where a dimension was not asked for, and where they have nothing of the kind."""

    country: str | None = None
    cloud: Cloud | None = None
    channel: Channel | None = None
    biller: str | None = None
    partner_count: int | None = None
    communicator: str | None = None
    verdict: Verdict | None = None


class Statistic(NamedTuple):
    """A sort of customers, its biller and its communicator, and how many they are."""

    sort: Sort
    biller: Node | None
    communicator: Node | None
    customers: int


def customer_statistics(
    operation: Operation, test: CustomerTest, by: Sequence[CustomerDimension], topic: str | None, as_of: AsOf | None
) -> list[Statistic]:
    """
    Each sort of customers that there is among those that pass the test, by the dimensions in the order given: texts folded, None last.

    topic:  what the verdicts are about; exactly where these are asked for
    raises: BadInput, NotFound, Unavailable
    """
    if not 1 <= len(set(by)) <= MOST_DIMENSIONS:
        raise BadInput(f"`by` names {len(set(by))} dimensions; name 1 to {MOST_DIMENSIONS}")
    if (topic is not None) != (CustomerDimension.VERDICT in by):
        raise BadInput("`topic` says what the verdicts are about: give it exactly where `by` has VERDICT")
    about = None if topic is None else topic_of(operation, topic)
    counts = Counter[Sort]()
    for _, at in situations_of(operation, test, as_of):
        counts.update(_sorts(at, by, about, operation.policy))
        if len(counts) > MOST_ROWS:
            raise BadInput(f"more than {MOST_ROWS} rows; narrow the filter, or name fewer dimensions")
    nodes = {node.id: node for node in operation.shown_all({who for sort in counts for who in (sort.biller, sort.communicator) if who})}
    return [
        Statistic(sort, nodes.get(sort.biller or ""), nodes.get(sort.communicator or ""), counts[sort])
        for sort in sorted(counts, key=lambda sort: _place(sort, by, nodes))
    ]


def _sorts(at: Situation, by: Collection[CustomerDimension], about: Topic | None, policy: Policy) -> set[Sort]:
    """Every sort that the customer is of."""
    customer = Sort(
        country=str(at.properties(at.customer).get("country") or "") or None if CustomerDimension.COUNTRY in by else None,
        cloud=at.cloud if CustomerDimension.CLOUD in by else None,
        partner_count=len(at.partners) if CustomerDimension.PARTNER_COUNT in by else None,
    )
    verdicts: Collection[tuple[str | None, Verdict | None]] = [(None, None)]
    if about is not None:
        verdicts = [(who, decided(at, who, about.category, policy).verdict) for who in known_candidates(at)]
    return {
        customer._replace(channel=channel, biller=biller, communicator=who, verdict=verdict)
        for (channel, biller), (who, verdict) in product(_sold(at, by), verdicts)
    }


def _sold(at: Situation, by: Collection[CustomerDimension]) -> Collection[tuple[Channel | None, str | None]]:
    """The channel and the biller of each of its subscriptions; the two of one subscription stay together."""
    has_channel, has_biller = CustomerDimension.CHANNEL in by, CustomerDimension.BILLER in by
    # by billers alone, what nobody bills only counts where nothing else is held
    held = [each for each in at.subscriptions if has_channel or at.biller(each)]
    return {(at.channel(each) if has_channel else None, at.biller(each) if has_biller else None) for each in held} or {(None, None)}


Place = tuple[bool, int, str, str]
"""Where a value stands among those of its dimension: whether it is none, its number, its text, its id."""


def _place(sort: Sort, by: Sequence[CustomerDimension], nodes: Mapping[str, Node]) -> list[Place]:
    places = {
        CustomerDimension.COUNTRY: [_text(sort.country, sort.country)],
        CustomerDimension.CLOUD: [_term(sort.cloud, CLOUDS)],
        CustomerDimension.CHANNEL: [_term(sort.channel, CHANNELS)],
        CustomerDimension.BILLER: [_communicator(sort.biller, nodes)],
        CustomerDimension.PARTNER_COUNT: [_number(sort.partner_count)],
        CustomerDimension.VERDICT: [_communicator(sort.communicator, nodes), _term(sort.verdict, VERDICTS)],
    }
    return [place for dimension in by for place in places[dimension]]


def _number(number: int | None) -> Place:
    return number is None, number or 0, "", ""


def _term(term: StrEnum | None, terms: Sequence[StrEnum]) -> Place:
    return _number(None if term is None else terms.index(term))


def _text(text: str | None, id_: str | None) -> Place:
    return id_ is None, 0, folded(text or ""), id_ or ""


def _communicator(id_: str | None, nodes: Mapping[str, Node]) -> Place:
    return _text(nodes[id_].name if id_ and id_ in nodes else id_, id_)
