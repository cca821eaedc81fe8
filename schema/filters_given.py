"""What is looked at in the filters of an operation before they are coerced: their size, and that each variable in them is given."""

from collections.abc import Mapping
from typing import Any

from graphql import FieldNode, GraphQLField, ListValueNode, ObjectFieldNode, ObjectValueNode, ValueNode, VariableNode, get_named_type

from graph.customer_test import MOST_STEPS
from policy.errors import BadInput

FILTERS = {"CustomerFilter", "CommunicationFilter"}
MOST_PARTS = 8 * MOST_STEPS
"""Filters inside one filter, itself included: with one test each, and `and`, `or` or `not` around it, more are too many in any case."""


def expect_usable_filters(field: FieldNode, definition: GraphQLField, variables: Mapping[str, Any]) -> None:
    """
    Look at the filters that the arguments of a field hold, in literals and in variables. Raises BadInput.

    By GraphQL's rules a member whose variable is not given is left out, and asks nothing: a filter of one country would take everybody.
    """
    for argument in field.arguments or ():
        known = definition.args.get(argument.name.value)
        if known is not None and get_named_type(known.type).name in FILTERS and _parts(argument.value, variables) > MOST_PARTS:
            raise BadInput(
                f"the filter comes to more than {MOST_PARTS} parts; give {MOST_STEPS} tests at most, `in` takes many values as one"
            )


def _parts(given: ValueNode, variables: Mapping[str, Any]) -> int:
    """How many objects and elements of lists of them there are; more than the most are not counted."""
    waiting: list[Any] = [given]
    parts = 0
    while waiting and parts <= MOST_PARTS:
        value = waiting.pop()
        if isinstance(value, VariableNode):
            waiting.append(variables.get(value.name.value))
        elif isinstance(value, ObjectValueNode):
            parts += 1
            for each in value.fields:
                _expect_given(each, variables)
            waiting += [each.value for each in value.fields if each.name.value != "in"]
        elif isinstance(value, dict):
            parts += 1
            waiting += [inner for name, inner in value.items() if name != "in"]
        elif isinstance(value, ListValueNode | list):
            elements = value.values if isinstance(value, ListValueNode) else value
            parts += len(elements)
            waiting += elements
    return parts


def _expect_given(member: ObjectFieldNode, variables: Mapping[str, Any]) -> None:
    if isinstance(member.value, VariableNode) and member.value.name.value not in variables:
        variable, name = member.value.name.value, member.name.value
        raise BadInput(f"`${variable}` is not given, and `{name}` of a filter rests on it; give it a value, or leave `{name}` out")
