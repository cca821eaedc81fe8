"""Resolvers that fail where a test says so, and documents by chance whose every field can be made to fail."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from functools import wraps
from inspect import isawaitable
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

from policy.errors import BadInput

Path = tuple[str | int, ...]
MOMENT = 0.003
"""Seconds after which whatever else there is of a small document has begun."""
MESSAGE = "made to fail"


class Fault(Enum):
    """What becomes of a field."""

    RAISES = "raises"
    RAISES_LATE = "raises after a while"
    SLOW = "slow"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled after a while"

    @property
    def is_late(self) -> bool:
        return self in {Fault.RAISES_LATE, Fault.SLOW, Fault.CANCELLED_LATE}


class Faults:
    """
    The faults of one execution by their paths.

    asked: of each path that was resolved, the type of its field
    """

    def __init__(self, at: Mapping[Path, Fault]) -> None:
        self.at = at
        self.asked: dict[Path, GraphQLOutputType] = {}


_faults: ContextVar[Faults] = ContextVar("faults")


@contextmanager
def faults(at: Mapping[Path, Fault]) -> Iterator[Faults]:
    """Let these fields fail in whatever is executed meanwhile."""
    put = Faults(at)
    token = _faults.set(put)
    try:
        yield put
    finally:
        _faults.reset(token)


def made_faulty(schema: GraphQLSchema) -> None:
    """Have all resolvers of the schema fail as `faults` says, in place; what is plain in it stays so."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for field in type_.fields.values():
                if field.resolve is not None:
                    field.resolve = _faulty(field.resolve)


def _faulty(resolve: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(resolve)
    def resolver(source: object, info: GraphQLResolveInfo[Any], **arguments: object) -> Any:  # noqa: ANN401 - whatever it gives
        put, path = _faults.get(), tuple(info.path.as_list())
        put.asked[path] = info.return_type
        fault = put.at.get(path)
        if fault is None:
            return resolve(source, info, **arguments)
        if fault is Fault.RAISES:
            raise BadInput(MESSAGE)
        return _failing(fault, lambda: resolve(source, info, **arguments))

    return resolver


async def _failing(fault: Fault, resolved: Callable[[], Any]) -> object:
    found = resolved() if fault is Fault.SLOW else None
    if fault.is_late:
        await asyncio.sleep(MOMENT)
    if fault is Fault.RAISES_LATE:
        raise BadInput(MESSAGE)
    if fault is not Fault.SLOW:
        cancelled = asyncio.get_running_loop().create_future()
        cancelled.cancel()
        await cancelled
    return await _awaited(found) if isawaitable(found) else found


async def _awaited(found: Awaitable[object]) -> object:
    return await found


def place_of_null(path: Path, asked: Mapping[Path, GraphQLOutputType]) -> Path:
    """Where the null stands that an error of that path makes, by the types of the fields on its way; () = `data` itself."""
    while path:
        lists = 0
        while isinstance(path[len(path) - 1 - lists], int):
            lists += 1
        type_: Any = asked[path[: len(path) - lists]]
        for _ in range(lists):
            type_ = _nullable(type_).of_type
        if not isinstance(type_, GraphQLNonNull):
            return path
        path = path[:-1]
    return ()


def _nullable(type_: GraphQLOutputType) -> GraphQLList[Any]:
    found = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    assert isinstance(found, GraphQLList)
    return found


def with_null(data: Any, place: Path) -> Any:  # noqa: ANN401 - whatever is in an answer
    """Data with a null at that path."""
    if not place:
        return None
    key, *below = place
    if isinstance(data, list):
        return [with_null(each, tuple(below)) if number == key else each for number, each in enumerate(data)]
    return {name: with_null(each, tuple(below)) if name == key else each for name, each in data.items()}


class Documents:
    """
    Documents by chance.

    roots:     root fields with their arguments, to which a selection is added
    arguments: what is given for required arguments, by name
    without:   fields that are left out, as `Type.field`
    """

    def __init__(self, schema: GraphQLSchema, roots: list[str], arguments: Mapping[str, str], without: frozenset[str]) -> None:
        self._schema = schema
        self._roots = roots
        self._arguments = arguments
        self._without = without

    def one(self, chance: Random) -> str:
        """Some root fields, of which two ask the same in other words."""
        roots = chance.sample(self._roots, chance.choice([1, 2, 2, 3]))
        query = self._schema.query_type
        assert query is not None
        parts = []
        for number, root in enumerate([*roots, roots[0]]):
            named = get_named_type(query.fields[root.partition("(")[0]].type)
            parts.append(f"a{number}: {root} {'' if is_leaf_type(named) else self._selection(chance, named, 3)}")
        return "{ " + " ".join(parts) + " }"

    def _selection(self, chance: Random, type_: Any, depth: int) -> str:  # noqa: ANN401 - a composite type
        types = self._schema.get_possible_types(type_) if is_abstract_type(type_) else [type_]
        return "{ __typename " + " ".join(f"... on {each.name} {{ {self._fields(chance, each, depth)} }}" for each in types) + " }"

    def _fields(self, chance: Random, type_: GraphQLObjectType, depth: int) -> str:
        possible = {
            name: field
            for name, field in type_.fields.items()
            if f"{type_.name}.{name}" not in self._without and (depth > 0 or is_leaf_type(get_named_type(field.type)))
        }
        chosen = chance.sample([*possible], min(len(possible), chance.choice([1, 2, 3])))
        return " ".join(self._field(chance, type_.name, name, possible[name], depth) for name in chosen) or "__typename"

    def _field(self, chance: Random, parent: str, name: str, field: GraphQLField, depth: int) -> str:
        given = [f"{each}: {self._arguments[each]}" for each, argument in field.args.items() if is_required_argument(argument)]
        named = get_named_type(field.type)
        alias = f"{parent}_{name}"  # the types of one place may have fields of one name that can't be merged
        selection = "" if is_leaf_type(named) else self._selection(chance, named, depth - 1)
        return f"{alias}: {name}{'(' + ', '.join(given) + ')' if given else ''} {selection}"
