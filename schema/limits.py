"""The most that one operation may be, and what is looked at without knowing its document."""

from collections.abc import Mapping, Sized
from typing import Any, NamedTuple, NoReturn

from policy.errors import BadInput, TooComplex

MOST_GIVEN = 1_000
"""Elements of a list that has no limit of its own."""
WORDS: Mapping[str, str] = {
    "document": "the document has {} bytes",
    "tokens": "the document has {} tokens and comments",
    "depth": "the document has {} levels of fields",
    "fields": "the document has {} fields, those of a fragment counted wherever it is spread",
    "root_fields": "an operation has {} root fields",
    "aliases": "the document has {} aliases",
    "directives": "the document has {} directives",
    "fragments": "the document has {} fragments",
    "repeats": "the document asks {} times for one field of the same object",
    "values": "the variables have {} values",
    "nesting": "the variables have {} levels",
}


class Limits(NamedTuple):
    """
    The most that one operation may be; each member but the last two is a setting VOCERO_MOST_<NAME>.

    document:   bytes of its text
    fields:     of all operations, those of a fragment counted wherever it is spread, and each spread as one
    repeats:    how often one field of an answer is asked for: validation compares each two of them
    nesting:    levels of lists and objects in the variables
    cost:       what an operation of a caller who reads everything may cost; bound_cost: of one bound to a node
    watches:    of one caller, in one process
    seconds:    the longest time that an operation may take; a mutation is not cut off
    """

    document: int = 300_000
    tokens: int = 20_000
    depth: int = 20
    fields: int = 2_500
    root_fields: int = 250
    aliases: int = 500
    directives: int = 100
    fragments: int = 50
    repeats: int = 50
    values: int = 100_000
    listed: int = 10_000
    nesting: int = 500
    cost: int = 10_000_000
    bound_cost: int = 5_000_000
    watches: int = 100
    watches_in_all: int = 1_000
    introspection: bool = True
    seconds: float = 30.0


def expect_few_values(variables: Mapping[str, Any] | None, limits: Limits) -> None:
    """Look at the variables before they are made values of the schema, element by element. Raises TooComplex, BadInput."""
    level: list[Any] = [variables or {}]
    values = nesting = 0
    while level:
        nesting += 1
        if nesting > limits.nesting:
            refuse(limits, "nesting", f"more than {limits.nesting}")
        below: list[Any] = []
        for each in level:
            if type(each) is list and len(each) > limits.listed:
                raise BadInput(f"a list in the variables has {len(each)} elements; give {limits.listed} at most (VOCERO_MOST_LISTED)")
            values += len(each)
            expect_at_most(limits, "values", values)
            below += [inner for inner in (each if type(each) is list else each.values()) if type(inner) in {list, dict}]
        level = below


def expect_few(given: Sized | None, name: str) -> None:
    """Look at a list that an argument gives. Raises BadInput."""
    if given is not None and len(given) > MOST_GIVEN:
        raise BadInput(f"`{name}` has {len(given)} elements; give {MOST_GIVEN} at most")


def expect_at_most(limits: Limits, name: str, count: int) -> None:
    """Raises TooComplex."""
    if count > getattr(limits, name):
        refuse(limits, name, str(count))


def refuse(limits: Limits, name: str, count: str) -> NoReturn:
    """Raises TooComplex."""
    raise TooComplex(f"{WORDS[name].format(count)}; {getattr(limits, name)} at most are taken (VOCERO_MOST_{name.upper()})")
