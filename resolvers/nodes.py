"""Any node by its id."""

from collections.abc import Sequence

from graph.ids import is_id, kind_of, parse_id
from graph.relationship_ids import relationship_id, relationship_named
from graph.time_slices import give_way
from policy.caller import Role
from policy.errors import BadInput, VoceroError
from policy.facts import Relationship
from policy.live import is_operator
from policy.policy import Topic
from policy.seen_situation import without_source
from policy.situation import Situation
from resolvers.agreement import customers_at
from resolvers.node import OTHERS, Node
from resolvers.operation import Operation
from resolvers.subscription import history, live_at

MOST_IDS = 5000

Found = Node | Topic | Relationship


def node(operation: Operation, text: str) -> Found | None:
    """What has this id; None where nothing has. Raises BadInput, Unavailable."""
    if text.lower().startswith("relationship:"):
        return _relationship(operation, relationship_named(text))
    id_ = parse_id(text)
    if kind_of(id_) == "topic":
        return operation.policy.topics.get(id_.partition(":")[2])
    return _node(operation, id_)


def nodes(operation: Operation, texts: Sequence[str]) -> list[Found | VoceroError | None]:
    """
    What has these ids, in their order; a malformed one has its error in its place.

    raises: BadInput for too many at once, Unavailable
    """
    if len(texts) > MOST_IDS:
        raise BadInput(f"{len(texts)} ids at once; ask for {MOST_IDS} at most")
    operation.prefetch(text for text in texts if is_id(text, ("customer",)))
    found = {text: _node_or_error(operation, text) for text in dict.fromkeys(texts)}
    return [found[text] for text in texts]


def _node_or_error(operation: Operation, text: str) -> Found | VoceroError | None:
    give_way()
    try:
        return node(operation, text)
    except BadInput as error:
        return error


def node_of_kind(operation: Operation, text: str, kind: str) -> Node | None:
    """The node with this id, which has to be of that kind. Raises BadInput, Unavailable."""
    return _node(operation, parse_id(text, (kind,)))


def _node(operation: Operation, id_: str) -> Node | None:
    return operation.shown(id_) if id_ not in OTHERS and _is_to_be_seen(operation, id_) else None


def _is_to_be_seen(operation: Operation, id_: str) -> bool:
    """Does the caller see it now? What is not there and what is not to be seen take the same time."""
    caller = operation.caller
    if not caller.is_bound or is_operator(id_) or id_ == caller.node:
        return True
    if caller.role is Role.CUSTOMER:
        at = operation.situation(str(caller.node), None)
        return at is not None and id_ in {end for each in at.relationships() for end in (each.start, each.end)} | set(at.acquainted)
    match kind_of(id_):
        case "customer":
            return operation.situation(id_, None) is not None
        case "subscription":
            live = live_at(operation, id_, None)
            own = str(caller.node)
            return isinstance(live, Situation) or own in {live.biller(id_), *live.resellers(id_), *live.supporters(id_)}
        case "agreement":
            return bool(customers_at(operation, id_, None))
    return False


def _relationship(operation: Operation, named: Relationship) -> Relationship | None:
    if not operation.caller.is_bound:
        return _stored(operation, named)
    if not all(_node(operation, end) for end in (named.start, named.end)):
        return None
    found = _stored(operation, named)
    if found is None or operation.caller.role is Role.CUSTOMER:
        return found
    match kind_of(found.end):
        case "subscription":
            id_ = relationship_id(found)
            return next((each for each in history(operation, found.end) if relationship_id(each) == id_), None)
        case "agreement" if not is_operator(found.start):
            at = operation.situation(found.start, None)
            return without_source(found) if at is not None and found.end in at.agreements else None
    return without_source(found)


def _stored(operation: Operation, named: Relationship) -> Relationship | None:
    """The record as it is stored, if the operation's revision holds it."""
    recorded_at = operation.revision().recorded_at
    match kind_of(named.end):
        case "customer":
            history = operation.history(named.end)
            records = history.relationships if history else ()
        case "partner":
            row = operation.facts.partner(named.end)
            records = row.providers if row else ()
        case _:
            records = operation.facts.records_at(named.end)
    wanted = relationship_id(named)
    return next((each for each in records if each.recorded_at <= recorded_at and relationship_id(each) == wanted), None)
