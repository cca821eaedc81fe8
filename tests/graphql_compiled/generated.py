"""Schemas, documents and data for them, by chance."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
)
from graphql.pyutils import Undefined

from tests.graphql_compiled.recipes import (
    CLASSES,
    ODD,
    WRONG,
    Awaited0,
    Below0,
    Colour,
    Later,
    Raises,
    Recipe,
    Watched0,
    constant,
    listed,
    made,
)

NAMES = "abcd"
LEAVES = {
    "Int": GraphQLInt,
    "Float": GraphQLFloat,
    "String": GraphQLString,
    "ID": GraphQLID,
    "Boolean": GraphQLBoolean,
    "Short": GraphQLScalarType("Short", serialize=lambda value: value[:3]),
    "Any": GraphQLScalarType("Any"),
    "Words": GraphQLScalarType("Words", serialize=str),
    "Odd": GraphQLScalarType("Odd", serialize={1: 1, 2: Undefined, 3: {"of": [3]}, 5: Awaited0()}.get),
}
RIGHT: dict[str, list[object]] = {
    "Int": [0, -5, 2**31 - 1],
    "Float": [0.5, 3],
    "String": ["", "text", 'quo"te'],
    "ID": ["id", 12],
    "Boolean": [True, False],
    "Short": ["shorter"],
    "Any": ["any", 1, [1, 2], {"x": None}],
    "Words": ["words", 7],
    "Odd": [1, 2, 3, 4, 5],
    "Colour": [Colour.RED, Colour.GREEN],
}
OBJECTS = ("T0", "T1", "T2")
SWITCHES = ["@skip(if: $x)", "@include(if: $x)", "@include(if: $y)", "@skip(if: true) @include(if: $x)"]


class Shape(NamedTuple):
    """A type as it is drawn; wraps: from the outside in, N for non-null and L for list."""

    wraps: str
    named: str


class Chance(Random):
    """wrong: how often a value is wrong."""

    wrong = 0.0


class Case(NamedTuple):
    schema: GraphQLSchema
    document: str
    root: Recipe
    ways: list[dict[str, bool]]


def case_of(chance: Chance) -> Case:
    """One of each, that fit together as far as is right."""
    chance.wrong = chance.choice([0, 0.02, 0.1, 0.3])
    shared = _shape(chance)
    fields = {name: {"a": shared, **{field: _shape(chance) for field in NAMES[1:]}} for name in OBJECTS}
    fields |= {"Query": {field: _shape(chance) for field in NAMES}, "Shared": {"a": shared}, "Either": {}}
    resolving = {name: {chance.choice(NAMES): chance.choice(["", *RESOLVERS])} for name in fields}
    schema = _schema(fields, resolving, {name for name in OBJECTS if chance.random() < 0.5})
    root = made(CLASSES["T0"], {name: _value(chance, shape, fields, 3) for name, shape in fields["Query"].items()})
    fragments = {f"F{at}": chance.choice([*OBJECTS, "Shared"]) for at in range(2)}
    texts = [f"fragment {name} on {on} {_selection(chance, on, fields, 2, [])}" for name, on in fragments.items()]
    text = f"query ($x: Boolean!, $y: Boolean = true) {_selection(chance, 'Query', fields, 4, list(fragments))}"
    ways: list[dict[str, bool]] = [{"x": True}, {"x": False}, {"x": False, "y": False}]
    return Case(schema, "\n".join([text, *texts]), root, ways)


def _shape(chance: Chance) -> Shape:
    wraps = chance.choice(["", "N", "N", "L", "NL", "NLN", "NLN", "LN", "NLNLN", "LL"])
    return Shape(wraps, chance.choice([*RIGHT, *OBJECTS, *OBJECTS, *OBJECTS, "Shared", "Either"]))


def _schema(fields: dict[str, dict[str, Shape]], resolving: dict[str, dict[str, str]], checked: set[str]) -> GraphQLSchema:
    types: dict[str, Any] = dict(LEAVES)
    types["Colour"] = GraphQLEnumType("Colour", Colour, names_as_values=None)

    def typed(shape: Shape) -> Any:  # noqa: ANN401
        type_ = types[shape.named]
        for wrap in reversed(shape.wraps):
            type_ = GraphQLNonNull(type_) if wrap == "N" else GraphQLList(type_)
        return type_

    def fields_of(name: str) -> Callable[[], dict[str, GraphQLField]]:
        return lambda: {
            field: GraphQLField(typed(shape), resolve=RESOLVERS.get(resolving[name].get(field, "")))
            for field, shape in fields[name].items()
        }

    types["Shared"] = GraphQLInterfaceType("Shared", fields_of("Shared"), resolve_type=_type_of)
    for name in OBJECTS:
        is_one = (lambda value, _, name=name: isinstance(value, CLASSES[name])) if name in checked else None
        types[name] = GraphQLObjectType(name, fields_of(name), interfaces=[types["Shared"]], is_type_of=is_one)
    types["Either"] = GraphQLUnionType("Either", [types["T0"], types["T1"]], resolve_type=_type_of)
    return GraphQLSchema(GraphQLObjectType("Query", fields_of("Query")), types=[types[name] for name in OBJECTS])


def _type_of(value: object, info: GraphQLResolveInfo[Any], _: object) -> Any:  # noqa: ANN401
    if type(value) is Below0:
        return Later("T0", info.context)
    return next((name for name, class_ in CLASSES.items() if isinstance(value, class_)), None)


def _resolved(source: object, info: GraphQLResolveInfo[Any]) -> Any:  # noqa: ANN401
    info.context.append(f"resolved {info.path.as_list()} of {info.parent_type} by {len(info.field_nodes)}")
    return getattr(source, info.field_name, None)


def _changing(source: object, info: GraphQLResolveInfo[Any]) -> Any:  # noqa: ANN401
    found = _resolved(source, info)
    for name in NAMES:
        if name > info.field_name and isinstance(source, tuple(CLASSES.values())):
            setattr(source, name, None)
    return found


async def _resolved_later(source: object, info: GraphQLResolveInfo[Any]) -> Any:  # noqa: ANN401
    return _resolved(source, info)


def _raising(source: object, info: GraphQLResolveInfo[Any]) -> Any:  # noqa: ANN401
    _resolved(source, info)
    raise ValueError("raised")


RESOLVERS: dict[str, Any] = {"sync": _resolved, "async": _resolved_later, "raises": _raising, "changes": _changing}


def _value(chance: Chance, shape: Shape, fields: dict[str, dict[str, Shape]], depth: int) -> Recipe:
    if chance.random() < chance.wrong:
        wrong: Recipe = chance.choice(WRONG)
        return wrong
    if not shape.wraps.startswith("N") and chance.randint(0, 4) == 0:
        return constant(None)
    wraps = shape.wraps.removeprefix("N")
    if wraps.startswith("L"):
        kind = chance.choice(["list"] * 6 + ["tuple", "generator", "mapping", "stream"])
        of = Shape(wraps[1:], shape.named)
        return listed(kind, [_value(chance, of, fields, depth) for _ in range(chance.randint(0, 3))])
    if shape.named in RIGHT:
        return constant(chance.choice(RIGHT[shape.named]))
    return _object(chance, shape.named, fields, depth)


def _object(chance: Chance, named: str, fields: dict[str, dict[str, Shape]], depth: int) -> Recipe:
    possible = {"Shared": OBJECTS, "Either": ("T0", "T1")}.get(named, (named,))
    name = chance.choice([*possible] * 4 + [*OBJECTS])
    class_ = chance.choice([CLASSES[name]] * 5 + (ODD if name == "T0" else []))
    members = {}
    for field, shape in fields[name].items():
        if depth == 0 and shape.named not in RIGHT:
            members[field] = constant([] if "L" in shape.wraps else None)
        elif chance.random() >= chance.wrong / 3:
            members[field] = _value(chance, shape, fields, depth - 1)
        elif issubclass(class_, Watched0):
            members[field] = constant(Raises("out of a property"))
    return made(class_, members)


def _selection(chance: Chance, on: str, fields: dict[str, dict[str, Shape]], depth: int, fragments: list[str]) -> str:
    chosen = []
    for _ in range(chance.randint(1, 4)):
        kind = chance.choice(["field"] * 7 + ["typename", "inline", "spread"])
        switch = chance.choice([""] * 8 + SWITCHES)
        if kind == "inline":
            narrower = chance.choice([on, *OBJECTS, "Shared"])
            condition = chance.choice(["", f"on {narrower}"])
            inner = _selection(chance, narrower if condition else on, fields, depth, fragments)
            chosen.append(f"... {condition} {switch} {inner}")
        elif kind == "spread" and fragments:
            chosen.append(f"...{chance.choice(fragments)} {switch}")
        elif kind == "typename" or not fields[on]:
            chosen.append(f"{chance.choice(['', 'b:'])} __typename {switch}")
        else:
            name = chance.choice([*fields[on]])
            named = fields[on][name].named
            inner = "" if named in RIGHT or depth == 0 else _selection(chance, named, fields, depth - 1, fragments)
            chosen.append(f"{chance.choice(['', '', 'a:', 'other:'])} {name} {switch} {inner}")
    return "{" + " ".join(chosen) + "}"
