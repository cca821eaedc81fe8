"""Any node by its id."""

from collections.abc import Sequence

from graph.ids import kind_of, parse_id
from graph.relationship_ids import relationship_id, relationship_named
from policy.caller import Role
from policy.errors import BadInput, VoceroError
from policy.facts import Relationship
from policy.live import is_operator
from policy.policy import Topic
from policy.seen import without_source
from policy.situation import Situation
from resolvers.agreement import customers_at
from resolvers.batching import gathered
from resolvers.node import OTHERS, Node
from resolvers.operation import Operation
from resolvers.permission import known_situation_of
from resolvers.subscription import history, live_at

MOST_IDS = 5000

Found = Node | Topic | Relationship


async def node(operation: Operation, text: str) -> Found | None:
    """What has this id; None where nothing has. Raises BadInput, Unavailable."""
    if text.lower().startswith("relationship:"):
        return await _relationship(operation, relationship_named(text))
    id_ = parse_id(text)
    if kind_of(id_) == "topic":
        return operation.policy.topics.get(id_.partition(":")[2])
    return await _node(operation, id_)


async def nodes(operation: Operation, texts: Sequence[str]) -> list[Found | VoceroError | None]:
    """
    What has these ids, in their order; a malformed one has its error in its place.

    raises: BadInput for too many at once, Unavailable
    """
    if len(texts) > MOST_IDS:
        raise BadInput(f"{len(texts)} ids at once; ask for {MOST_IDS} at most")
    different = list(dict.fromkeys(texts))
    async with operation.one_list:
        found = dict(zip(different, await gathered(lambda text: node(operation, text), different), strict=True))
    for each in found.values():
        if isinstance(each, Exception) and not isinstance(each, BadInput):
            raise each
    return [found[text] for text in texts]  # type: ignore[misc]  # the loop above leaves only these


async def node_of_kind(operation: Operation, text: str, kind: str) -> Node | None:
    """The node with this id, which has to be of that kind. Raises BadInput, Unavailable."""
    return await _node(operation, parse_id(text, (kind,)))


async def _node(operation: Operation, id_: str) -> Node | None:
    return await operation.shown(id_) if id_ not in OTHERS and await _is_to_be_seen(operation, id_) else None


async def _is_to_be_seen(operation: Operation, id_: str) -> bool:
    """Does the caller see it now? What is not there and what is not to be seen take the same time."""
    caller = operation.caller
    if not caller.is_bound or is_operator(id_) or id_ == caller.node:
        return True
    if caller.role is Role.CUSTOMER:
        at = await known_situation_of(operation, str(caller.node), None)
        return at is not None and id_ in {end for each in at.relationships() for end in (each.start, each.end)} | set(at.acquainted)
    match kind_of(id_):
        case "customer":
            return await known_situation_of(operation, id_, None) is not None
        case "subscription":
            live = await live_at(operation, id_, None)
            own = str(caller.node)
            return isinstance(live, Situation) or own in {live.biller(id_), *live.resellers(id_), *live.supporters(id_)}
        case "agreement":
            return bool(await customers_at(operation, id_, None))
    return False


async def _relationship(operation: Operation, named: Relationship) -> Relationship | None:
    if not operation.caller.is_bound:
        return await operation.readings.relationship(named)
    if not all([await _node(operation, end) for end in (named.start, named.end)]):
        return None
    found = await operation.readings.relationship(named)
    if found is None or operation.caller.role is Role.CUSTOMER:
        return found
    match kind_of(found.end):
        case "subscription":
            id_ = relationship_id(found)
            return next((each for each in await history(operation, found.end) if relationship_id(each) == id_), None)
        case "agreement" if not is_operator(found.start):
            at = await known_situation_of(operation, found.start, None)
            return without_source(found) if at is not None and found.end in at.agreements else None
    return without_source(found)
