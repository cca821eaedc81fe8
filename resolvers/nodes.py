"""Any node by its id."""

import asyncio
from collections.abc import Sequence

from graph.ids import kind_of, parse_id
from graph.relationship_ids import relationship_named
from policy.errors import BadInput, VoceroError
from policy.facts import Relationship
from policy.policy import Topic
from resolvers.operation import Node, Operation

MOST_IDS = 5000

Found = Node | Topic | Relationship


async def node(operation: Operation, text: str) -> Found | None:
    """What has this id; None where nothing has. Raises BadInput, Unavailable."""
    if text.lower().startswith("relationship:"):
        return await operation.relationship(relationship_named(text))
    id_ = parse_id(text)
    if kind_of(id_) == "topic":
        return operation.policy.topics.get(id_.partition(":")[2])
    return await operation.node(id_)


async def nodes(operation: Operation, texts: Sequence[str]) -> list[Found | VoceroError | None]:
    """
    What has these ids, in their order; a malformed one has its error in its place.

    raises: BadInput for too many at once, Unavailable
    """
    if len(texts) > MOST_IDS:
        raise BadInput(f"{len(texts)} ids at once; ask for {MOST_IDS} at most")
    found = await asyncio.gather(*(node(operation, text) for text in texts), return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, BadInput):
            raise each
    return found  # type: ignore[return-value]  # the loop above leaves only these


async def node_of_kind(operation: Operation, text: str, kind: str) -> Node | None:
    """The node with this id, which has to be of that kind. Raises BadInput, Unavailable."""
    return await operation.node(parse_id(text, (kind,)))
