"""The coercion of variables that are long lists of plain data, by functions made once for each type."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import NoneType
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLBoolean,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeNode,
    get_operation_ast,
    is_input_type,
    is_required_input_field,
    type_from_ast,
)
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_default_value

from graphql_compiled.leaves import Unfit
from graphql_compiled.schema_info import GiveWay, never

LONG = 8
"""Items of a list from which on it is worth the while."""
MOST_TYPES = 1_000
AS_THEY_ARE: Mapping[GraphQLScalarType, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
"""Scalars, and the class of values that are left as they are by them."""
CONSTANT = frozenset({str, int, float, bool, NoneType})

Coerce = Callable[[Any], Any]
"""Gives what graphql-core does for the value; raises Unfit where that may be an error, or isn't known here."""


class Given(NamedTuple):
    """A variable as it came, and coerced."""

    value: object
    coerced: object


class Inputs:
    """The functions of one schema."""

    def __init__(self, give_way: GiveWay) -> None:
        self._give_way = give_way
        self._known: dict[tuple[str, str], Coerce | None] = {}

    def long(self, schema: GraphQLSchema, document: DocumentNode, name: str | None, given: Mapping[str, Any]) -> dict[str, Given]:
        """The variables of an operation that are long lists, coerced; others, and such as may be wrong, are absent."""
        lists = {each for each, value in given.items() if type(value) is list and len(value) >= LONG}
        found = {}
        operation = get_operation_ast(document, name) if lists else None
        for variable in (operation and operation.variable_definitions) or ():
            named = variable.variable.name.value
            if named in lists:
                with suppress(Exception):  # whatever is wrong, with the schema too, graphql-core says
                    found[named] = Given(given[named], self._of(schema, variable.type)(given[named]))
        return found

    def _of(self, schema: GraphQLSchema, spelled: TypeNode) -> Coerce:
        wrapped, node = "", spelled
        while not isinstance(node, NamedTypeNode):
            if not isinstance(node, NonNullTypeNode | ListTypeNode):
                raise Unfit
            wrapped, node = wrapped + node.kind, node.type
        key = wrapped, node.name.value
        if key not in self._known:
            if len(self._known) >= MOST_TYPES:
                raise Unfit
            type_ = type_from_ast(schema, spelled)
            self._known[key] = None  # also where the next line raises
            self._known[key] = coercion(type_, self._give_way) if is_input_type(type_) else None
        coerce = self._known[key]
        if coerce is None:
            raise Unfit
        return coerce


def coercion(type_: GraphQLInputType, give_way: GiveWay = never) -> Coerce | None:
    """The function of a type; None where there is none."""
    if not isinstance(type_, GraphQLNonNull):
        known = coercion(GraphQLNonNull(type_), give_way)
        return None if known is None else lambda value: None if value is None else known(value)
    of = type_.of_type
    if isinstance(of, GraphQLList):
        return _each(coercion(of.of_type, give_way), give_way)
    if isinstance(of, GraphQLInputObjectType):
        return _object(of, give_way)
    class_ = next((class_ for scalar, class_ in AS_THEY_ARE.items() if scalar is of), None)
    return None if class_ is None else _as_it_is(class_)


def _as_it_is(class_: type) -> Coerce:
    def as_it_is(value: object) -> object:
        if type(value) is class_:
            return value
        raise Unfit

    return as_it_is


def _each(coerce: Coerce | None, give_way: GiveWay) -> Coerce | None:
    if coerce is None:
        return None

    def each(values: object) -> object:
        if type(values) is list:
            found = []
            for value in values:
                found.append(coerce(value))
                give_way()
            return found
        raise Unfit

    return each


class _Member(NamedTuple):
    """A field of an input object; out: its name for the resolver, absent: what it is where it is not given, Undefined = not there."""

    name: str
    out: str
    coerce: Coerce
    absent: object
    is_required: bool


def _object(type_: GraphQLInputObjectType, give_way: GiveWay) -> Coerce | None:
    members = [_member(name, field, give_way) for name, field in type_.fields.items()]
    known = [each for each in members if each is not None]
    if type_.is_one_of or type_.out_type is not GraphQLInputObjectType.out_type or len(known) < len(members):
        return None

    def made(value: object) -> object:
        if type(value) is not dict:
            raise Unfit
        found, met = {}, 0
        for name, out, coerce, absent, is_required in known:
            if name in value:
                found[out] = coerce(value[name])
                met += 1
            elif is_required:
                raise Unfit
            elif absent is not Undefined:
                found[out] = absent
        if met < len(value):
            raise Unfit
        return found

    return made


def _member(name: str, field: GraphQLInputField, give_way: GiveWay) -> _Member | None:
    coerce, absent = _field(field.type, give_way), coerce_default_value(field)
    if coerce is None or (absent is not Undefined and type(absent) not in CONSTANT):
        return None
    return _Member(name, field.out_name or name, coerce, absent, is_required_input_field(field))


def _field(type_: GraphQLInputType, give_way: GiveWay) -> Coerce | None:
    """That of a field, which is none where it may hold an object again: how deep they may stand is graphql-core's to say."""
    named = type_
    while isinstance(named, GraphQLNonNull | GraphQLList):
        named = named.of_type
    return None if isinstance(named, GraphQLInputObjectType) else coercion(type_, give_way)
