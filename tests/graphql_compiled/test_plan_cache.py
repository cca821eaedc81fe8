"""When selections are compiled, when they are not, and how long what was made of a document is kept."""

import ast
import gc
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    ExecutionResult,
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

import graphql_compiled
from graphql_compiled import Attributes, ByCore, Call, Mode, NotCompiled, Plans, Read, compiled
from graphql_compiled.leaves import Leaf
from tests.graphql_compiled.recipes import Colour, Other, in_mode

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
    faster, document = compiled(Counting, Attributes(), fallbacks=in_mode(Mode.ON)), parse(BOOKS)
    Counting.fields = 0

    assert asked(faster, document, library()) == asked(Executor, document, library())
    assert Counting.fields == 0


def test_where_one_of_a_list_is_wrong_the_others_are_still_read() -> None:
    faster, document = compiled(Counting, Attributes(), fallbacks=in_mode(Mode.ON)), parse(BOOKS)
    Counting.fields = 0
    root = library(book(7, pages="many"))

    assert asked(faster, document, root) == asked(Executor, document, root)
    assert Counting.fields == 2  # the list, and the pages


def test_a_plan_is_forgotten_with_its_document() -> None:
    faster, document = compiled(Executor, Attributes(), fallbacks=in_mode(Mode.ON)), parse(BOOKS)
    for _ in range(2):
        asked(faster, document, library())
    kept = len(plans_of(faster))
    del document
    gc.collect()

    assert (kept, len(plans_of(faster))) == (1, 0)


def test_an_operation_with_other_fragments_is_another() -> None:
    """The same node may stand in two documents."""
    faster = compiled(Executor, Attributes(), fallbacks=in_mode(Mode.ON))
    first = parse("{ one { ...F } } fragment F on Book { id }")
    second = parse("{ one { ...F } } fragment F on Book { name pages }")
    mixed = DocumentNode(definitions=(first.definitions[0], second.definitions[1]))

    for document in (first, mixed, first):
        assert asked(faster, document, library()) == asked(Executor, document, library())


def test_a_word_of_python_may_be_the_name_of_a_field() -> None:
    faster, document = (
        compiled(Counting, Attributes(), fallbacks=in_mode(Mode.ON)),
        parse("{ class one { from def: from None: name __typename } }"),
    )
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
    faster, document = compiled(Executor, Attributes(), fallbacks=in_mode(Mode.ON)), parse("{ books { id } }")
    root = library(size=3)

    for _ in range(2):
        asked(faster, document, root)
        assert asked(faster, document, root, **others) == asked(Executor, document, root, **others) != asked(Executor, document, root)


def test_a_directive_that_is_not_known_leaves_all_to_graphql_core() -> None:
    faster, document = compiled(Counting, Attributes(), fallbacks=in_mode(Mode.ON)), parse("{ one { id @odd } }")
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

    result = execute(other, document, root, executor_class=compiled(Executor, Attributes(), fallbacks=in_mode(Mode.ON)))

    assert (result, called) == (execute(other, document, root), ["books", "books"])


def test_it_knows_graphql_core_alone() -> None:
    """So that it could be a package of its own."""
    folder = Path(graphql_compiled.__file__).parent
    nodes = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    assert {module.split(".")[0] for module in modules if not module.startswith("graphql_compiled")} <= {
        *(
            "collections",
            "contextvars",
            "contextlib",
            "decimal",
            "enum",
            "functools",
            "graphql",
            "itertools",
            "operator",
            "os",
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
        return Call(lambda thing, _, by, plus=0: thing.pages * by + plus, dict) if name == "times" else super().read(field, name)


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


class Rooted(Attributes):
    """One book is found in the context."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """By its number, where the context has it."""
        return Call(lambda _, context, number=0: context[number], dict) if name == "one" else super().read(field, name)


def test_a_root_field_is_read_of_the_context_and_done_again_by_graphql_core_where_that_fails() -> None:
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

    assert [ask(document, n=1), ask(document, n=2), ask(document, n=1), ask(both)] == [[], [2], [], []]


class Noting(Attributes):
    """Fields that leave a note in the context, which is taken back where they have to be done again."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """Of a book its pages are noted."""
        return Call(self._pages, None) if name == "pages" else super().read(field, name)

    @staticmethod
    def _pages(thing: Thing, context: list[object]) -> object:
        pages = vars(thing)["pages"]
        context.append(pages)
        return pages

    def mark(self, context: Any) -> int:  # noqa: ANN401 - a list
        """How many notes there are."""
        return len(context)

    def undo(self, context: Any, mark: Any) -> None:  # noqa: ANN401 - the same
        """Drop those that came later."""
        del context[mark:]


def test_what_a_function_left_behind_is_taken_back_before_its_field_is_done_again() -> None:
    executor, document, notes = compiled(Executor, Noting()), parse("{ books { pages } }"), list[object]()

    asked(executor, document, library(book(7, pages="many"), size=3), context_value=notes)
    first, notes = notes, []
    asked(executor, document, library(size=3), context_value=notes)

    assert first == [0, 1, 2, "many"]  # the list was done again, one by one
    assert notes == [0, 1, 2]


def test_what_is_switched_off_is_executed_by_graphql_core_alone() -> None:
    assert compiled(Executor, Attributes(), fallbacks=in_mode(Mode.OFF)) is Executor


class Said(Attributes):
    """Of one field it is said that it is graphql-core's, of one nothing."""

    def read(self, field: GraphQLField, name: str) -> Read | None:
        """By its name."""
        return ByCore.BY_CORE if name == "id" else None if name == "name" else super().read(field, name)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{ one { name } }", "field"),
        ("{ one { pages @odd } }", "operation"),
        ("{ one { pages } }", "value"),
        ("{ books { id } }", None),
        ("{ __schema { types { name } } }", None),
        ("{ books { pages } }", None),
    ],
)
def test_what_is_not_compiled_is_counted_by_its_reason_and_refused_in_strict_mode(document: str, reason: str | None) -> None:
    counting, strict = in_mode(Mode.ON), in_mode(Mode.STRICT)
    root = library(size=2)
    vars(root)["one"] = {"pages": 1} if reason == "value" else book(1)

    asked(compiled(Executor, Said(), fallbacks=counting), parse(document), root)
    with pytest.raises(NotCompiled) if reason else nullcontext():
        asked(compiled(Executor, Said(), fallbacks=strict), parse(document), root)

    assert set(counting.counts) == ({reason} if reason else set())


def test_an_error_is_no_fall_back() -> None:
    fallbacks = in_mode(Mode.STRICT)
    executor = compiled(Executor, Attributes(), fallbacks=fallbacks)
    root = library(ValueError("no such book"), size=2)

    assert asked(executor, parse(BOOKS), root) == asked(Executor, parse(BOOKS), root)
    assert not fallbacks.counts
