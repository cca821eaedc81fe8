"""What the process that starts Neo4j and the process that is Neo4j say to each other: one line of JSON each way."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

PANIC = 70
"""Exit status of a Neo4j whose database panicked: it can be started again."""


class Ending(StrEnum):
    """Why a start came to nothing, as far as its error tells."""

    IN_USE = "IN_USE"
    PORT = "PORT"
    DISK = "DISK"
    STORE = "STORE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Order:
    """What to serve, and how; the password is in it, so it goes over a pipe and is in no list of processes."""

    data: str
    cache: str
    classpath: list[str]
    password: str
    port: int
    heap: str
    pagecache: str
    parent: int
    again: bool = False  # it had this password before
    held: bool = False  # the folder is the parent's for this while, and nobody else is to find Neo4j
    salvage: bool = False  # leave out what can't be read of the transaction log, and all after it

    def line(self) -> str:
        """The order as it is sent."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str | bytes) -> Self:
        """The order of a line."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """
    What to import, and how.

    home:    folder in which the database is made, as `data/databases/neo4j` and `data/transactions/neo4j`
    options: of `neo4j-admin database import full`
    """

    home: str
    classpath: list[str]
    options: list[str]
    heap: str

    def line(self) -> str:
        """The order as it is sent."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str | bytes) -> Self:
        """The order of a line."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Report:
    """How the start ended: the port, or why there is none."""

    port: int = 0
    ending: Ending | None = None
    message: str = ""

    def line(self) -> str:
        """The report as it is sent."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str | bytes) -> Self:
        """The report of a line."""
        fields = json.loads(line)
        return cls(fields["port"], Ending(fields["ending"]) if fields["ending"] else None, fields["message"])
