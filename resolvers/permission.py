"""May this communicator speak to this customer about this topic?"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from graph.ids import is_id, key_of, parse_id
from graph.time_slices import give_way
from policy.decision import Decision
from policy.errors import BadInput, NotFound, VoceroError
from policy.instant import written
from policy.policy import Policy, Topic
from policy.remembered import decided
from policy.situation import Situation
from resolvers.instants import AsOf, Instant
from resolvers.node import Node
from resolvers.operation import Operation

MOST_QUESTIONS = 5000
LONGEST_CODE = 100
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
    policy:   the one that decided
    nodes:    those that it speaks of, as the operation shows them, where nothing has to be read for it
    known_at: microseconds since 1970, where the caller gave a `knownAt`
    """

    decision: Decision
    situation: Situation
    topic: Topic
    as_of: Instant
    revision: str
    policy: Policy
    nodes: Mapping[str, Node]
    known_at: int | None = None


def permission(operation: Operation, question: Question, as_of: AsOf | None) -> Answer:
    """The answer to one question. Raises BadInput, NotFound, Unavailable."""
    communicator = parse_id(question.communicator, COMMUNICATORS)
    topic, scope = topic_named(operation.policy, question.topic), scope_of(question.scope)
    customer = parse_id(question.customer, ("customer",))
    at = operation.situation(customer, as_of)
    if at is None:
        raise _no_customer(question.customer, as_of)
    if not at.knows(communicator) and not _is_met(operation, communicator, as_of):
        raise NotFound(f"no communicator `{communicator}` in the graph")
    decision = decided(at, communicator, topic.category, operation.policy, scope)
    return Answer(decision, at, topic, operation.instant(as_of), operation.token(), operation.policy, operation.nodes, known_given(as_of))


def known_given(as_of: AsOf | None) -> int | None:
    """The `knownAt` of a question, where there is one."""
    return None if as_of is None else as_of.known_at


def permissions(operation: Operation, questions: Sequence[Question], as_of: AsOf | None) -> list[Answer | VoceroError]:
    """
    The answers to many questions, in their order; one that can't be answered has its error in its place.

    raises: BadInput for too many at once or a known_at in the future, Unavailable
    """
    if len(questions) > MOST_QUESTIONS:
        raise BadInput(f"{len(questions)} questions at once; ask {MOST_QUESTIONS} at most")
    operation.instant(as_of)  # one error for a wrong instant, not one a question
    operation.prefetch(each.customer for each in questions if is_id(each.customer, ("customer",)))
    return [_answer_or_error(operation, question, as_of) for question in questions]


def _answer_or_error(operation: Operation, question: Question, as_of: AsOf | None) -> Answer | VoceroError:
    give_way()
    try:
        return permission(operation, question, as_of)
    except (BadInput, NotFound) as error:
        return error


def _is_met(operation: Operation, stranger: str, as_of: AsOf | None) -> bool:
    """Was a communicator known then that nothing ties to the customer? To a bound caller nobody is."""
    known_at = operation.reading(operation.instant(as_of)).known_at
    return not operation.caller.is_bound and operation.knows(stranger, known_at)


def situation_of(operation: Operation, customer: str, as_of: AsOf | None) -> Situation:
    """The situation of a customer at an instant. Raises BadInput, NotFound, Unavailable."""
    found = operation.situation(parse_id(customer, ("customer",)), as_of)
    if found is None:
        raise _no_customer(customer, as_of)
    return found


def _no_customer(customer: str, as_of: AsOf | None) -> NotFound:
    since = "" if as_of is None or as_of.known_at is None else f" as it was known at {written(as_of.known_at)}"
    return NotFound(f"no customer `{customer}` in the graph{since}")


def topic_of(operation: Operation, text: str) -> Topic:
    """The topic of a code, or of an id `topic:<code>`. Raises NotFound, and BadInput for an id of something else."""
    return topic_named(operation.policy, text)


def topic_named(policy: Policy, text: str) -> Topic:
    """The topic of that policy. Raises NotFound with the codes that are spelled alike, and BadInput for an id of something else."""
    code = key_of(parse_id(text, ("topic",))) if ":" in text else text.strip().lower()
    topic = policy.topics.get(code)
    if topic is None:
        alike = " or ".join(f"`{each}`" for each in get_close_matches(code[:LONGEST_CODE], policy.topics))
        what = f"did you mean {alike}?" if alike else f"give the code of one, such as `{next(iter(policy.topics))}`"
        raise NotFound(f"no topic `{text}` in the policy; {what}")
    return topic


def scope_of(text: str | None) -> str | None:
    """The scope's id in the graph's form. Raises BadInput."""
    return None if text is None else parse_id(text, SCOPES)
