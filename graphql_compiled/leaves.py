"""The completion of scalars and enums."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
)

from graphql_compiled.inert_classes import DATA, MOST_KEPT, is_inert

JSON = frozenset({str, int, float, bool, list, dict})
"""The classes of what a completed leaf is; of anything else it isn't known here whether it might be awaited."""

_AS_THEY_ARE = (
    (GraphQLString.coerce_output_value, str),
    (GraphQLID.coerce_output_value, str),
    (GraphQLScalarType.serialize, str),
    (GraphQLBoolean.coerce_output_value, bool),
)


class Unfit(Exception):  # noqa: N818 - no error: graphql-core does it then
    """Something that is not completed here."""


class Leaf:
    """
    One scalar or enum.

    complete: the completion of a value. Raises Unfit, and what the coercion raises
    """

    def __init__(self, type_: GraphQLLeafType) -> None:
        self._coerce = type_.coerce_output_value
        self._names: dict[int, str] = {}
        self._members: list[Enum] = []
        self.complete = self._shortest(type_)

    def _shortest(self, type_: GraphQLLeafType) -> Callable[[Any], object]:
        coerced, names = self._coerced, self._names
        if isinstance(type_, GraphQLEnumType):
            return lambda value: names.get(id(value)) or self._named(value)
        if self._coerce is GraphQLInt.coerce_output_value:
            return lambda value: value if type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT else coerced(value)
        for coerce, class_ in _AS_THEY_ARE:
            if coerce is self._coerce:
                return lambda value: value if type(value) is class_ else coerced(value)
        return coerced

    def _coerced(self, value: object) -> object:
        if type(value) not in DATA and not _is_member(type(value)):
            raise Unfit
        coerced = self._coerce(value)
        if type(coerced) not in JSON:
            raise Unfit
        return coerced

    def _named(self, value: object) -> object:
        """Its name; that of a member of a Python enum is remembered by the member's id, which no other has while it is kept."""
        name = self._coerced(value)
        if isinstance(value, Enum) and type(value).__members__.get(str(value.name)) is value and len(self._names) < MOST_KEPT:
            self._members.append(value)
            self._names[id(value)] = str(name)
        return name


def _is_member(class_: type) -> bool:
    return Enum in class_.__mro__ and is_inert(class_)
