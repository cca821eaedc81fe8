"""Whether a customer passes a filter, as a caller sees it who sees only a part: page_of_customers.cypher says the same of all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.comparable import comparable
from graph.load_nodes import BREAK, words
from policy.fold import fold
from policy.situation import Situation
from policy.terms import RelationshipType
from resolvers.node import Node

Step = Mapping[str, Any]


def passes(at: Situation, tests: Sequence[Sequence[Step]]) -> bool:
    """Are all of the tests passed? Each is steps in postfix order, as graph/customer_test.py makes them."""
    return all(_result(at, steps) for steps in tests)


def finds(search: str | None, *texts: str) -> bool:
    """Does every word of the search begin a word of the texts?"""
    if not search or search.isspace():
        return True
    there, wanted = words(fold(" ".join(texts))), words(fold(search))
    return bool(wanted) and all(any(word.startswith(each) for word in there) for each in wanted)


def sort_of(node: Node) -> str:
    """The place of a node in the order of names."""
    return comparable(node.name) + BREAK + node.id


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
        return [comparable(at.name(at.customer))]
    if of == "country":
        return [comparable(str(properties.get("country") or ""))]
    if of == "domain":
        return [comparable(str(properties["domain"]))] if properties.get("domain") is not None else []
    types = [at.properties(each).get("type") for each in at.agreements]
    return [comparable(str(each)) for each in types if each is not None]


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
