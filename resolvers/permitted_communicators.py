"""Who may speak to this customer about this topic?"""

from policy import remembered
from policy.policy import Topic
from resolvers.instants import AsOf, Known
from resolvers.operation import Operation
from resolvers.permission import Answer, expect_scope, scope_of, situation_of, topic_of


async def permitted_communicators(operation: Operation, customer: str, topic: str, scope: str | None, as_of: AsOf | None) -> list[Answer]:
    """Whoever is permitted, the most expected first. Raises BadInput, NotFound, Unavailable."""
    about = topic_of(operation, topic)
    narrowed = scope_of(scope)
    at = await situation_of(operation, customer, as_of)
    return _answers(operation, Known(at, await operation.instant(as_of), await operation.token()), about, narrowed)


def permitted_at_once(operation: Operation, customer: str, topic: str, scope: str | None) -> list[Answer]:
    """The same of now, for ids in the graph's form and the code of a topic, where nothing has to be read; else LookupError."""
    known = operation.remembered.known(customer)
    expect_scope(known.situation, scope)
    return _answers(operation, known, operation.policy.topics[topic], scope)


def _answers(operation: Operation, known: Known, about: Topic, scope: str | None) -> list[Answer]:
    at, instant, revision = known
    decisions = remembered.permitted_communicators(at, about.category, operation.policy, scope)
    return [Answer(decision, at, about, instant, revision, operation.policy, operation.nodes) for decision in decisions]
