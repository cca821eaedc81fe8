"""When selections are compiled, when they are not, and how long what was made of a document is kept."""

import ast
import asyncio
import gc
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    build_schema,
    execute,
    parse,
)
from graphql.execution import Executor

import schema.compiled
from schema.compiled import AtRoot, Attributes, NotYet, Plans, Read, Shared, WithArguments, compiled
from schema.compiled.leaves import Leaf
from tests.schema.compiled.recipes import Colour, Other

SCHEMA = build_schema("""
    type Query { books: [Book!]!  one: Book  class: String }
    type Book { id: ID!  name: String  pages: Int!  chapters: [[Chapter!]]  from: String }
    type Chapter { title: String! }
""")
BOOKS = "{ books { id name pages chapters { title } } }"


class Thing:
    """Whatever it is given."""

    books: list[object]

    def __init__(self, **members: object) -> None:
        vars(self).update(members)


class Counting(Executor[None]):
    """Counts what graphql-core does itself."""

    fields = 0

    def execute_field(self, *arguments: Any) -> Any:  # noqa: ANN401
        Counting.fields += 1
        return super().execute_field(*arguments)


def book(number: int, **members: object) -> Thing:
    chapters = [[Thing(title="One"), Thing(title="Two")], None]
    return Thing(**{"id": f"b{number}", "name": None, "pages": number, "chapters": chapters, "from": "here", **members})


def library(*odd: object, size: int = 50) -> Thing:
    return Thing(**{"books": [*map(book, range(size)), *odd], "one": book(1), "class": "library"})


def plans_of(executor: type[Executor[Any]]) -> Plans:
    plans: Plans = executor.plans  # type: ignore[attr-defined]  # of a compiled one
    return plans


def asked(executor: type[Executor[Any]], document: DocumentNode, root: object, **others: Any) -> ExecutionResult:  # noqa: ANN401
    result = execute(SCHEMA, document, root, executor_class=executor, **others)
    assert isinstance(result, ExecutionResult)
    return result


def test_graphql_core_does_no_field_of_plain_data() -> None:
    faster, document = compiled(Counting, Attributes()), parse(BOOKS)
    Counting.fields = 0

    assert asked(faster, document, library()) == asked(Executor, document, library())
    assert Counting.fields == 0


def test_where_one_of_a_list_is_wrong_the_others_are_still_read() -> None:
    faster, document = compiled(Counting, Attributes()), parse(BOOKS)
    Counting.fields = 0
    root = library(book(7, pages="many"))

    assert asked(faster, document, root) == asked(Executor, document, root)
    assert Counting.fields == 2  # the list, and the pages


def test_a_plan_is_forgotten_with_its_document() -> None:
    faster, document = compiled(Executor, Attributes()), parse(BOOKS)
    for _ in range(2):
        asked(faster, document, library())
    kept = len(plans_of(faster))
    del document
    gc.collect()

    assert (kept, len(plans_of(faster))) == (1, 0)


def test_an_operation_with_other_fragments_is_another() -> None:
    """The same node may stand in two documents."""
    faster = compiled(Executor, Attributes())
    first = parse("{ one { ...F } } fragment F on Book { id }")
    second = parse("{ one { ...F } } fragment F on Book { name pages }")
    mixed = DocumentNode(definitions=(first.definitions[0], second.definitions[1]))

    for document in (first, mixed, first):
        assert asked(faster, document, library()) == asked(Executor, document, library())


def test_a_word_of_python_may_be_the_name_of_a_field() -> None:
    faster, document = compiled(Counting, Attributes()), parse("{ class one { from def: from None: name __typename } }")
    Counting.fields = 0

    assert asked(faster, document, library()) == asked(Executor, document, library())
    assert Counting.fields == 0


