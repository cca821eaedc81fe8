"""The Cypher of the project: one file a question, its header is its contract."""

from functools import cache
from importlib.resources import files

from graph.driver import Query


@cache
def text(name: str) -> str:
    """
    The text of `queries/<name>.cypher`.

    The header stays out of what is sent: the database caches plans by text.
    """
    lines = files("graph").joinpath("queries", f"{name}.cypher").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//"))


@cache
def query(name: str, seconds: float) -> Query:
    """The query of that text for a transaction of its own; the database itself ends it when it takes longer than `seconds`."""
    return Query(text(name), timeout=seconds)
