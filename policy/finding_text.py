"""A finding in words: what is wrong, and what to do about it."""

from collections.abc import Iterable, Mapping

from policy.facts import Relationship
from policy.findings import Finding
from policy.named import Names
from policy.phrases import listed, say
from policy.terms import Language, RelationshipType


def finding_text(finding: Finding, names: Mapping[str, str], language: Language) -> str:
    """What is wrong. names: node id -> display name, as of a situation."""
    return say(language, f"finding.{finding.kind}", **_values(finding, names, language))


def what_to_do(finding: Finding, names: Mapping[str, str], language: Language) -> str:
    """What to do about it. names: node id -> display name, as of a situation."""
    return say(language, f"remedy.{finding.kind}", **_values(finding, names, language))


def _values(finding: Finding, names: Mapping[str, str], language: Language) -> dict[str, str]:
    """Whatever a text of findings.toml may name; empty where the finding has nothing of it."""
    edges = finding.relationships
    named = Names({finding.customer, finding.about, *(node for each in edges for node in (each.start, each.end))}, names, language)
    values = {
        "about": named.nodes([finding.about]),
        "customer": named.nodes([finding.customer]),
        "subscriptions": named.scopes([each for each in dict.fromkeys(edge.end for edge in edges) if each.startswith("subscription:")]),
        "billers": _listed((named.nodes([each.start]) for each in edges if each.type is RelationshipType.BILLS), language),
        "resellers": _listed((named.nodes([each.start]) for each in edges if each.type is RelationshipType.RESELLS), language),
        "kinds": _listed((str(each.kind) for each in edges if each.kind), language),
    }
    return values | {"ties": _ties(edges, values, language)}


def _ties(edges: Iterable[Relationship], values: Mapping[str, str], language: Language) -> str:
    types = {each.type for each in edges}
    ties = (RelationshipType.RESELLER_FOR, RelationshipType.ADMINISTERS, RelationshipType.SUPPORTS)
    return _listed((say(language, f"tie.{type_}", **values) for type_ in ties if type_ in types), language)


def _listed(items: Iterable[str], language: Language) -> str:
    """Each once, as a list; empty when there are none."""
    once = list(dict.fromkeys(items))
    return listed(once, language) if once else ""
