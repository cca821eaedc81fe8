"""What the tests ask of the running service; the fixture `service` is one of these."""

from pathlib import Path
from typing import Any, Protocol


class Service(Protocol):
    """The service behind real HTTP, over a store of its own."""

    async def replace_with(self, folder: Path) -> list[dict[str, str]]:
        """Empty the store and load the book in that folder; the rows of rejected.csv. Whatever is asked next is answered from that book."""
        ...

    async def query(self, document: str, **variables: object) -> dict[str, Any]:
        """The `data` of the answer; an error in it fails the test."""
        ...

    async def execute(self, document: str, **variables: object) -> dict[str, Any]:
        """The whole body of the answer: `data` and `errors`."""
        ...
