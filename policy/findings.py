"""What is wrong, or looks wrong, with the data around one customer: a new kind is a function here and its texts in findings.toml."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from policy.another import ANOTHERS
from policy.facts import Relationship
from policy.instant import MICROSECOND
from policy.live import is_operator
from policy.pairs import DELETED
from policy.situation import Situation
from policy.standing import standings
from policy.terms import Channel, RelationshipType, Standing

HOLDS, BILLS, RESELLS, SUPPORTS = RelationshipType.HOLDS, RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.SUPPORTS
RESELLER_FOR, ADMINISTERS, PROVIDES_FOR = RelationshipType.RESELLER_FOR, RelationshipType.ADMINISTERS, RelationshipType.PROVIDES_FOR
INVOICES: Final = ("invoice:", "usage:")
"""How the source of a relationship begins that was told by an invoice, its reconciliation or a list of usage."""
YEAR: Final = timedelta(days=365) // MICROSECOND


class FindingKind(StrEnum):
    """What can be wrong, in the order in which it is listed."""

    UNBILLED_SUBSCRIPTION = "UNBILLED_SUBSCRIPTION"
    RESELLER_ON_DIRECT_SUBSCRIPTION = "RESELLER_ON_DIRECT_SUBSCRIPTION"
    SEVERAL_RESELLERS = "SEVERAL_RESELLERS"
    ADMINISTRATOR_WITHOUT_RELATIONSHIP = "ADMINISTRATOR_WITHOUT_RELATIONSHIP"
    STALE_RELATIONSHIP = "STALE_RELATIONSHIP"
    PROVIDER_MISSING = "PROVIDER_MISSING"
    OPERATOR_OF_ANOTHER_CLOUD = "OPERATOR_OF_ANOTHER_CLOUD"
    GOVERNED_SUBSCRIPTION_BILLED_BY_PARTNER = "GOVERNED_SUBSCRIPTION_BILLED_BY_PARTNER"
    KNOWN_FROM_INVOICES_ALONE = "KNOWN_FROM_INVOICES_ALONE"
    RESELLER_NOT_RECORDED = "RESELLER_NOT_RECORDED"


Found = tuple[str, tuple[Relationship, ...]]
"""The subscription or partner that it is about, and the live relationships concerned."""


class Finding(NamedTuple):
    """One thing that is wrong: of one kind, each subscription or partner of a customer has one at most."""

    kind: FindingKind
    customer: str
    about: str
    relationships: tuple[Relationship, ...]


def findings_of(at: Situation) -> list[Finding]:
    """All of one customer: by kind, then by the id of what they are about."""
    findings = (Finding(kind, at.customer, *found) for kind, finder in FINDERS.items() for found in sorted(finder(at)))
    return [each for each in findings if each.about != ANOTHERS]


def _unbilled_subscription(at: Situation) -> Iterator[Found]:
    for each in at.subscriptions:
        if at.channel(each) is Channel.UNBILLED:
            yield each, at.between(HOLDS, at.customer, each)


def _reseller_on_direct_subscription(at: Situation) -> Iterator[Found]:
    for each in at.subscriptions:
        if at.channel(each) is Channel.DIRECT and at.resellers(each):
            yield each, at.to(BILLS, each) + at.to(RESELLS, each)


def _several_resellers(at: Situation) -> Iterator[Found]:
    for each in at.subscriptions:
        if len(at.resellers(each)) > 1:
            yield each, at.to(RESELLS, each)


def _administrator_without_relationship(at: Situation) -> Iterator[Found]:
    for partner, access in _by_start(at.to(ADMINISTERS, at.customer)):
        if partner not in at.partners:
            yield partner, access


def _stale_relationship(at: Situation) -> Iterator[Found]:
    ties = [*at.to(RESELLER_FOR, at.customer), *at.to(ADMINISTERS, at.customer)]
    ties += [tie for each in at.subscriptions for tie in at.to(SUPPORTS, each)]
    if ties:
        sellers = {each.start for subscription in at.subscriptions for type_ in (BILLS, RESELLS) for each in at.to(type_, subscription)}
        sold_until = _sold_until(at)
        for partner, live in _by_start(ties):
            if partner not in sellers and partner in sold_until and at.valid_at - sold_until[partner] > YEAR:
                yield partner, live


def _provider_missing(at: Situation) -> Iterator[Found]:
    unprovided = []
    for each in at.subscriptions:
        for resells in at.to(RESELLS, each):
            is_reseller = Standing.RESELLER in standings(at, resells.start, each)
            if is_reseller and not at.between(PROVIDES_FOR, str(at.biller(each)), resells.start):
                unprovided.append(resells)
    for partner, resold in _by_start(unprovided):
        yield partner, resold + tuple(bills for each in resold for bills in at.to(BILLS, each.end))


def _operator_of_another_cloud(at: Situation) -> Iterator[Found]:
    for each in at.subscriptions:
        foreign = tuple(bills for bills in at.to(BILLS, each) if is_operator(bills.start) and bills.start != at.operator)
        if foreign:
            yield each, foreign


def _governed_subscription_billed_by_partner(at: Situation) -> Iterator[Found]:
    for each in at.subscriptions:
        governs = tuple(tie for tie in at.to(RelationshipType.GOVERNS, each) if tie.start in at.direct_agreements)
        if governs and at.channel(each) is Channel.CSP:
            yield each, at.to(BILLS, each) + governs


def _known_from_invoices_alone(at: Situation) -> Iterator[Found]:
    told: dict[str, set[bool]] = defaultdict(set)
    for tie in at.known():
        told[tie.end].add(tie.source.startswith(INVOICES))
    for each in at.subscriptions:
        if told[each] == {True}:
            yield each, at.to(HOLDS, each) + at.to(BILLS, each) + at.to(RESELLS, each)


def _reseller_not_recorded(at: Situation) -> Iterator[Found]:
    related = at.to(RESELLER_FOR, at.customer)
    for each in at.subscriptions:
        biller = at.biller(each)
        if biller is not None and not is_operator(biller) and not at.resellers(each):
            served = [(tie, provides) for tie in related for provides in at.between(PROVIDES_FOR, biller, tie.start)]
            if served:
                yield each, at.to(BILLS, each) + tuple(provides for _, provides in served) + tuple(tie for tie, _ in served)


def _sold_until(at: Situation) -> Mapping[str, int]:
    """Partner -> when it last billed or resold, up to `valid_at`, what the customer held then; `deleted` hides what has no end."""
    held, sold = defaultdict(list), []
    for each in at.known():
        if each.type is HOLDS and not (each.valid_to is None and at.properties(each.end)["status"] == DELETED):
            held[each.end].append(each)
        elif each.type in {BILLS, RESELLS} and not is_operator(each.start):
            sold.append(each)
    until: dict[str, int] = {}
    for sale in sold:
        for holding in held[sale.end]:
            began = max(sale.valid_from, holding.valid_from)
            ended = min(end for end in (sale.valid_to, holding.valid_to, at.valid_at) if end is not None)
            if began < ended:
                until[sale.start] = max(until.get(sale.start, ended), ended)
    return until


def _by_start(relationships: Iterable[Relationship]) -> Iterable[Found]:
    """The relationships of each partner, in their order."""
    found: dict[str, tuple[Relationship, ...]] = defaultdict(tuple)
    for each in relationships:
        found[each.start] += (each,)
    return found.items()


FINDERS: Final[Mapping[FindingKind, Callable[[Situation], Iterator[Found]]]] = {
    FindingKind.UNBILLED_SUBSCRIPTION: _unbilled_subscription,
    FindingKind.RESELLER_ON_DIRECT_SUBSCRIPTION: _reseller_on_direct_subscription,
    FindingKind.SEVERAL_RESELLERS: _several_resellers,
    FindingKind.ADMINISTRATOR_WITHOUT_RELATIONSHIP: _administrator_without_relationship,
    FindingKind.STALE_RELATIONSHIP: _stale_relationship,
    FindingKind.PROVIDER_MISSING: _provider_missing,
    FindingKind.OPERATOR_OF_ANOTHER_CLOUD: _operator_of_another_cloud,
    FindingKind.GOVERNED_SUBSCRIPTION_BILLED_BY_PARTNER: _governed_subscription_billed_by_partner,
    FindingKind.KNOWN_FROM_INVOICES_ALONE: _known_from_invoices_alone,
    FindingKind.RESELLER_NOT_RECORDED: _reseller_not_recorded,
}
