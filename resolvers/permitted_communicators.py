"""Who may speak to this customer about this topic?"""

from policy import remembered
from resolvers.operation import AsOf, Operation
from resolvers.permission import Answer, scope_of, situation_of, topic_of


async def permitted_communicators(operation: Operation, customer: str, topic: str, scope: str | None, as_of: AsOf | None) -> list[Answer]:
    """Whoever is permitted, the most expected first. Raises BadInput, NotFound, Unavailable."""
    about = topic_of(operation, topic)
    narrowed = scope_of(scope)
    at = await situation_of(operation, customer, as_of)
    decisions = remembered.permitted_communicators(at, about.category, operation.policy, narrowed)
    instant, revision = await operation.instant(as_of), await operation.token()
    return [Answer(decision, at, about, instant, revision, operation.policy, operation.nodes) for decision in decisions]
