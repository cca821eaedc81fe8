"""An answer in words."""

from policy.explain import Asked, explain
from policy.terms import Language
from resolvers.names import names_of
from resolvers.operation import Operation
from resolvers.permission import Answer


def explanation(operation: Operation, answer: Answer, language: Language) -> str:
    """One paragraph that a person can read out. Raises Unavailable."""
    # a partner without any tie to the customer stands in no situation
    names, then = names_of(operation, answer.situation, answer.known_at, [answer.decision.communicator])
    return explain(answer.decision, Asked(answer.situation, names, answer.topic, answer.policy, then, answer.known_at), language)
