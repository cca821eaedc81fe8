"""An answer in words."""

from policy.explain import explain
from policy.terms import Language
from resolvers.operation import Operation
from resolvers.permission import Answer


async def explanation(operation: Operation, answer: Answer, language: Language) -> str:
    """One paragraph that a person could read out. Raises Unavailable."""
    names = answer.situation.names()
    who = answer.decision.communicator
    if who not in names:  # a partner without any tie to the customer
        node = await operation.shown(who)
        names[who] = node.name if node else who
    return explain(answer.decision, names, answer.topic, operation.policy, language, answer.as_of.valid_at)
