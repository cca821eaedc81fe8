"""A finding in words: what is wrong, and what to do about it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from policy.facts import Relationship
from policy.findings import Finding
from policy.named import Names, closed
from policy.phrases import gaps, listed, phrases, say
from policy.terms import Language, RelationshipType

Text = Mapping[str, str]


def finding_text(finding: Finding, language: Language, names: Text, then: Text | None = None) -> str:
    """What is wrong. names, then: node id -> the name now, and the one that was known at `knownAt`, if that is asked about."""
    return _said("finding", finding, language, names, then)


def what_to_do(finding: Finding, language: Language, names: Text, then: Text | None = None) -> str:
    """What to do about it. names, then: as in `finding_text`."""
    return _said("remedy", finding, language, names, then)


def _said(group: str, finding: Finding, language: Language, names: Text, then: Text | None) -> str:
    """The text for one thing, or where there is one and it fits, the text for several."""
    resellers = {each.start for each in finding.relationships if each.type is RelationshipType.RESELLS}
    phrase = f"{group}.{finding.kind}"
    by_agreement = f"{phrase}_BY_AGREEMENT"
    is_billed = any(each.type is RelationshipType.BILLS for each in finding.relationships)
    phrase = by_agreement if not is_billed and by_agreement in phrases() else phrase
    several = f"{phrase}_SEVERAL"
    phrase = several if len(resellers) > 1 and several in phrases() else phrase
    return closed(say(language, phrase, **_values(finding, gaps(phrase), Names(_mentioned(finding), names, language, then))))


def _mentioned(finding: Finding) -> set[str]:
    return {finding.customer, finding.about, *(node for each in finding.relationships for node in (each.start, each.end))}


def _values(finding: Finding, wanted: Collection[str], named: Names) -> dict[str, str]:
    """What a text of findings.toml names, in the order in which it is read out: who has two names is called by both once."""
    edges, language = finding.relationships, named.language
    values: dict[str, Callable[[], str]] = {
        "about": lambda: named.nodes([finding.about]),
        "subscriptions": lambda: named.scopes(_subscriptions(edges)),
        "kinds": lambda: _listed((say(language, f"access.{each.kind}") for each in edges if each.kind), language),
        "customer": lambda: named.nodes([finding.customer]),
        "billers": lambda: named.nodes(each.start for each in edges if each.type is RelationshipType.BILLS),
        "resellers": lambda: named.nodes(each.start for each in edges if each.type is RelationshipType.RESELLS),
        "agreements": lambda: named.scopes([each.start for each in edges if each.type is RelationshipType.GOVERNS]),
        "related": lambda: named.nodes(each.start for each in edges if each.type is RelationshipType.RESELLER_FOR),
        "ties": lambda: _ties(edges, named),
    }
    return {name: value() for name, value in values.items() if name in wanted}


def _subscriptions(edges: Iterable[Relationship]) -> list[str]:
    return [each for each in dict.fromkeys(edge.end for edge in edges) if each.startswith("subscription:")]


def _ties(edges: Sequence[Relationship], named: Names) -> str:
    language, types = named.language, {each.type for each in edges}
    kinds = _listed((say(language, f"access.{each.kind}") for each in edges if each.kind), language)
    supported = named.scopes(_subscriptions(edges))
    ties = (RelationshipType.RESELLER_FOR, RelationshipType.ADMINISTERS, RelationshipType.SUPPORTS)
    return _listed((say(language, f"tie.{type_}", kinds=kinds, subscriptions=supported) for type_ in ties if type_ in types), language)


def _listed(items: Iterable[str], language: Language) -> str:
    """Each once, as a list; empty when there are none."""
    once = list(dict.fromkeys(items))
    return listed(once, language) if once else ""
