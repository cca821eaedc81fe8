"""How large a document may be: looked at before it is validated, which takes longer than its size tells."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from policy.errors import BadInput, Forbidden
from schema.cooperative_parser import parsed
from schema.limits import Limits, expect_at_most, refuse

TOKEN = re.compile(r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+"""|"(?:[^"\\\n]++|\\.)*+"|#[^\n\r]*|-?\d[\w.+-]*|\w+|\.\.\.|[^\s,\ufeff]')
"""A token of GraphQL, or a comment: the parser takes some ten times as long to count them."""
UNSTRUCTURED = re.compile(r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+"""|"(?:[^"\\\n]++|\\.)*+"|#[^\n\r]*')
ARGUMENTS = re.compile(r"\([^()]*\)")
SKIMMED = re.compile(r"[{}:@]|\.\.\.|\w+")
NO_FIELDS: Mapping[str, int] = {":": -1, "@": -1, "...": -2}
"""How many of the words around it are no fields, at most."""
NAME, TOP = re.compile(r"\w+"), re.compile(r"\b(?:query|mutation|subscription|fragment)\b")
INTROSPECTION = ("__schema", "__type")


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
        refuse(limits, "tokens", f"more than {limits.tokens}")
    _skim(text, limits)
    document = parsed(text)
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
                refuse(limits, "root_fields", f"more than {limits.root_fields}")
    if deepest > 2 * limits.depth:  # inline fragments have braces too, and are no levels
        refuse(limits, "depth", f"more than {limits.depth}")
    # of a spread at most two words are no field, of an operation or fragment four
    fields = len(NAME.findall(bare)) - aliases - directives - 2 * spreads - 4 * len(TOP.findall(bare))
    if fields > limits.fields:
        refuse(limits, "fields", f"more than {limits.fields}")


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
