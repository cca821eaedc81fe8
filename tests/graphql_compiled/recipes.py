"""Values to answer with, right ones and wrong ones, made anew for each execution; what is done to them is written down."""

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from enum import Enum
from typing import Any, NamedTuple, NoReturn

from graphql_compiled import Fallbacks, Mode


def in_mode(mode: Mode) -> Fallbacks:
    """Counts of an executor in this mode, whatever the environment says."""
    fallbacks = Fallbacks()
    fallbacks.mode = mode
    return fallbacks


Log = list[str]
Recipe = Callable[[Log], Any]


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class Other(Enum):
    RED = "red"


class Plain0:
    """Of the type T0, and nothing but data."""


class Plain1:
    """The same of T1, with slots."""

    __slots__ = ("a", "b", "c", "d", "log")


class Plain2:
    """The same of T2, with defaults in the class."""

    a: Any = None
    b: Any = 3


class Below0(Plain0):
    """A class that the schema's owner said nothing of."""


class Watched0(Plain0):
    """Has its attributes in properties, which are written down, and may raise."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.held: dict[str, Any] = {}


def _watched(name: str) -> property:
    def read(self: Watched0) -> Any:  # noqa: ANN401
        self.log.append(f"read {name}")
        value = self.held.get(name)
        return value() if isinstance(value, Raises) else value

    def write(self: Watched0, value: object) -> None:
        self.held[name] = value

    return property(read, write)


for _name in "abcd":
    setattr(Watched0, _name, _watched(_name))


class Asked0(Watched0):
    """Is asked for what it hasn't."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        self.log.append(f"getattr {name}")
        raise AttributeError(name)


class Awaited0(Plain0):
    """Awaits itself."""

    def __await__(self) -> Generator[None, None, Any]:
        yield
        return Plain0()


class Called0(Plain0):
    """Gives something else when it is called."""

    def __call__(self, _: object, **__: object) -> Plain0:
        return Plain0()


class Raises(NamedTuple):
    message: str

    def __call__(self) -> NoReturn:
        raise ValueError(self.message)


class Later:
    """An awaitable, of a class that tells it."""

    def __init__(self, value: object, log: Log) -> None:
        self.value, self.log = value, log

    def __await__(self) -> Generator[None, None, Any]:
        self.log.append("awaited")
        yield
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Streamed:
    """An asynchronous iterable."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    async def __aiter__(self) -> AsyncIterator[Any]:
        for value in self.values:
            yield value


class Disguised:
    """Says that it is an exception."""

    @property  # type: ignore[misc]  # that is the disguise
    def __class__(self) -> type:
        return ValueError

    def __str__(self) -> str:
        return "disguised"


CLASSES = {"T0": Plain0, "T1": Plain1, "T2": Plain2}
ODD: list[type] = [Below0, Watched0, Watched0, Asked0, Awaited0, Called0]


def constant(value: object) -> Recipe:
    return lambda _: value


def later(recipe: Recipe) -> Recipe:
    return lambda log: Later(recipe(log), log)


def called(recipe: Recipe) -> Recipe:
    def make(log: Log) -> Any:  # noqa: ANN401
        def call(_: object, **__: object) -> Any:  # noqa: ANN401
            log.append("called")
            return recipe(log)

        return call

    return make


def listed(kind: str, recipes: list[Recipe]) -> Recipe:
    def make(log: Log) -> Any:  # noqa: ANN401
        values = [recipe(log) for recipe in recipes]
        if kind == "generator":
            return _generated(values, log)
        of: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple, "mapping": dict.fromkeys, "stream": Streamed}
        return of[kind](range(len(values)) if kind == "mapping" else values)  # type: ignore[arg-type]

    return make


def _generated(values: list[Any], log: Log) -> Iterator[Any]:
    for value in values:
        log.append("generated")
        yield value


def made(class_: type, members: dict[str, Recipe]) -> Recipe:
    def make(log: Log) -> Any:  # noqa: ANN401
        thing = class_(log) if issubclass(class_, Watched0) else class_()
        for name, recipe in members.items():
            setattr(thing, name, recipe(log))
        return thing

    return make


WRONG: list[Recipe] = [
    constant(None),
    constant(7),
    constant("seven"),
    constant(value=True),
    constant(2.5),
    constant(2**40),
    constant(object()),
    constant(Other.RED),
    constant({"a": 1}),
    lambda _: ValueError("returned, not raised"),
    lambda _: Disguised(),
    later(constant(1)),
    later(constant(None)),
    later(lambda _: ValueError("awaited")),
    called(constant("x")),
]
