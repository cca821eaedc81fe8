"""Who may speak to this customer about this topic?"""

from policy import remembered
from resolvers.instants import AsOf
from resolvers.operation import Operation
from resolvers.permission import Answer, known_given, scope_of, situation_of, topic_of


def permitted_communicators(operation: Operation, customer: str, topic: str, scope: str | None, as_of: AsOf | None) -> list[Answer]:
    """Whoever is permitted, the most expected first. Raises BadInput, NotFound, Unavailable."""
    about, narrowed = topic_of(operation, topic), scope_of(scope)
    at = situation_of(operation, customer, as_of)
    instant, revision, policy = operation.instant(as_of), operation.token(), operation.policy
    decisions = remembered.permitted_communicators(at, about.category, policy, narrowed)
    return [Answer(decision, at, about, instant, revision, policy, operation.nodes, known_given(as_of)) for decision in decisions]
