"""Root fields that are answered at once where what they rest on is remembered; else they raise NotYet or LookupError."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.ids import kind_of
from resolvers.nodes import MOST_IDS
from resolvers.permission import MOST_QUESTIONS, Question, permissions_at_once
from schema import said
from schema.compiled import Later
from schema.context import Context
from schema.customer import Customer
from schema.node import Node, shown
from schema.permission import Permission

Given = Mapping[str, Any]


def node(context: Context, id: str, consistency: Given | None) -> Node:
    """`Query.node`."""
    _begin(context, consistency, None)
    try:
        return shown(*context.at_once().remembered.shown((id,)))
    except LookupError as error:
        raise context.facts_first((id,)) from error


def nodes(context: Context, ids: Sequence[str], consistency: Given | None) -> list[Node]:
    """`Query.nodes`."""
    if len(ids) > MOST_IDS:
        raise LookupError
    _begin(context, consistency, None)
    at = context.at_once()
    try:
        return [shown(each) for each in at.remembered.shown(ids)]
    except LookupError as error:
        raise context.facts_first(ids) from error


def customer(context: Context, id: str, consistency: Given | None) -> Customer:
    """`Query.customer`."""
    _begin(context, consistency, None)
    if kind_of(id) != "customer":
        raise LookupError(id)
    try:
        return Customer.of(*context.at_once().remembered.shown((id,)))
    except LookupError as error:
        raise context.facts_first((id,)) from error


def permission(context: Context, consistency: Given | None, asOf: Given | None, **question: str | None) -> Permission:  # noqa: N803 - the API's
    """`Query.permission`."""
    _begin(context, consistency, asOf)
    return _permissions(context, [_question(question)])[0]


def permissions(context: Context, questions: Sequence[Any], consistency: Given | None, asOf: Given | None) -> list[Permission]:  # noqa: N803
    """`Query.permissions`."""
    if len(questions) > MOST_QUESTIONS:
        raise LookupError
    _begin(context, consistency, asOf)
    return _permissions(context, [_question(each) for each in questions])


def permitted_communicators(
    context: Context,
    customer: str,
    topic: str,
    scope: str | None,
    consistency: Given | None,
    asOf: Given | None,  # noqa: N803
) -> Later:
    """`Query.permittedCommunicators`."""
    _begin(context, consistency, asOf)
    try:
        return said.permitted_communicators(context, customer, topic, scope)
    except LookupError as error:
        raise context.facts_first((customer,)) from error


def _begin(context: Context, consistency: Given | None, as_of: Given | None) -> None:
    if as_of is not None:
        raise LookupError
    context.begin_at_once(consistency)


def _permissions(context: Context, questions: Sequence[Question]) -> list[Permission]:
    try:
        found = permissions_at_once(context.deciding_at_once(), questions)
    except LookupError as error:
        raise context.facts_first([each.customer for each in questions]) from error
    for answer in found:
        context.gave_at_once(None, answer.topic.code, (answer.decision.verdict,))
    return [Permission.of(answer) for answer in found]


def _question(given: Mapping[str, Any]) -> Question:
    return Question(given["communicator"], given["customer"], given["topic"], given.get("scope"))
