"""What is refused outside of GraphQL, as JSON of the same form."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from policy.errors import VoceroError
from service.media_types import STATUS
from service.request_ids import with_request_id


def refusal(error: VoceroError, headers: Mapping[str, str] | None = None) -> Response:
    """The error, with the status of its code."""
    body = {"errors": with_request_id([{"message": str(error), "extensions": error.extensions}])}
    return JSONResponse(body, STATUS.get(error.code, 500), headers)
