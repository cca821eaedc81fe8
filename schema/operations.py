"""Which operation of a document is meant, and whether it can be run where it was sent."""

from collections.abc import Set as AbstractSet

from graphql import DocumentNode, OperationDefinitionNode
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types.graphql import OperationType

from policy.errors import BadInput

POSTED = OperationType.from_http("POST")
"""What can be run where it was sent by POST."""


class CannotBeRun(BadInput, CannotGetOperationTypeError):  # noqa: N818 - one of Strawberry's, so that every transport makes an answer of it
    """A document without an operation that can be run where it was sent."""

    def as_http_error_reason(self) -> str:
        """The message."""
        return str(self)


class NeedsPost(CannotBeRun):
    """A mutation was sent by GET."""


def operation_in(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that is meant. Raises CannotBeRun."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name and each.name.value == name]
    if not operations:
        raise CannotBeRun("the document has no operation" + ("" if name is None else f" named `{name[:80]}`"))
    if name is None and len(operations) > 1:
        raise CannotBeRun("the document has several operations; say which by `operationName`")
    return operations[0]


def expect_allowed(operation: OperationDefinitionNode, allowed: AbstractSet[OperationType]) -> None:
    """Raise CannotBeRun for one that can't be run where it was sent."""
    kind = OperationType(operation.operation.value)
    if kind in allowed:
        return
    if kind is OperationType.SUBSCRIPTION:
        raise CannotBeRun(
            "a subscription is answered over a WebSocket (graphql-transport-ws), "
            "or over HTTP to `accept: text/event-stream` or `multipart/mixed; subscriptionSpec=1.0`"
        )
    if allowed <= {OperationType.SUBSCRIPTION}:
        raise CannotBeRun(f"`multipart/mixed` is for subscriptions; accept `application/graphql-response+json` for a {kind.value}")
    raise NeedsPost("a mutation changes the graph; send it by POST")
