"""How large a document and its variables may be: looked at before it is validated, which takes longer than its size tells."""

import re
from collections.abc import Iterator, Mapping, Sized
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from policy.errors import BadInput, Forbidden, TooComplex

TOKEN = re.compile(r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+"""|"(?:[^"\\\n]++|\\.)*+"|#[^\n\r]*|-?\d[\w.+-]*|\w+|\.\.\.|[^\s,\ufeff]')
"""A token of GraphQL, or a comment: the parser takes some ten times as long to count them."""
UNSTRUCTURED = re.compile(r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+"""|"(?:[^"\\\n]++|\\.)*+"|#[^\n\r]*')
ARGUMENTS = re.compile(r"\([^()]*\)")
SKIMMED = re.compile(r"[{}:@]|\.\.\.|\w+")
NO_FIELDS: Mapping[str, int] = {":": -1, "@": -1, "...": -2}
"""How many of the words around it are no fields, at most."""
NAME, TOP = re.compile(r"\w+"), re.compile(r"\b(?:query|mutation|subscription|fragment)\b")
MOST_GIVEN = 1_000
"""Elements of a list that has no limit of its own."""
INTROSPECTION = ("__schema", "__type")
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


class Outline(NamedTuple):
    """
    One operation or fragment, without what its fragments hold.

    spreads: (fragment, level at which it is spread)
    """

    fields: int
    depth: int
    aliases: int
    directives: int
    spreads: list[tuple[str, int]]
    introspects: bool


def read(text: str, limits: Limits) -> DocumentNode:
    """The document of a text. Raises TooComplex, BadInput, Forbidden, GraphQLSyntaxError."""
    expect_at_most(limits, "document", len(text.encode()))
    if sum(1 for _ in islice(TOKEN.finditer(text), limits.tokens + 1)) > limits.tokens:
        _refuse(limits, "tokens", f"more than {limits.tokens}")
    _skim(text, limits)
    document = parse(text)
    _expect_small(document, limits)
    return document


def _skim(text: str, limits: Limits) -> None:
    """Refuse what is too much by far without parsing it, which takes milliseconds."""
    bare = ARGUMENTS.sub(" ", UNSTRUCTURED.sub(" ", text))
    aliases, directives, spreads = bare.count(":"), bare.count("@"), bare.count("...")
    expect_at_most(limits, "aliases", aliases)
    expect_at_most(limits, "directives", directives)
    level = deepest = root = 0
    is_fragment = False
    for mark in SKIMMED.findall(bare):
        if mark == "{":
            level += 1
            deepest = max(deepest, level)
        elif mark == "}":
            level -= 1
            if level == 0:
                root, is_fragment = 0, False
        elif level == 0:
            is_fragment = is_fragment or mark == "fragment"
        elif level == 1 and not is_fragment:
            root += NO_FIELDS.get(mark, 1)
            if root > limits.root_fields:
                _refuse(limits, "root_fields", f"more than {limits.root_fields}")
    if deepest > 2 * limits.depth:  # inline fragments have braces too, and are no levels
        _refuse(limits, "depth", f"more than {limits.depth}")
    # of a spread at most two words are no field, of an operation or fragment four
    fields = len(NAME.findall(bare)) - aliases - directives - 2 * spreads - 4 * len(TOP.findall(bare))
    if fields > limits.fields:
        _refuse(limits, "fields", f"more than {limits.fields}")


def expect_few_values(variables: Mapping[str, Any] | None, limits: Limits) -> None:
    """Look at the variables before they are made values of the schema, element by element. Raises TooComplex, BadInput."""
    level: list[Any] = [variables or {}]
    values = nesting = 0
    while level:
        nesting += 1
        if nesting > limits.nesting:
            _refuse(limits, "nesting", f"more than {limits.nesting}")
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
        _refuse(limits, name, str(count))


def _refuse(limits: Limits, name: str, count: str) -> NoReturn:
    raise TooComplex(f"{WORDS[name].format(count)}; {getattr(limits, name)} at most are taken (VOCERO_MOST_{name.upper()})")


