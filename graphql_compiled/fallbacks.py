"""What was not executed by compiled functions though nobody had said that it is graphql-core's."""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from os import environ

VARIABLE, SIZE = "GRAPHQL_COMPILED", "size"


class Mode(StrEnum):
    """How selections are executed: compiled, by graphql-core alone, or compiled with an error where graphql-core would have to do it."""

    ON = "on"
    OFF = "off"
    STRICT = "strict"


def mode() -> Mode:
    """The mode that the environment names. Raises ValueError."""
    return Mode(environ.get(VARIABLE, Mode.ON))


class NotCompiled(AssertionError):  # noqa: N818 - what happened, as an error
    """A field was to be executed by graphql-core, which strict mode refuses. The reason is one of `Fallbacks`."""


class Fallbacks:
    """
    How often graphql-core had to execute something, by reason.

    "operation": its directives, variables or middleware; "field": nobody said how it is read; "value": its class is not known;
    "size": its selections are too many. Fields that are graphql-core's by declaration are none, nor is introspection, nor an error.

    observe: called with the reason each time
    """

    def __init__(self, observe: Callable[[str], None] | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.observe = observe
        self.mode = mode()

    def count(self, reason: str) -> None:
        """Count one more. Raises NotCompiled in strict mode."""
        self.counts[reason] += 1
        if self.observe is not None:
            self.observe(reason)
        if self.mode is Mode.STRICT and reason != SIZE:  # which is a limit, and no mistake
            raise NotCompiled(reason)
