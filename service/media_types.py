"""The two media types of an answer, and the status that goes with each."""

from collections.abc import Mapping
from functools import lru_cache

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

STATUS: Mapping[str, int] = {
    "BAD_INPUT": 400,
    "PERSISTED_QUERY_NOT_FOUND": 400,
    "TOO_COMPLEX": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "RATE_LIMITED": 429,
    "UNAVAILABLE": 503,
}
"""Of a request that was not executed; any other code is 500."""
OF_HTTP = frozenset({"UNAUTHENTICATED"})
"""Codes of requests that GraphQL never saw."""


@lru_cache(maxsize=100)
def media_type_for(accept: str | None) -> str:
    """That of the answer: graphql-response+json where it is named and nothing is liked better; JSON for all who accept neither."""
    quality = dict(_quality(each) for each in (accept or "").lower().split(","))
    wanted = quality.get(GRAPHQL, 0.0)
    other = next((quality[name] for name in (JSON, "application/*", "*/*") if name in quality), 0.0)
    return GRAPHQL if wanted > 0 and wanted >= other else JSON


def status_for(code: str, media_type: str) -> int:
    """Of a well-formed request that was not executed: 200 in JSON, as clients of that type expect it, unless HTTP refused it."""
    return 200 if media_type == JSON and code not in OF_HTTP else STATUS.get(code, 500)


def _quality(accepted: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in accepted.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0