@pytest.mark.parametrize(
    "others",
    [
        {"field_resolver": lambda source, info: getattr(source, "id", None) if info.parent_type.name == "Book" else [book(3)]},
        {"middleware": [lambda next_, source, info, **arguments: "id" if info.field_name == "id" else next_(source, info, **arguments)]},
    ],
    ids=["field resolver", "middleware"],
)
def test_what_stands_between_an_object_and_its_fields_is_not_passed_by(others: dict[str, Any]) -> None:
    faster, document = compiled(Executor, Attributes()), parse("{ books { id } }")
    root = library(size=3)

    for _ in range(2):
        asked(faster, document, root)
        assert asked(faster, document, root, **others) == asked(Executor, document, root, **others) != asked(Executor, document, root)


def test_a_directive_that_is_not_known_leaves_all_to_graphql_core() -> None:
    faster, document = compiled(Counting, Attributes()), parse("{ one { id @odd } }")
    Counting.fields = 0

    assert asked(faster, document, library()) == asked(Executor, document, library())
    assert Counting.fields == 2


def test_a_resolver_is_called_once_though_what_it_gave_is_wrong() -> None:
    called: list[str] = []

    def resolve(source: Thing, info: GraphQLResolveInfo[Any]) -> object:
        called.append(info.field_name)
        return source.books

    books = GraphQLField(SCHEMA.type_map["Query"].fields["books"].type, resolve=resolve)  # type: ignore[attr-defined]
    other = build_schema("type Query { never: Int }")
    other.query_type = GraphQLObjectType("Query", {"books": books})
    document, root = parse(BOOKS), library(book(1, id=None))

    result = execute(other, document, root, executor_class=compiled(Executor, Attributes()))

    assert (result, called) == (execute(other, document, root), ["books", "books"])


def test_it_knows_graphql_core_alone() -> None:
    """So that it could be a package of its own."""
    folder = Path(schema.compiled.__file__).parent
    nodes = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    assert {module.split(".")[0] for module in modules if not module.startswith("schema.compiled")} <= {
        *(
            "collections",
            "contextlib",
            "decimal",
            "enum",
            "functools",
            "graphql",
            "itertools",
            "operator",
            "types",
            "typing",
            "uuid",
            "weakref",
        )
    }
    assert not [node for node in nodes if isinstance(node, ast.Import)]


def test_the_name_of_an_enums_value_is_not_told_of_another_that_has_its_place_in_memory() -> None:
    leaf = Leaf(GraphQLEnumType("Colour", {"RED": "r-1", "BLUE": "b-1"}))

    for number in [1] * 100:
        assert (leaf.complete(f"r-{number}"), leaf.complete(f"b-{number}")) == ("RED", "BLUE")


def test_a_member_of_a_python_enum_is_known_again() -> None:
    leaf = Leaf(GraphQLEnumType("Colour", Colour, names_as_values=None))

    assert [leaf.complete(Colour.RED) for _ in range(3)] == ["RED"] * 3
    with pytest.raises(GraphQLError):
        leaf.complete(Other.RED)


