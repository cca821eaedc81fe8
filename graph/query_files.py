"""The Cypher of the project: one file a question, its header is its contract."""

from functools import cache
from importlib.resources import files

from graph.driver import Query


@cache
def query(name: str, seconds: float) -> Query:
    """
    The text of `queries/<name>.cypher`; the database itself ends it when it takes longer than `seconds`.

    The header stays out of what is sent: the database caches plans by text.
    """
    lines = files("graph").joinpath("queries", f"{name}.cypher").read_text("utf-8").splitlines()
    return Query("\n".join(line for line in lines if not line.startswith("//")), timeout=seconds)
