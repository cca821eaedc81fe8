"""
Names in place of ids: whoever types a command knows a customer by its name or domain, and a topic by its name.

A node that has the whole name comes before one of which it is a part. Keys come first: they are no two nodes'.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Final, TypeVar

from graph.customer_test import CustomerTest
from graph.ids import key_of
from graph.index.local_index import LocalIndex
from graph.time_slices import call
from policy.bidi import isolated
from policy.caller import ANYBODY
from policy.collation.folding import folded
from policy.errors import BadInput, NotFound, Unavailable
from policy.instant import now
from policy.policy import Policy
from policy.values.key import KEY, KINDS
from resolvers.freshness import Freshness
from resolvers.lists import customers, partners
from resolvers.node import Node
from resolvers.operation import Operation
from resolvers.paging import Paging
from service.reach import make_index

T = TypeVar("T")

CUSTOMER: Final = ("customer",)
COMMUNICATOR: Final = ("partner", "operator")
OPERATORS: Final = ("operator:microsoft", "operator:21vianet")
MOST_LISTED, MOST_SUGGESTED, MOST_COMPARED = 10, 3, 1_000
LONGEST_PREFIX = 40


def is_id(text: str) -> bool:
    """Is it meant as an id, `kind:key`? A name with a colon in it begins otherwise."""
    kind, colon, _ = text.strip().lower().partition(":")
    return bool(colon) and kind in KINDS


def node_named(operation: Operation, text: str, kinds: Sequence[str], *, of_part: bool = True) -> str:
    """
    The id of the node that is meant by an id, a key, a name, a domain or an MPN id.

    kinds:   CUSTOMER, COMMUNICATOR or others; a key is looked for in their order
    of_part: whether a part of the name will do where only one node has it
    raises:  BadInput where several are meant, NotFound with what is spelled alike, Unavailable
    """
    if is_id(text):
        return text
    if not text.strip():
        raise BadInput(f"the {' or '.join(kinds)} is empty; give an id, a key, a name or a domain")
    if KEY.fullmatch(key := text.strip().lower()) and (known := operation.shown_all([f"{kind}:{key}" for kind in kinds])):
        return known[0].id
    found = _found(operation, text, kinds)
    whole = [node for node in found if folded(text.strip()) in _names_of(node)]
    if meant := whole or (found if of_part else []):
        return _only(text, meant)
    raise NotFound(f"no {' or '.join(kinds)} `{_id_of(text, kinds)}` in the graph{_alike(text, found or _near(operation, text, kinds))}")


def scope_named(operation: Operation, text: str, customer: str) -> str:
    """
    The id of one of the customer's subscriptions or agreements, by its id, its key, or what it is an offer or of which type it is.

    raises: BadInput where several are meant, NotFound, Unavailable
    """
    situation = None if is_id(text) else operation.situation(customer, None)
    if situation is None:
        return text
    scopes = operation.shown_all([*situation.subscriptions, *situation.agreements])
    if meant := [node for node in scopes if folded(text.strip()) in _names_of(node)]:
        return _only(text, meant)
    raise NotFound(f"customer `{customer}` has no scope `{text}`{_alike(text, scopes)}")


def topic_code(policy: Policy, text: str) -> str:
    """The code of the topic with that name in any language; anything else as it is."""
    wanted = folded(text.strip())
    return next((code for code, topic in policy.topics.items() if wanted in {folded(name) for name in topic.name.values()}), text)


async def with_index(index: LocalIndex, policy: Policy, name: Callable[[Operation], T]) -> T:
    """What `name` makes of an operation of now; the local index is made first where it is needed and not there. Raises VoceroError."""
    try:
        return await call(lambda: name(_operation(index, policy)))
    except Unavailable:
        if index.unready() is None:
            raise
    await make_index(index)
    return await call(lambda: name(_operation(index, policy)))


def _operation(index: LocalIndex, policy: Policy) -> Operation:
    return Operation(index, policy, now(), Freshness(full=True), ANYBODY)


def _only(text: str, meant: Sequence[Node]) -> str:
    if len(meant) == 1:
        return meant[0].id
    listed = ", ".join(_shown(node) for node in meant[:MOST_LISTED])
    more = f" and {len(meant) - MOST_LISTED} more" if len(meant) > MOST_LISTED else ""
    raise BadInput(f"`{text}` is {len(meant)}{'' if len(meant) < MOST_COMPARED else ' or more'}: {listed}{more}; give the id of one")


def _found(operation: Operation, search: str, kinds: Iterable[str]) -> list[Node]:
    """The nodes that a search finds, by name; so many at most as can be compared."""
    found: list[Node] = []
    if "operator" in kinds:
        found += [node for node in operation.shown_all(OPERATORS) if folded(search) in folded(node.name)]
    paging = Paging(first=MOST_COMPARED)
    if "customer" in kinds:
        found += [node for _, node in customers(operation, CustomerTest(), search, None, paging).items]
    if "partner" in kinds:
        found += [node for _, node in partners(operation, search, None, paging).items]
    return found


def _near(operation: Operation, text: str, kinds: Iterable[str]) -> list[Node]:
    """The nodes that begin as the text does, or have a word that does: among them is what was meant, unless its beginning is wrong."""
    for length in range(min(len(text) - 1, LONGEST_PREFIX), -1, -1):
        near = _found(operation, text[:length], kinds)
        if _closest(text, near):
            return near
    return []


def _closest(text: str, nodes: Iterable[Node]) -> list[Node]:
    by_name = {name: node for node in nodes for name in _names_of(node)}
    return list({by_name[name].id: by_name[name] for name in get_close_matches(folded(text), by_name, MOST_SUGGESTED)}.values())


def _alike(text: str, nodes: Iterable[Node]) -> str:
    listed = " or ".join(_shown(node) for node in _closest(text, nodes))
    return f"; did you mean {listed}?" if listed else ""


def _names_of(node: Node) -> set[str]:
    of = node.properties
    names = (key_of(node.id), of.get("name"), of.get("domain"), of.get("offer"), of.get("type"), *(of.get("mpnIds") or ()))
    return {folded(name) for name in names if name}


def _shown(node: Node) -> str:
    return f"{isolated(str(node.properties.get('offer') or node.properties.get('type') or node.name))} ({node.id})"


def _id_of(text: str, kinds: Sequence[str]) -> str:
    return f"{kinds[0]}:{text.strip().lower()}" if KEY.fullmatch(text.strip()) else text
