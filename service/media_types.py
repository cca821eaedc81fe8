"""The media types of answers and streams, which of them a client takes, and the status that goes with each."""

import re
from collections.abc import Iterable, Mapping
from email.message import Message
from functools import lru_cache
from typing import NamedTuple
from urllib.request import parse_http_list

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
MULTIPART = "multipart/mixed"
BOUNDARY = "graphql"
QUALITY = re.compile(r"0?\.\d+|0\.?|1(\.0*)?")

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


class Accepted(NamedTuple):
    """
    What the header Accept takes, by RFC 9110.

    media_type: of an answer; JSON also for those who take neither type
    answers:    whether they take an answer at all, of whatever quality; else they want a stream and nothing beside
    streams:    media types of streams that they name, the best first
    """

    media_type: str
    answers: bool
    streams: tuple[str, ...]


class _Range(NamedTuple):
    """One media range; names of parameters are in lower case."""

    name: str
    parameters: Mapping[str, str]
    quality: float


@lru_cache(maxsize=100)
def accepted_by(accept: str | None) -> Accepted:
    """
    Tell what a header takes; None = none was sent, which takes everything.

    Of the two types of answers graphql-response+json is given where it is named and nothing is liked better. A stream has to be named:
    whoever takes anything need not be able to read one.
    """
    ranges = [_range(part) for part in parse_http_list("*/*" if accept is None else accept)]
    named = [each for each in ranges if "*" not in each.name]
    json, graphql = _quality(JSON, ranges), _quality(GRAPHQL, ranges)
    is_graphql = graphql > 0 and (json == 0 or (graphql >= json > 0 and any(each.name == GRAPHQL for each in named)))
    streams = {
        EVENTS: _quality(EVENTS, named),
        MULTIPART: _quality(MULTIPART, [each for each in named if _is_of_watches(each.parameters)]),
    }
    liked = sorted((name for name in streams if streams[name] > 0), key=lambda name: -streams[name])
    return Accepted(GRAPHQL if is_graphql else JSON, json > 0 or graphql > 0 or not liked, tuple(liked))


def status_for(code: str, media_type: str) -> int:
    """Of a well-formed request that was not executed: 200 in JSON, as clients of that type expect it, unless HTTP refused it."""
    return 200 if media_type == JSON and code not in OF_HTTP else STATUS.get(code, 500)


def _quality(media_type: str, ranges: Iterable[_Range]) -> float:
    """That of the range which names it most precisely; 0.0 = it is not taken."""
    quality = {each.name: each.quality for each in ranges}
    of_kind = media_type.partition("/")[0] + "/*"
    return next((quality[name] for name in (media_type, of_kind, "*/*") if name in quality), 0.0)


def _is_of_watches(parameters: Mapping[str, str]) -> bool:
    """Is it the form in which subscriptions are sent? Clients name the same media type for others."""
    return parameters.get("subscriptionspec", "").startswith("1.0") and parameters.get("boundary", BOUNDARY) == BOUNDARY


def _range(text: str) -> _Range:
    message = Message()
    message["content-type"] = text
    (name, _), *parameters = message.get_params([("", "")])
    given = dict(parameters)
    return _Range(name.strip().lower(), given, _number(given.get("q", "1")))


def _number(text: str) -> float:
    """The quality that a text names; what is none takes nothing."""
    return float(text) if QUALITY.fullmatch(text) else 0.0
