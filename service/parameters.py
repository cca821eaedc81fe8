"""The parameters of a GraphQL request, wherever they come from."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from policy.errors import BadInput

KINDS: Mapping[str, tuple[type, str]] = {
    "query": (str, "a text"),
    "documentId": (str, "a text"),
    "operationName": (str, "a text"),
    "variables": (dict, "an object"),
    "extensions": (dict, "an object"),
}
JSON_PARAMETERS = ("variables", "extensions")


class Malformed(BadInput):
    """What was sent is no GraphQL request; status: of the answer over HTTP."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Parameters(NamedTuple):
    """What a request gives; None = it doesn't."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None


def parameters_of(given: object) -> Parameters:
    """Those of an object, as JSON has it. Raises Malformed."""
    if not isinstance(given, dict):
        raise Malformed("a request is one JSON object with a `query`")
    for name, (kind, said) in KINDS.items():
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise Malformed(f"`{name}` has to be {said}, or null")
    return Parameters(*(given.get(name) for name in KINDS))


def parameters_in_url(given: Mapping[str, str | None]) -> Parameters:
    """Those of a URL, where variables and extensions are JSON. Raises Malformed."""
    values: dict[str, object] = {name: value or None for name, value in given.items()}
    for name in JSON_PARAMETERS:
        if value := given.get(name):
            values[name] = json_of(value, f"`{name}`")
    return parameters_of(values)


def json_of(text: str | bytes, what: str) -> object:
    """What a text says. Strict, unlike Python's own: half a surrogate pair could be neither stored nor sent back. Raises Malformed."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"{what} can't be read as JSON") from error
