"""The worlds of tests/worlds: a story in a few ties, and what it must mean for whom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.acceptance import ENDS, OPERATORS
from tests.oracle.book import Book, Row, moment, row_of
from tests.oracle.random_books import Instant
from tests.oracle.table import CATEGORIES

FOLDER = Path(__file__).parents[1] / "worlds"
BEGINNING = "2024-01-01"  # where a tie does not say from when
TIE = re.compile(
    r"(?P<source>\S+) (?P<type>[A-Z_]+) (?P<target>\S+)(?: as (?P<kind>\S+))?(?: from (?P<valid_from>\S+))?(?: to (?P<valid_to>\S+))?"
    r"(?: recorded (?P<recorded_at>\S+))?(?: superseded (?P<superseded_at>\S+))?"
)
GIVEN = re.compile(r"(?P<verdict>[A-Z_]+)(?: as (?P<standing>[A-Z_]+))?(?: in (?P<scopes>.+))?")
FILES = {"customer": "customers", "partner": "partners", "subscription": "subscriptions", "agreement": "agreements"}


@dataclass(frozen=True)
class Ask:
    """One expectation: the verdict (or NOT_FOUND), by which standing and in which scopes where the story says so."""

    customer: str
    category: str
    who: str
    verdict: str
    standing: str | None
    permitted_in: tuple[str, ...] | None
    scope: str | None
    instant: Instant

    def __str__(self) -> str:
        at = f" at {self.instant.valid_at or 'now'}, known {self.instant.known_at or 'now'}"
        return f"{self.who} to {self.customer} about {self.category}{f' in {self.scope}' if self.scope else ''}{at}"


@dataclass
class Story:
    """A world file, read."""

    name: str
    text: str
    book: Book = field(default_factory=Book)
    refused: list[int] = field(default_factory=list)  # lines of relationships.csv
    asks: list[Ask] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)  # the short names of the file

    def id(self, name: str) -> str:
        """The node's id; a name with a colon is one already."""
        return name if ":" in name else self.ids[name]

    def instants(self) -> list[Instant]:
        """The instants that the story asks about, each once."""
        return list(dict.fromkeys(ask.instant for ask in self.asks))


def stories() -> list[Story]:
    return [read_story(path) for path in sorted(FOLDER.glob("*.yaml"))]


def read_story(path: Path) -> Story:
    """The world of that file; what it does not say stands at its default. Raises ValueError for what is not in this form."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if surplus := set(content) - {"story", "nodes", "ties", "refused", "asks", "tables"}:
        raise ValueError(f"{path.name}: unknown {surplus}")
    story = Story(path.stem, content["story"])
    ties = [tie_row(text) for text in content.get("ties", [])]
    refused = [tie_row(text) for text in content.get("refused", [])]
    nodes: dict[str, dict[str, str]] = content.get("nodes", {})
    story.ids = {each.partition(":")[2]: each for each in OPERATORS} | kinds_of(ties, nodes)
    for name, node in story.ids.items():
        add_node(story.book, name, node, nodes.get(name, {}))
    for row in [*ties, *refused]:
        story.book.relationships.append(row | {"from": story.id(row["from"]), "to": story.id(row["to"])})
    story.refused = [len(ties) + 2 + place for place in range(len(refused))]
    for ask in content.get("asks", []):
        story.asks.extend(asks_of(story, ask))
    for table in content.get("tables", []):
        story.asks.extend(asks_of_table(story, table))
    return story


def tie_row(text: str) -> Row:
    """`northwind BILLS sub-1 from 2024-01-01 to 2024-07-01` as a row; its ends are still short names."""
    parts = TIE.fullmatch(text)
    if parts is None or parts["type"] not in ENDS:
        raise ValueError(f"not a tie: `{text}`")
    given = {name: value or "" for name, value in parts.groupdict().items()}
    source, target = given.pop("source"), given.pop("target")
    return row_of("relationships", from_=source, to=target, **given | {"valid_from": given["valid_from"] or BEGINNING})


def kinds_of(ties: list[Row], nodes: dict[str, dict[str, str]]) -> dict[str, str]:
    """Short name -> id of every node that is tied or listed: its kind is what its ties say, or its `kind`."""
    found: dict[str, str] = {}
    for tie in ties:
        from_kinds, to_kind = ENDS[tie["type"]]
        for name, kind in ((tie["from"], from_kinds[0]), (tie["to"], to_kind)):
            if f"operator:{name}" in OPERATORS:
                continue
            if found.setdefault(name, f"{kind}:{name}") != f"{kind}:{name}":
                raise ValueError(f"`{name}` is a {kind} and something else")
    return found | {name: f"{given['kind']}:{name}" for name, given in nodes.items() if "kind" in given}


def add_node(book: Book, name: str, node: str, given: dict[str, str]) -> None:
    """The row of a customer, partner, subscription or agreement; an operator stands in no book."""
    kind = node.partition(":")[0]
    if kind == "operator":
        return
    defaults = {
        "customer": {"name": name.replace("-", " ").title(), "domain": f"{name}.example", "country": "ES"},
        "partner": {"name": name.replace("-", " ").title(), "country": "ES"},
        "subscription": {"offer": "Microsoft 365 Business", "status": "active"},
        "agreement": {"type": "Enterprise", "channel": "DIRECT"},
    }[kind]
    row = row_of(FILES[kind], key=name, **defaults | {column: value for column, value in given.items() if column != "kind"})
    book.files()[FILES[kind]].append(row)


def asks_of(story: Story, ask: dict[str, Any]) -> Iterator[Ask]:
    """One for each communicator that the line names."""
    fixed = ("customer", "about", "at", "known", "in")
    for who, text in ask.items():
        if who in fixed:
            continue
        parts = GIVEN.fullmatch(text)
        if parts is None:
            raise ValueError(f"{story.name}: not an expectation: `{text}`")
        scopes = tuple(story.id(name) for name in parts["scopes"].split(", ")) if parts["scopes"] else None
        yield Ask(
            story.id(ask["customer"]),
            ask["about"],
            story.id(who),
            parts["verdict"],
            parts["standing"],
            scopes,
            story.id(ask["in"]) if "in" in ask else None,
            Instant(time_of(ask.get("at")), time_of(ask.get("known"))),
        )


def asks_of_table(story: Story, table: dict[str, Any]) -> Iterator[Ask]:
    """One for each category, all by the one standing of the table."""
    shared = {name: table[name] for name in ("customer", "at", "known", "in") if name in table}
    if surplus := set(table) ^ {"who", "as", *shared, *CATEGORIES}:
        raise ValueError(f"{story.name}: a table lacks or does not know {surplus}")
    for category in CATEGORIES:
        yield from asks_of(story, shared | {"about": category, table["who"]: f"{table[category]} as {table['as']}"})


def time_of(value: object) -> Any:  # noqa: ANN401  # YAML reads some times as dates by itself
    return None if value is None else moment(str(value))