class Multiplying(Attributes):
    """Pages are counted by a function that takes an argument."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """`times` is read at once; the rest are attributes."""
        return WithArguments(lambda thing, by, plus=0: thing.pages * by + plus) if name == "times" else super().read(field, name)


def test_the_arguments_of_a_field_are_those_of_its_operation_each_time() -> None:
    """The same document is run again with other variables; literals, variables and defaults are coerced as graphql-core does it."""
    schema = build_schema("""type Query { books: [Book!]! }  type Book { pages: Int!  times(by: Int!, plus: Int = 7): Int! }""")
    calls = []

    def times(thing: Thing, _: GraphQLResolveInfo[None], by: int, plus: int) -> int:
        calls.append(by)
        return int(vars(thing)["pages"]) * by + plus

    schema.type_map["Book"].fields["times"].resolve = times  # type: ignore[attr-defined]
    executor = compiled(Executor, Multiplying())
    document = parse(
        "query ($by: Int!, $plus: Int) { books { a: times(by: 2)  b: times(by: $by, plus: $plus)  c: times(by: $by, plus: 1) } }"
    )
    root = Thing(books=[Thing(pages=number) for number in range(3)])
    for variables in ({"by": 3}, {"by": 4, "plus": 5}, {"by": 3, "plus": 0}, {"by": 3}):
        quick = execute(schema, document, root, variable_values=variables, executor_class=executor)
        assert calls == []
        assert quick == execute(schema, document, root, variable_values=variables)
        calls.clear()


class Sharing(Attributes):
    """The chapters of a book are decided by its edition; their titles by that alone, their lengths by the copy too."""

    def __init__(self) -> None:
        self.looked = 0

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """Counts how often chapters are looked at."""
        return (
            Shared(self._chapters, lambda book: book.edition, {"Chapter": ("title",)}) if name == "chapters" else super().read(field, name)
        )

    def _chapters(self, book: Thing) -> object:
        self.looked += 1
        return vars(book)["chapters"]


@pytest.mark.parametrize(("asked_of_chapters", "looks"), [("title", 2 + 3), ("again: title __typename", 2 + 3), ("title length", 24)])
def test_what_a_part_decides_is_completed_once_for_it_and_nothing_else_is(asked_of_chapters: str, looks: int) -> None:
    """Of 24 books 21 are of two editions, and three of none that others share."""
    schema = build_schema(
        "type Query { books: [Book!]! }  type Book { chapters: [Chapter!]! }  type Chapter { title: String!  length: Int }"
    )
    editions = [Thing(), Thing()]
    of = [editions[number % 2] if number % 8 else None for number in range(24)]
    chapters = [[Thing(title=f"of {of.index(edition) if edition else number}", length=number)] for number, edition in enumerate(of)]
    root = Thing(books=[Thing(edition=edition, chapters=each) for edition, each in zip(of, chapters, strict=True)])
    plain, document = Sharing(), parse(f"{{ books {{ chapters {{ {asked_of_chapters} }} }} }}")

    quick = execute(schema, document, root, executor_class=compiled(Executor, plain))

    assert quick == execute(schema, document, root)
    assert plain.looked == looks


class SharingAuthors(Attributes):
    """The author of a book, of whatever type, is known by its face, but for a person's age."""

    def __init__(self) -> None:
        self.looked = 0

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """Counts how often authors are looked at."""
        return Shared(self._author, lambda book: book.author.face, OF_A_FACE) if name == "author" else super().read(field, name)

    def _author(self, book: Thing) -> object:
        self.looked += 1
        return vars(book)["author"]

    def type_of(self, type_: GraphQLAbstractType | GraphQLObjectType, class_: type) -> str | None:
        """By the class."""
        return class_.__name__ if isinstance(type_, GraphQLAbstractType) else None


class Person(Thing):
    """One of the two types."""


class House(Thing):
    """The other one."""


OF_A_FACE = {"Person": ("name",), "House": ("name",)}


@pytest.mark.parametrize(
    ("asked_of_author", "looks"), [("name", 2), ("name ... on Person { age }", 8), ("... on House { name }", 2), ("__typename name", 2)]
)
def test_what_a_part_decides_is_shared_also_of_an_object_of_several_types(asked_of_author: str, looks: int) -> None:
    schema = build_schema(
        "type Query { books: [Book!]! }  type Book { author: Author! }  interface Author { name: String! }"
        "  type Person implements Author { name: String!  age: Int }  type House implements Author { name: String! }"
    )
    for name, class_ in (("Person", Person), ("House", House)):
        schema.type_map[name].is_type_of = lambda value, _, class_=class_: type(value) is class_  # type: ignore[attr-defined]
    faces = [object(), object()]
    root = Thing(books=[Thing(author=(Person, House)[n % 2](name=f"n{n % 2}", age=n, face=faces[n % 2])) for n in range(8)])
    document = parse(f"{{ books {{ author {{ {asked_of_author} }} }} }}")
    plain = SharingAuthors()

    quick = execute(schema, document, root, executor_class=compiled(Executor, plain))

    assert quick == execute(schema, document, root)
    assert plain.looked == looks


