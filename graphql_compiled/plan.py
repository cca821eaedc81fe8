"""One operation, with its switches set: what is completed by which function."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from types import NoneType
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeNameMetaFieldDef,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from graphql.execution.collect_fields import CollectedFields, FieldDetails
from graphql.execution.values import VariableValues, get_argument_values

from graphql_compiled.by_class import Place, Selection, place_of
from graphql_compiled.completions import Complete, Member, Named, Pause, object_of, steps_of, value_of
from graphql_compiled.leaves import Leaf
from graphql_compiled.schema_info import ByCore, Call, GiveWay, Look, SchemaInfo

MOST_SELECTIONS = 5000
"""How many selections are looked at in one operation: a deep one of interfaces has them in every combination of types."""

Asked = list[FieldDetails]
"""The nodes that ask for one member of one type's objects. Known by identity, as in graphql-core, and kept: so no other has its id."""

Collect = Callable[[GraphQLObjectType, Asked], CollectedFields]
"""What is asked of an object of that type: graphql-core's own."""


class Run:
    """
    One operation as it is executed.

    here: what functions of fields get beside their object
    """

    __slots__ = ("arguments", "here", "variables")

    def __init__(self, variables: VariableValues, here: object) -> None:
        self.variables = variables
        self.here = here
        self.arguments: dict[int, Any] = {}


running: ContextVar[Run] = ContextVar("running")
"""The operation whose value is being completed: wherever one waits, others go on."""


