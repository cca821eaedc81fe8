"""Root fields that are answered without anything being waited for, where what they rest on is remembered; else they raise LookupError."""

from collections.abc import Mapping, Sequence
from typing import Any

from resolvers.permission import MOST_QUESTIONS, Question
from schema.context import Context
from schema.permission import Permission

Given = Mapping[str, Any]


def permission(context: Context, consistency: Given | None, asOf: Given | None, **question: str | None) -> Permission:  # noqa: N803 - the API's
    """`Query.permission`."""
    _begin(context, consistency, asOf)
    return Permission.of(context.permission_at_once(_question(question)))


def permissions(context: Context, questions: Sequence[Any], consistency: Given | None, asOf: Given | None) -> list[Permission]:  # noqa: N803
    """`Query.permissions`."""
    if len(questions) > MOST_QUESTIONS:
        raise LookupError
    _begin(context, consistency, asOf)
    return [Permission.of(context.permission_at_once(_question(each))) for each in questions]


def permitted_communicators(
    context: Context,
    customer: str,
    topic: str,
    scope: str | None,
    consistency: Given | None,
    asOf: Given | None,  # noqa: N803
) -> list[Permission]:
    """`Query.permittedCommunicators`."""
    _begin(context, consistency, asOf)
    return [Permission.of(answer) for answer in context.permitted_at_once(customer, topic, scope)]


def _begin(context: Context, consistency: Given | None, as_of: Given | None) -> None:
    if as_of is not None:
        raise LookupError
    context.begin_at_once(consistency)


def _question(given: Mapping[str, Any]) -> Question:
    return Question(given["communicator"], given["customer"], given["topic"], given.get("scope"))
