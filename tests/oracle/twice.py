"""A service that is asked everything twice: what it gives the second time, it may have remembered."""

from pathlib import Path
from typing import Any

from tests.oracle.service import Service

INSTANTS = {"asOf"}
"""Members that tell when they were asked for."""


class Twice:
    """The same service; an answer that is another one the second time fails the test."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def replace_with(self, folder: Path) -> list[dict[str, str]]:
        """As the service does it, once."""
        return await self._service.replace_with(folder)

    async def query(self, document: str, **variables: object) -> dict[str, Any]:
        """The `data` of both answers."""
        first = await self._service.query(document, **variables)
        second = await self._service.query(document, **variables)
        assert _without_instants(second) == _without_instants(first), f"asked again: {document} with {variables}"
        return first

    async def execute(self, document: str, **variables: object) -> dict[str, Any]:
        """The whole body, once: an error is not remembered."""
        return await self._service.execute(document, **variables)


def _without_instants(given: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(given, dict):
        return {key: _without_instants(value) for key, value in given.items() if key not in INSTANTS}
    return [_without_instants(each) for each in given] if isinstance(given, list) else given