class Plan:
    """Grows with what the operation meets: types of objects, and classes of values."""

    def __init__(self, schema: GraphQLSchema, info: SchemaInfo, give_way: GiveWay) -> None:
        self._schema = schema
        self._info = info
        self._give_way = give_way
        self._root: dict[str, Asked] | None = None
        self._kept: dict[int, Asked] = {}
        self._collected: dict[tuple[str, int], CollectedFields] = {}
        self._selections: dict[tuple[str, int], Selection | None] = {}
        self._leaves: dict[str, Leaf] = {}
        self._fields: dict[int, Place | None] = {}
        self._values: dict[tuple[int, int], Complete | None] = {}
        self._why: dict[int, str] = {}
        self._reason: str | None = None

    def root(self, grouped: dict[str, Asked]) -> dict[str, Asked]:
        """The fields of the operation, as they were collected first."""
        if self._root is None:
            self._root = self._keep(grouped)
        return self._root

    def collected(self, type_: GraphQLObjectType, asked: Asked, collect: Collect) -> CollectedFields:
        """The fields of a selection as `collect` finds them, collected once."""
        found = self._collected.get((type_.name, id(asked)))
        if found is None:
            found = collect(type_, asked)
            if id(asked) in self._kept and len(self._collected) < MOST_SELECTIONS:
                self._keep(found.grouped_field_set)
                self._collected[type_.name, id(asked)] = found
        return found

    def field(self, parent: GraphQLObjectType, asked: Asked, collect: Collect) -> Place | None:
        """What completes a field of an object of that type, by the object's class; None where the field isn't plain."""
        key = id(asked)
        if key not in self._fields:
            if key not in self._kept:
                return None
            self._fields[key] = self._reason = None  # also where the next line raises
            member = self._member(parent, "", asked, collect)
            self._fields[key] = None if member is None else _place_of_member(member, self._give_way)
            self._why[key] = "field" if self._reason is None else self._reason
        return self._fields[key]

    def value(self, type_: GraphQLOutputType, asked: Asked, collect: Collect) -> Complete | None:
        """What completes a value that a field gave; None where more than plain data is asked of it."""
        key = id(type_), id(asked)
        if key not in self._values:
            if id(asked) not in self._kept:
                return None
            self._values[key] = None  # as above
            named = self._named(type_, asked, collect)
            self._values[key] = None if named is None else value_of(type_, named, self._give_way)
        return self._values[key]

    def why(self, parent: GraphQLObjectType, asked: Asked) -> str:
        """Why a field has no place; empty where it is graphql-core's by declaration."""
        return "" if parent.name.startswith("__") else self._why.get(id(asked), "size")

    def _note(self, reason: str) -> None:
        if self._reason is None:
            self._reason = reason

    def _keep(self, grouped: dict[str, Asked]) -> dict[str, Asked]:
        self._kept.update((id(asked), asked) for asked in grouped.values())
        return grouped

    def _named(self, type_: GraphQLOutputType, asked: Asked, collect: Collect) -> Named | None:
        named = get_named_type(type_)
        if is_leaf_type(named):
            if named.name not in self._leaves:
                self._leaves[named.name] = Leaf(named)
            return self._leaves[named.name]
        if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            return None
        types = [named] if isinstance(named, GraphQLObjectType) else self._schema.get_possible_types(named)
        found = {each.name: self._selection(each, asked, collect) for each in types}
        selections = {name: selection for name, selection in found.items() if selection is not None}
        return place_of(named, selections, self._info) if selections else None

    def _selection(self, type_: GraphQLObjectType, asked: Asked, collect: Collect) -> Selection | None:
        key = type_.name, id(asked)
        if key not in self._selections:
            if len(self._selections) >= MOST_SELECTIONS:
                self._note("size")
                return None
            self._selections[key] = None  # as above
            grouped = self.collected(type_, asked, collect).grouped_field_set
            self._selections[key] = self._selection_of(type_, grouped, collect)
        return self._selections[key]

    def _selection_of(self, type_: GraphQLObjectType, grouped: dict[str, Asked], collect: Collect) -> Selection | None:
        if any(self._read(type_, asked) is None for asked in grouped.values()):
            return None  # before anything below is looked at
        members = []
        for key, asked in grouped.items():
            member = self._member(type_, key, asked, collect)
            if member is None:
                return None
            members.append(member)
        return Selection(_attributes(members), partial(object_of, members, self._give_way))

    def _member(self, parent: GraphQLObjectType, key: str, asked: Asked, collect: Collect) -> Member | None:
        read = self._read(parent, asked)
        if read is None:
            return None
        how, type_, is_call = read
        named = self._named(type_, asked, collect)
        return None if named is None else Member(key, how, type_, named, is_call)

    def _read(self, parent: GraphQLObjectType, asked: Asked) -> tuple[Look, GraphQLOutputType, bool] | None:
        node = asked[0].node
        field = self._schema.get_field(parent, node.name.value)
        if field is None:
            return None
        how = (lambda _: parent.name) if field is TypeNameMetaFieldDef else self._info.read(field, node.name.value)
        if parent.name.startswith("__") or (node.name.value.startswith("__") and field is not TypeNameMetaFieldDef):
            how = ByCore.BY_CORE
        if isinstance(how, ByCore):
            self._note("")
            return None
        if isinstance(how, Call):
            return _called(how, field, node), field.type, True
        if how is None:
            self._note("field")
        if how is None or node.arguments or any(is_required_argument(each) for each in field.args.values()):
            return None
        return how, field.type, False


def _called(call: Call, field: GraphQLField, node: FieldNode) -> Callable[[Any], object]:
    function, convert = call
    if convert is None:
        return lambda value: function(value, running.get().here)
    key = id(node)

    def called(value: object) -> object:
        run = running.get()
        arguments = run.arguments.get(key)
        if arguments is None:
            arguments = run.arguments[key] = convert(get_argument_values(field, node, run.variables))
        return function(value, run.here, **arguments)

    return called


def _place_of_member(member: Member, pause: Pause) -> Place:
    """What makes a member of objects of any class that holds no more than data where the member is read off it."""
    selection = Selection(_attributes([member]), partial(steps_of, member, pause))
    place = Place(lambda _: selection)
    if not selection.attributes:
        place[NoneType] = selection.complete
    return place


def _attributes(members: list[Member]) -> tuple[str, ...]:
    return tuple(member.read for member in members if isinstance(member.read, str))
