"""Whether a customer passes a filter and a search, as a caller sees it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.index.listing import words_of
from policy.collation.folding import folded
from policy.collation.order import sort_key
from policy.collation.search import Search, matches_search
from policy.situation import Situation
from policy.terms import RelationshipType
from resolvers.node import Node

Step = Mapping[str, Any]


def passes(at: Situation, tests: Sequence[Sequence[Step]]) -> bool:
    """Are all of the tests passed? Each is steps in postfix order, as graph/customer_test.py makes them."""
    return all(_result(at, steps) for steps in tests)


def finds(search: Search, node: str, properties: Mapping[str, Any]) -> bool:
    """Does a search find a node with these properties?"""
    return not search or matches_search(search, words_of(node, properties))


def sort_of(node: Node) -> str:
    """The place of a node in the order of names."""
    return sort_key(node.name, node.id)


def _result(at: Situation, steps: Sequence[Step]) -> bool:
    results: list[bool] = []
    for step in steps:
        if step["op"] in COMBINED:
            count = step["of"]
            results = [COMBINED[step["op"]](results[:count]), *results[count:]]
        elif step["op"] == "not":
            results[0] = not results[0]
        else:
            results.insert(0, _passes(at, step))
    return results[0]


COMBINED: Mapping[str, Callable[[Sequence[bool]], bool]] = {"and": all, "or": any}


def _passes(at: Situation, step: Step) -> bool:
    match step["op"]:
        case "text":
            return any(_is_text(text, step) for text in _texts(at, step["of"]))
        case "cloud":
            return bool(at.cloud == step["is"])
        case "channel":
            return any(at.channel(each) == step["is"] for each in at.subscriptions)
        case "partnerCount":
            return _is_count(len(at.partners), step)
        case type_:
            return any(at.between(RelationshipType(type_), step["by"], each) for each in at.subscriptions)


def _texts(at: Situation, of: str) -> Sequence[str]:
    """What the test looks at, folded; nothing where there is none."""
    properties = at.properties(at.customer)
    if of == "name":
        return [folded(at.name(at.customer))]
    if of == "country":
        return [folded(str(properties.get("country") or ""))]
    if of == "domain":
        return [folded(str(properties["domain"]))] if properties.get("domain") is not None else []
    types = [at.properties(each).get("type") for each in at.agreements]
    return [folded(str(each)) for each in types if each is not None]


def _is_text(text: str, step: Step) -> bool:
    return (
        (step["eq"] is None or text == step["eq"])
        and (step["in"] is None or text in step["in"])
        and (step["contains"] is None or step["contains"] in text)
        and (step["startsWith"] is None or text.startswith(step["startsWith"]))
    )


def _is_count(count: int, step: Step) -> bool:
    return (
        (step["eq"] is None or count == step["eq"])
        and (step["gt"] is None or count > step["gt"])
        and (step["gte"] is None or count >= step["gte"])
        and (step["lt"] is None or count < step["lt"])
        and (step["lte"] is None or count <= step["lte"])
    )
