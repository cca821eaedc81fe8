"""May this communicator speak to this customer about this topic?"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from graph.ids import key_of, parse_id
from policy.decide import decide
from policy.decision import Decision
from policy.errors import BadInput, NotFound, VoceroError
from policy.instant import written
from policy.policy import Policy, Topic
from policy.situation import Situation
from resolvers.operation import AsOf, Instant, Operation

MOST_QUESTIONS = 5000
COMMUNICATORS = ("partner", "operator")
SCOPES = ("subscription", "agreement", "customer")


class Question(NamedTuple):
    """A question in the caller's own words: ids in any case, a topic's code or id, a scope or None for all."""

    communicator: str
    customer: str
    topic: str
    scope: str | None


class Answer(NamedTuple):
    """
    A decision with all that it rests on, so that it can be explained and asked again.

    revision: token of the state of the graph that it rests on
    """

    decision: Decision
    situation: Situation
    topic: Topic
    as_of: Instant
    revision: str


async def permission(operation: Operation, question: Question, as_of: AsOf | None) -> Answer:
    """The answer to one question. Raises BadInput, NotFound, Unavailable."""
    communicator = parse_id(question.communicator, COMMUNICATORS)
    topic = topic_of(operation, question.topic)
    scope = scope_of(question.scope)
    at = await situation_of(operation, question.customer, as_of)
    await _expect_communicator(operation, communicator, at)
    decision = decide(at, communicator, topic.category, operation.policy, scope)
    return Answer(decision, at, topic, await operation.instant(as_of), await operation.token())


async def permissions(operation: Operation, questions: Sequence[Question], as_of: AsOf | None) -> list[Answer | VoceroError]:
    """
    The answers to many questions, in their order; one that can't be answered has its error in its place.

    raises: BadInput for too many at once or a known_at in the future, Unavailable
    """
    if len(questions) > MOST_QUESTIONS:
        raise BadInput(f"{len(questions)} questions at once; ask {MOST_QUESTIONS} at most")
    if as_of is not None and as_of.known_at is not None:
        await operation.instant(as_of)  # one error for a wrong instant, not one a question
    answers = await asyncio.gather(*(permission(operation, question, as_of) for question in questions), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, BadInput | NotFound):
            raise answer
    return answers  # type: ignore[return-value]  # the loop above leaves only these


async def situation_of(operation: Operation, customer: str, as_of: AsOf | None) -> Situation:
    """The situation of a customer at an instant. Raises BadInput, NotFound, Unavailable."""
    found = await known_situation_of(operation, parse_id(customer, ("customer",)), as_of)
    if found is None:
        since = "" if as_of is None or as_of.known_at is None else f" as it was known at {written(as_of.known_at)}"
        raise NotFound(f"no customer `{customer}` in the graph{since}")
    return found


async def known_situation_of(operation: Operation, customer: str, as_of: AsOf | None) -> Situation | None:
    """The same for an id in the graph's form; None where the customer is not known, or not to be seen. Raises BadInput, Unavailable."""
    history = await operation.history(customer)
    instant = await operation.reading(await operation.instant(as_of))
    return None if history is None else operation.seen(history, instant)


def topic_of(operation: Operation, text: str) -> Topic:
    """The topic of a code, or of an id `topic:<code>`. Raises NotFound, and BadInput for an id of something else."""
    return topic_named(operation.policy, text)


def topic_named(policy: Policy, text: str) -> Topic:
    """The same, of a policy."""
    code = key_of(parse_id(text, ("topic",))) if ":" in text else text.strip().lower()
    topic = policy.topics.get(code)
    if topic is None:
        raise NotFound(f"no topic `{text}` in the policy; `topics` lists them all")
    return topic


def scope_of(text: str | None) -> str | None:
    """The scope's id in the graph's form. Raises BadInput."""
    return None if text is None else parse_id(text, SCOPES)


async def _expect_communicator(operation: Operation, communicator: str, at: Situation) -> None:
    if at.knows(communicator):
        return
    if operation.caller.is_bound or not await operation.knows(communicator, at.known_at):
        raise NotFound(f"no communicator `{communicator}` in the graph")
