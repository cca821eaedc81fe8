from typing import NamedTuple


class Address(NamedTuple):
    """Where a Neo4j answers, and as whom to ask it."""

    uri: str
    user: str
    password: str
    database: str = "neo4j"
