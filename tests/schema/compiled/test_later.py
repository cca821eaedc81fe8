"""Values that are made when something is asked of them that was not asked before."""

from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLField, GraphQLObjectType, GraphQLResolveInfo, build_schema, execute, parse
from graphql.execution import Executor

from schema.compiled import Attributes, InContext, Later, Read, Within, compiled
from schema.compiled import later as later_module

SCHEMA = """
    type Query { shop: Shop! }
    type Shop { best: Book!  books: [Book!]!  maybe: Book }
    type Book { id: ID!  title: String!  pages(times: Int = 1): Int!  author: Author! }
    type Author { name: String!  age: Int }
"""


class Thing:
    """Whatever it is given."""

    def __init__(self, **members: object) -> None:
        vars(self).update(members)


class Coming(Later):
    """Counts how often it is made, and keeps as much as it may."""

    def __init__(self, value: object, *, keeps: bool) -> None:
        self.made = 0
        self._kept: dict[int, object] = {}
        self._value = value
        self._keeps = keeps

    def known(self, selection: int) -> object:
        return self._kept.get(selection)

    def make(self) -> object:
        self.made += 1
        return self._value

    def keep(self, selection: int, completed: object) -> None:
        if self._keeps:
            self._kept[selection] = completed


class Shop(Attributes):
    """Its books come later; what is asked of an author but the name can't be kept."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """Books are found in the context."""
        if name in {"best", "books", "maybe"}:
            return InContext(lambda context, _: context[name])
        return super().read(field, name)

    def within(self, type_: GraphQLObjectType) -> Within | None:
        """Of a book."""
        return {"Book": ("id", "title", "author", "pages"), "Author": ("name",)} if type_.name == "Book" else None


BOOKS = [Thing(id=f"b{number}", title=f"T{number}", pages=number, author=Thing(name="A", age=40 + number)) for number in range(3)]
EXECUTOR = compiled(Executor, Shop())


@pytest.fixture
def context() -> dict[str, Any]:
    """One book, a list of them that is made as a whole, and one that may be absent."""
    return {"best": Coming(BOOKS[0], keeps=True), "books": Coming(BOOKS, keeps=True), "maybe": Coming(BOOKS[2], keeps=False)}


def ask(selected: str, context: dict[str, Any], **variables: object) -> ExecutionResult:
    """What is answered; the same as without anything that comes later."""
    schema, document = build_schema(SCHEMA), parse(selected)
    for name, values in (("best", BOOKS[0]), ("books", BOOKS), ("maybe", BOOKS[2])):
        schema.type_map["Shop"].fields[name].resolve = lambda *_, values=values: values  # type: ignore[attr-defined]

    def pages(book: Thing, _: GraphQLResolveInfo[None], times: int) -> int:
        return int(vars(book)["pages"]) * times

    schema.type_map["Book"].fields["pages"].resolve = pages  # type: ignore[attr-defined]
    root = Thing(shop=Thing())
    quick = execute(schema, document, root, context, variables, executor_class=EXECUTOR)
    assert isinstance(quick, ExecutionResult)
    assert quick == execute(schema, document, root, context, variables)
    return quick


def made(context: dict[str, Any]) -> list[int]:
    return [each.made for each in context.values()]


def test_what_was_asked_before_is_not_made_again(context: dict[str, Any]) -> None:
    first = ask("{ shop { best { id title } } }", context)
    again = ask("query Another { shop { ...S } } fragment S on Shop { best { id title } }", context)

    assert first.data == again.data
    assert made(context) == [1, 0, 0]


@pytest.mark.parametrize("other", ["title id", "id again: title", "id title author { name }", "id title __typename"])
def test_what_was_not_asked_before_is_made(context: dict[str, Any], other: str) -> None:
    ask("{ shop { best { id title } } }", context)
    ask(f"{{ shop {{ best {{ {other} }} }} }}", context)
    ask(f"{{ shop {{ best {{ {other} }} }} }}", context)

    assert made(context) == [2, 0, 0]


def test_a_list_is_kept_as_a_whole(context: dict[str, Any]) -> None:
    for _ in range(3):
        ask("{ shop { books { author { name } } best { id } } }", context)

    assert made(context) == [1, 1, 0]


@pytest.mark.parametrize(("asked", "makes"), [("author { name age }", 3), ("id author { age }", 3), ("id pages(times: 2)", 0)])
def test_what_hangs_on_more_is_made_each_time(context: dict[str, Any], asked: str, makes: int) -> None:
    """Or is graphql-core's to do altogether."""
    for _ in range(3):
        ask(f"{{ shop {{ books {{ {asked} }} }} }}", context)

    assert made(context) == [0, makes, 0]


def test_what_there_is_no_room_for_is_made_each_time(context: dict[str, Any]) -> None:
    for _ in range(3):
        ask("{ shop { maybe { id } } }", context)

    assert made(context) == [0, 0, 3]


def test_switches_of_a_document_are_different_questions(context: dict[str, Any]) -> None:
    document = "query ($on: Boolean!) { shop { best { id title @include(if: $on) } } }"
    for is_on in (True, False, True, False):
        assert ask(document, context, on=is_on).data == {"shop": {"best": {"id": "b0"} | ({"title": "T0"} if is_on else {})}}

    assert made(context) == [2, 0, 0]


def test_a_number_is_never_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later_module, "MOST_SPELLINGS", 3)
    spellings = later_module.Spellings()

    numbers = [spellings.number(each) for each in "aabbccddaa"]
    assert numbers == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
