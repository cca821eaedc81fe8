"""One operation, with its switches set: what is completed by which function."""

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from types import NoneType
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
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

from schema.compiled.completions import Comes, Complete, Member, Named, Pause, member_of, object_of, value_of
from schema.compiled.later import Spellings, Within
from schema.compiled.leaves import Leaf
from schema.compiled.places import Place, Selection, place_of
from schema.compiled.plain import AtRoot, GiveWay, InContext, Look, Plain, Shared, WithArguments

MOST_SELECTIONS = 1000
"""How many selections are looked at in one operation: a deep one of interfaces has them in every combination of types."""

Asked = list[FieldDetails]
"""The nodes that ask for one member of one type's objects. Known by identity, as in graphql-core, and kept: so no other has its id."""

Collect = Callable[[GraphQLObjectType, Asked], CollectedFields]
"""What is asked of an object of that type: graphql-core's own."""


class Plan:
    """Grows with what the operation meets: types of objects, and classes of values."""

    def __init__(self, schema: GraphQLSchema, plain: Plain, spellings: Spellings, give_way: GiveWay) -> None:
        self._schema = schema
        self._plain = plain
        self._give_way = give_way
        self._spellings = spellings
        self._root: dict[str, Asked] | None = None
        self._kept: dict[int, Asked] = {}
        self._collected: dict[tuple[str, int], CollectedFields] = {}
        self._selections: dict[tuple[str, int], Selection | None] = {}
        self._leaves: dict[str, Leaf] = {}
        self._fields: dict[int, Place | None] = {}
        self._values: dict[tuple[int, int], Complete | None] = {}
        self.variables: VariableValues | None = None
        self.context: object = None
        """Of the operation whose value is being completed; another may run only in `_pause`."""
        self._coerced_for: VariableValues | None = None
        self._coerced: dict[int, dict[str, Any]] = {}

    def root(self, grouped: dict[str, Asked]) -> dict[str, Asked]:
        """The same fields, as they were collected first."""
        if self._root is None:
            self._root = self._keep(grouped)
        return self._root

    def collected(self, type_: GraphQLObjectType, asked: Asked, collect: Collect) -> CollectedFields:
        """The same as `collect`, once."""
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
            self._fields[key] = None  # also where the next line raises
            member = self._member(parent, "", asked, collect)
            self._fields[key] = None if member is None else _place_of_member(member, self._pause, at_root=parent is self._schema.query_type)
        return self._fields[key]

    def value(self, type_: GraphQLOutputType, asked: Asked, collect: Collect) -> Complete | None:
        """What completes a value that a field gave; None where more than plain data is asked of it."""
        key = id(type_), id(asked)
        if key not in self._values:
            if id(asked) not in self._kept:
                return None
            self._values[key] = None  # as above
            named = self._named(type_, asked, collect)
            self._values[key] = None if named is None else value_of(type_, named, self._pause)
        return self._values[key]

    def _pause(self) -> None:
        variables, context = self.variables, self.context
        if self._give_way():
            self.variables, self.context = variables, context

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
        return place_of(named, selections, self._plain) if selections else None

    def _selection(self, type_: GraphQLObjectType, asked: Asked, collect: Collect) -> Selection | None:
        key = type_.name, id(asked)
        if key not in self._selections:
            if len(self._selections) >= MOST_SELECTIONS:
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
        return Selection(_attributes(members), partial(object_of, members, self._pause))

    def _member(self, parent: GraphQLObjectType, key: str, asked: Asked, collect: Collect) -> Member | None:
        read = self._read(parent, asked)
        if read is None:
            return None
        how, type_, shared = read
        named = self._named(type_, asked, collect)
        if named is None:
            return None
        of = get_named_type(type_)
        is_shared = shared is not None and self._spelled(of, asked, shared.within, collect) is not None
        return Member(key, how, type_, named, shared.part if shared is not None and is_shared else None, self._comes(of, asked, collect))

    def _comes(self, type_: GraphQLNamedType, asked: Asked, collect: Collect) -> Comes | None:
        within = self._plain.within(type_) if isinstance(type_, GraphQLObjectType) else None
        spelled = None if within is None else self._spelled(type_, asked, within, collect)
        return None if within is None else Comes(None if spelled is None else self._spellings.number((type_.name, spelled)))

    def _spelled(self, type_: GraphQLNamedType, asked: Asked, within: Within, collect: Collect) -> Hashable | None:
        """What is asked, of this type and below, of an abstract one: whichever it is; None where that is more than these fields."""
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            types = self._schema.get_possible_types(type_)
            return _all_of((each.name, self._spelled(each, asked, within, collect)) for each in types)
        if not isinstance(type_, GraphQLObjectType):
            return () if is_leaf_type(type_) else None
        return _all_of(
            (key, self._spelled_field(type_, below, within, collect))
            for key, below in self.collected(type_, asked, collect).grouped_field_set.items()
        )

    def _spelled_field(self, type_: GraphQLObjectType, asked: Asked, within: Within, collect: Collect) -> Hashable | None:
        node = asked[0].node
        name, field = node.name.value, self._schema.get_field(type_, node.name.value)
        if field is TypeNameMetaFieldDef:
            return name
        if field is None or node.arguments or name not in within.get(type_.name, ()):
            return None
        return _all_of(((name, self._spelled(get_named_type(field.type), asked, within, collect)),))

    def _read(self, parent: GraphQLObjectType, asked: Asked) -> tuple[Look, GraphQLOutputType, Shared | None] | None:
        node = asked[0].node
        field = self._schema.get_field(parent, node.name.value)
        if field is None:
            return None
        how = (lambda _: parent.name) if field is TypeNameMetaFieldDef else self._plain.read(field, node.name.value)
        if isinstance(how, WithArguments):
            function = how.function
            return (lambda value: function(value, **self._arguments(field, node))), field.type, None
        if isinstance(how, InContext):
            look = how.function
            return (lambda value: look(self.context, value, **self._arguments(field, node))), field.type, None
        if isinstance(how, AtRoot):
            begin = how.function
            is_alone = self._root is not None and len(self._root) == 1
            return ((lambda _: begin(self.context, **self._arguments(field, node))), field.type, None) if is_alone else None
        if how is None or node.arguments or any(is_required_argument(each) for each in field.args.values()):
            return None
        return (how.look, field.type, how) if isinstance(how, Shared) else (how, field.type, None)

    def _arguments(self, field: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """Those of a field, coerced once for an operation."""
        if self._coerced_for is not self.variables:
            self._coerced_for, self._coerced = self.variables, {}
        found = self._coerced.get(id(node))
        if found is None:
            found = self._coerced[id(node)] = get_argument_values(field, node, self.variables)
        return found


def _all_of(spelled: Iterable[tuple[str, Hashable | None]]) -> Hashable | None:
    found = tuple(spelled)
    return None if any(below is None for _, below in found) else found


def _place_of_member(member: Member, pause: Pause, *, at_root: bool) -> Place:
    selection = Selection(_attributes([member]), partial(member_of, member, pause))
    place = Place(lambda _: selection)
    if at_root and not selection.attributes:
        place[NoneType] = selection.complete
    return place


def _attributes(members: list[Member]) -> tuple[str, ...]:
    return tuple(member.read for member in members if isinstance(member.read, str))
