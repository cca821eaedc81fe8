"""May this communicator speak to this customer about this topic?"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from graph.ids import OF_MANY, key_of, parse_id
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
    """

    decision: Decision
    situation: Situation
    topic: Topic
    as_of: Instant
    revision: str
    policy: Policy
    nodes: Mapping[str, Node]


async def permission(operation: Operation, question: Question, as_of: AsOf | None) -> Answer:
    """The answer to one question. Raises BadInput, NotFound, Unavailable."""
    (answer,) = await _answers(operation, [question], as_of)
    if isinstance(answer, VoceroError):
        raise answer
    return answer


async def permissions(operation: Operation, questions: Sequence[Question], as_of: AsOf | None) -> list[Answer | VoceroError]:
    """
    The answers to many questions, in their order; one that can't be answered has its error in its place.

    raises: BadInput for too many at once or a known_at in the future, Unavailable
    """
    if len(questions) > MOST_QUESTIONS:
        raise BadInput(f"{len(questions)} questions at once; ask {MOST_QUESTIONS} at most")
    if as_of is not None and as_of.known_at is not None:
        await operation.instant(as_of)  # one error for a wrong instant, not one a question
    async with operation.one_list:
        return await _answers(operation, questions, as_of)


def permissions_at_once(operation: Operation, questions: Sequence[Question]) -> list[Answer]:
    """The same of now, for ids in the graph's form and codes of topics, where nothing has to be read; else LookupError."""
    policy, nodes, remembered = operation.policy, operation.nodes, operation.remembered
    situations = remembered.situations({each.customer for each in questions})
    instant, revision = remembered.now()
    found = []
    for who, customer, topic, scope in questions:
        at, about = situations[customer], policy.topics[topic]
        if not who.startswith(OF_MANY) or not (at.knows(who) or remembered.knows(who)):
            raise LookupError(who)
        expect_scope(at, scope)
        give_way()
        found.append(Answer(decided(at, who, about.category, policy, scope), at, about, instant, revision, policy, nodes))
    return found


class _Place(NamedTuple):
    """A question in the graph's own words."""

    communicator: str
    topic: Topic
    scope: str | None
    customer: str


async def _answers(operation: Operation, questions: Sequence[Question], as_of: AsOf | None) -> list[Answer | VoceroError]:
    places = [_place(operation.policy, question) for question in questions]
    known = await known_situations_of(operation, {each.customer for each in places if isinstance(each, _Place)}, as_of)
    strangers = {each.communicator for each in places if isinstance(each, _Place) and _is_stranger(each, known)}
    met = await _met(operation, strangers, as_of)
    instant, revision = await operation.instant(as_of), await operation.token()

    def answer(question: Question, place: _Place | VoceroError) -> Answer | VoceroError:
        give_way()
        if isinstance(place, VoceroError):
            return place
        at = known.get(place.customer)
        if at is None:
            return _no_customer(question.customer, as_of)
        if _is_stranger(place, known) and place.communicator not in met:
            return NotFound(f"no communicator `{place.communicator}` in the graph")
        try:
            decision = decided(at, place.communicator, place.topic.category, operation.policy, place.scope)
        except NotFound as error:
            return error
        return Answer(decision, at, place.topic, instant, revision, operation.policy, operation.nodes)

    return [answer(question, place) for question, place in zip(questions, places, strict=True)]


def _place(policy: Policy, question: Question) -> _Place | VoceroError:
    give_way()
    try:
        communicator = parse_id(question.communicator, COMMUNICATORS)
        topic, scope = topic_named(policy, question.topic), scope_of(question.scope)
        return _Place(communicator, topic, scope, parse_id(question.customer, ("customer",)))
    except (BadInput, NotFound) as error:
        return error


def _is_stranger(place: _Place, known: Mapping[str, Situation]) -> bool:
    """Does nothing tie the communicator to the customer?"""
    return place.customer in known and not known[place.customer].knows(place.communicator)


async def _met(operation: Operation, strangers: Collection[str], as_of: AsOf | None) -> Collection[str]:
    """Those of them that were known then; to a bound caller nobody else is."""
    if not strangers or operation.caller.is_bound:
        return ()
    known_at = (await operation.reading(await operation.instant(as_of))).known_at
    knows = await asyncio.gather(*(operation.knows(each, known_at) for each in strangers))
    return {each for each, is_known in zip(strangers, knows, strict=True) if is_known}


async def situation_of(operation: Operation, customer: str, as_of: AsOf | None) -> Situation:
    """The situation of a customer at an instant. Raises BadInput, NotFound, Unavailable."""
    found = await known_situation_of(operation, parse_id(customer, ("customer",)), as_of)
    if found is None:
        raise _no_customer(customer, as_of)
    return found


async def known_situation_of(operation: Operation, customer: str, as_of: AsOf | None) -> Situation | None:
    """The same for an id in the graph's form; None where the customer is not known, or not to be seen. Raises BadInput, Unavailable."""
    return (await known_situations_of(operation, (customer,), as_of)).get(customer)


async def known_situations_of(operation: Operation, customers: Iterable[str], as_of: AsOf | None) -> Mapping[str, Situation]:
    """The same of several; those that are not known, or not to be seen, are absent. Raises BadInput, Unavailable."""
    histories = await operation.histories(customers)
    instant = await operation.reading(await operation.instant(as_of))
    seen = ((customer, operation.seen(history, instant)) for customer, history in histories.items())
    return {customer: at for customer, at in seen if at is not None}


def expect_scope(at: Situation, scope: str | None) -> None:
    """Look at the scope that is asked about. Raises LookupError where it is none, for the error tells the instant."""
    if scope is not None and not at.has_scope(scope):
        raise LookupError(scope)


def _no_customer(customer: str, as_of: AsOf | None) -> NotFound:
    since = "" if as_of is None or as_of.known_at is None else f" as it was known at {written(as_of.known_at)}"
    return NotFound(f"no customer `{customer}` in the graph{since}")


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
