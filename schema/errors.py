"""Errors as they leave the service: each with a stable code, none with anything internal."""

import re
from collections.abc import Callable, Sequence

from graphql import GraphQLError

from graph.apply import Faults
from policy.errors import VoceroError, showable

INTERNAL = "internal error; it is logged, and not your input's fault"

QUOTED = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)""")
PYTHON = re.compile(r"\b(?:None|True|False)\b")
WORDS = {"None": "null", "True": "true", "False": "false"}

Report = Callable[[BaseException], None]


def split(error: GraphQLError) -> Sequence[GraphQLError]:
    """The error; of changes that can't be made, one for each fault, with the index of its change."""
    cause = _cause(error)
    if not isinstance(cause, Faults):
        return [error]
    return [
        GraphQLError(
            str(fault.error),
            nodes=error.nodes,
            path=error.path,
            original_error=fault.error,
            extensions={**fault.error.extensions, "index": fault.at},
        )
        for fault in cause.faults
    ]


def in_words_of_graphql(message: str) -> str:
    """The message of a library in which values stand as GraphQL writes them, but for what it quotes of the caller."""
    parts = QUOTED.split(message)
    parts[::2] = [PYTHON.sub(lambda word: WORDS[word[0]], part) for part in parts[::2]]
    return "".join(parts)


def mask(error: GraphQLError, report: Report) -> None:
    """
    Give an error its code, in place; what is not meant for callers is reported and replaced.

    report: called with whatever is ours to mend
    """
    cause = _cause(error)
    if isinstance(cause, VoceroError):
        return  # it brings its own code and words
    if cause is None or isinstance(cause, GraphQLError):
        # of the document or its variables: graphql-core's own words, which speak of the caller's text alone
        error.message = in_words_of_graphql(showable(error.message))
        error.extensions = {"code": "BAD_INPUT"}
        return
    report(cause)
    error.message = INTERNAL
    error.extensions = {"code": VoceroError.code}


def _cause(error: GraphQLError) -> Exception | None:
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
