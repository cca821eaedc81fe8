"""The functions that complete values, built of each other: one for each place where a value stands in a document."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from schema.compiled.later import Later
from schema.compiled.leaves import Leaf, Unfit
from schema.compiled.plain import Look

Complete = Callable[[Any], object]
"""Makes of a value what the answer says of it. Where it can't it raises whatever it likes; then nothing has been done yet."""

Named = Leaf | dict[type, Complete]
"""What completes the values of a type without its lists: a leaf's, or objects by their class."""

MOST_PARTS = 1_000
"""How many parts are kept of one member, of one document."""


class Comes(NamedTuple):
    """The number of what is asked of an object that may come `Later`; None where what is asked can't be kept."""

    selection: int | None


class Member(NamedTuple):
    """One member of an object of the answer."""

    key: str
    read: Look
    type: GraphQLOutputType
    named: Named
    part: Callable[[Any], object] | None = None
    """What decides it, where several objects may share that."""
    comes: Comes | None = None
    """How objects are kept that may come `Later`; None = they don't."""


Pause = Callable[[], None]
"""Called between the elements of lists: there others may have their turn."""


def object_of(members: list[Member], pause: Pause) -> Complete:
    """The function that makes an object."""
    parts = [(member.key, member_of(member, pause)) for member in members]
    return lambda value: {key: complete(value) for key, complete in parts}


def member_of(member: Member, pause: Pause) -> Complete:
    """The function that makes one member of an object, without its key."""
    read, complete = _reader(member.read), value_of(member.type, member.named, pause, member.comes)
    if member.part is not None:
        return _by_part(member.part, lambda value: complete(read(value)))
    return lambda value: complete(read(value))


def _by_part(part: Callable[[Any], object], complete: Complete) -> Complete:
    """The same as `complete`, whose value for the very same part is kept, and the part with it, so that no other has its id."""
    known: dict[int, tuple[object, object]] = {}

    def by_part(value: object) -> object:
        of = part(value)
        found = known.get(id(of))
        if found is None:
            found = of, complete(value)
            if of is not None:
                if len(known) >= MOST_PARTS:
                    known.clear()  # many may be of objects that are gone
                known[id(of)] = found
        return found[1]

    return by_part


def value_of(type_: GraphQLOutputType, named: Named, pause: Pause, comes: Comes | None = None) -> Complete:
    """The function that completes values of a type; comes: as of a member."""
    if not isinstance(type_, GraphQLNonNull):
        return _or_none(value_of(GraphQLNonNull(type_), named, pause, comes))
    if isinstance(type_.of_type, GraphQLList):
        return _or_later(_each(value_of(type_.of_type.of_type, named, pause, comes), pause), comes)
    return named.complete if isinstance(named, Leaf) else _or_later(lambda value: named[type(value)](value), comes)


def _or_later(complete: Complete, comes: Comes | None) -> Complete:
    if comes is None:
        return complete
    selection = comes.selection
    if selection is None:
        return lambda value: complete(value.make()) if isinstance(value, Later) else complete(value)

    def of_kept(value: object) -> object:
        if not isinstance(value, Later):
            return complete(value)
        found = value.known(selection)
        if found is None:
            found = complete(value.make())
            value.keep(selection, found)
        return found

    return of_kept


def _reader(read: Look) -> Callable[[Any], object]:
    return attrgetter(read) if isinstance(read, str) else read


def _or_none(complete: Complete) -> Complete:
    return lambda value: None if value is None else complete(value)


def _each(complete: Complete, pause: Pause) -> Complete:
    def each(values: object) -> object:
        if type(values) is list or type(values) is tuple:
            found = []
            for value in values:
                found.append(complete(value))
                pause()
            return found
        raise Unfit  # to look at anything else may be to use it up

    return each
