"""An answer in words."""

from policy.explain import explain
from policy.terms import Language
from resolvers.operation import Operation
from resolvers.permission import Answer


def explanation(operation: Operation, answer: Answer, language: Language) -> str:
    """One paragraph that a person could read out. Raises Unavailable."""
    who = answer.decision.communicator
    node = None if answer.situation.has_node(who) else operation.shown(who)  # a partner without any tie to the customer
    return _explained(answer, node.name if node else who, language)


def _explained(answer: Answer, who: str, language: Language) -> str:
    names = {answer.decision.communicator: who} | answer.situation.names()
    return explain(answer.decision, names, answer.topic, answer.policy, language, answer.as_of.valid_at)