class Rooted(Attributes):
    """One book is found in the context."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """By its number, where the context has it."""
        return AtRoot(lambda context, number=0: context[number]) if name == "one" else super().read(field, name)


def test_a_root_field_that_is_asked_alone_is_read_of_the_context_and_else_as_ever() -> None:
    schema = build_schema("type Query { one(number: Int): Book }  type Book { id: ID! }")
    found = []

    def one(_: object, info: GraphQLResolveInfo[Any], number: int) -> Thing:
        found.append(number)
        return Thing(id=f"found {number}") if number not in info.context else info.context[number]

    schema.type_map["Query"].fields["one"].resolve = one  # type: ignore[attr-defined]
    context, executor = {1: Thing(id="b1")}, compiled(Executor, Rooted())
    document, both = parse("query ($n: Int!) { one(number: $n) { id } }"), parse("{ a: one(number: 1) { id } b: one(number: 1) { id } }")

    def ask(document: DocumentNode, **variables: int) -> list[int]:
        found.clear()
        quick = execute(schema, document, None, context, variables, executor_class=executor)
        asked = found.copy()
        assert quick == execute(schema, document, None, context, variables)
        return asked

    assert [ask(document, n=1), ask(document, n=2), ask(document, n=1), ask(both)] == [[], [2], [], [1, 1]]


class Waited(Attributes):
    """A book that is read once so many things were waited for; then it is `found`, an exception where there is none."""

    def __init__(self, waits: int, found: object) -> None:
        self.waits, self.found = waits, found
        self.waited, self.called = 0, 0

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """`one` is it."""
        return AtRoot(self.one) if name == "one" else super().read(field, name)

    def one(self, _: object) -> object:
        """It, as soon as all was waited for."""
        self.called += 1
        if self.waited < self.waits:
            raise NotYet(self.wait)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def wait(self) -> None:
        """For one of them."""
        await asyncio.sleep(0)
        self.waited += 1


FOUND = {
    "one": Thing(id="b1", name="N"),
    "bad": Thing(id=None, name="N"),
    "none": None,
    "error": ValueError("no such book"),
    "never": LookupError("still not there"),
}


@pytest.mark.parametrize("waits", [0, 1, 3])
@pytest.mark.parametrize("type_", ["Book", "Book!"])
@pytest.mark.parametrize("found", FOUND)
async def test_what_has_to_be_waited_for_is_waited_for_and_then_the_answer_is_that_of_graphql_core(
    found: str, type_: str, waits: int
) -> None:
    schema = build_schema(f"type Query {{ one: {type_} }}  type Book {{ id: ID!  name: String }}")
    document = parse("{ one { id name } }")
    resolved = []

    async def one(_: object, __: GraphQLResolveInfo[Any]) -> object:
        resolved.append(1)
        if found == "error":
            raise ValueError("no such book")
        return FOUND["one" if found == "never" else found]

    schema.type_map["Query"].fields["one"].resolve = one  # type: ignore[attr-defined]
    plain = Waited(waits, FOUND[found])

    async def ask(**how: Any) -> ExecutionResult:  # noqa: ANN401 - as graphql-core has it
        result = execute(schema, document, **how)
        return await result if isawaitable(result) else result

    quick, resolved_by_quick = await ask(executor_class=compiled(Executor, plain)), len(resolved)

    assert quick == await ask()
    assert [plain.waited, plain.called] == [waits, waits + 1]
    assert resolved_by_quick == (0 if found == "one" or (found, type_) == ("none", "Book") else 1)


async def test_a_wait_that_fails_leaves_the_answer_to_graphql_core() -> None:
    schema = build_schema("type Query { one: Book }  type Book { id: ID! }")
    schema.type_map["Query"].fields["one"].resolve = lambda *_: Thing(id="slow")  # type: ignore[attr-defined]
    plain = Waited(1, None)

    async def fail() -> None:
        raise RuntimeError("out of reach")

    plain.wait = fail  # type: ignore[method-assign]
    result = execute(schema, parse("{ one { id } }"), executor_class=compiled(Executor, plain))

    assert isawaitable(result)
    assert await result == ExecutionResult({"one": {"id": "slow"}}, None)
    assert plain.called == 1