def _expect_small(document: DocumentNode, limits: Limits) -> None:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    expect_at_most(limits, "fragments", len(document.definitions) - len(operations))
    outlines = [_outline(each) for each in operations]
    outlined = {name: _outline(fragment) for name, fragment in fragments.items()}
    every = [*outlines, *outlined.values()]
    expect_at_most(limits, "aliases", sum(each.aliases for each in every))
    expect_at_most(limits, "directives", sum(each.directives for each in every))
    if not limits.introspection and any(each.introspects for each in every):
        raise Forbidden("introspection is off here; ask whoever runs the service for its schema (VOCERO_INTROSPECTION)")
    whole = _Whole(outlined)
    found = [whole.of(each) for each in outlines]
    found += [whole.named(name) for name in fragments if name not in whole.found]
    expect_at_most(limits, "fields", sum(fields for fields, _ in found))
    expect_at_most(limits, "depth", max((depth for _, depth in found), default=0))
    for operation in operations:
        expect_at_most(limits, "root_fields", sum(1 for _ in _fields_in([operation.selection_set], fragments)))
        _expect_few_repeats(operation.selection_set, fragments, limits)
    for name in fragments.keys() - whole.spread:
        _expect_few_repeats(fragments[name].selection_set, fragments, limits)


class _Whole:
    """How many fields an operation or fragment has, and how deep it is, with all that its fragments hold; each fragment is counted once."""

    def __init__(self, outlines: Mapping[str, Outline]) -> None:
        self._outlines = outlines
        self._open: set[str] = set()
        self.found: dict[str, tuple[int, int]] = {}
        self.spread: set[str] = set()

    def of(self, outline: Outline) -> tuple[int, int]:
        fields, depth = outline.fields, outline.depth
        for name, level in outline.spreads:
            inside, deep = self.named(name)
            self.spread.add(name)
            fields += 1 + inside
            depth = max(depth, level - 1 + deep)
        return fields, depth

    def named(self, name: str) -> tuple[int, int]:
        """As deep in itself as there are fragments, which are few. Raises BadInput."""
        if name in self._open:
            raise BadInput(f"the fragment `{name[:80]}` contains itself; leave it out of itself")
        if name not in self._outlines:
            return 0, 0  # validation says that there is none
        if name not in self.found:
            self._open.add(name)
            self.found[name] = self.of(self._outlines[name])
            self._open.remove(name)
        return self.found[name]


def _outline(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Outline:
    fields = depth = aliases = 0
    directives = len(definition.directives or ()) + sum(len(each.directives or ()) for each in definition.variable_definitions or ())
    introspects = False
    spreads: list[tuple[str, int]] = []
    waiting: list[tuple[SelectionSetNode, int]] = [(definition.selection_set, 1)]
    while waiting:
        selected, level = waiting.pop()
        for each in selected.selections:
            directives += len(each.directives or ())
            if isinstance(each, FragmentSpreadNode):
                spreads.append((each.name.value, level))
                continue
            fields += 1
            if isinstance(each, FieldNode):
                depth = max(depth, level)
                aliases += each.alias is not None
                introspects = introspects or each.name.value in INTROSPECTION
            inner = each.selection_set  # type: ignore[attr-defined]  # a field or an inline fragment
            if inner is not None:
                waiting.append((inner, level + isinstance(each, FieldNode)))
    return Outline(fields, depth, aliases, directives, spreads, introspects)


def _expect_few_repeats(selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits) -> None:
    """Look at each object of the answer; fragments are known not to contain themselves, and the fields to be few."""
    objects = [[selected]]
    while objects:
        asked: dict[str, tuple[int, list[SelectionSetNode]]] = {}
        for field in _fields_in(objects.pop(), fragments):
            name = (field.alias or field.name).value
            times, inner = asked.get(name, (0, []))
            expect_at_most(limits, "repeats", times + 1)
            if field.selection_set is not None:
                inner.append(field.selection_set)
            asked[name] = times + 1, inner
        objects += [inner for _, inner in asked.values() if inner]


def _fields_in(selected: list[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    waiting = list(selected)
    seen: set[str] = set()
    while waiting:
        for each in waiting.pop().selections:
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, FragmentSpreadNode):
                name = each.name.value
                if name not in seen and name in fragments:
                    waiting.append(fragments[name].selection_set)
                seen.add(name)
            else:
                waiting.append(each.selection_set)  # type: ignore[attr-defined]  # an inline fragment
