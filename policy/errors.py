"""The one tree of errors that a caller may see: each says what was wrong and what would be right, and carries a stable code."""

import re
from typing import ClassVar

from policy.redaction import redacted

LONGEST_INPUT, LONGEST_MESSAGE = 250, 2_000
"""Characters of the caller's own input that a message repeats, and of a line of a message."""
_LONG_INPUT = re.compile(rf"`([^`]{{{LONGEST_INPUT}}})[^`]+`")


def showable(message: str) -> str:
    """The message without secrets, in which no long input is repeated whole."""
    message = redacted(message)
    if len(message) <= LONGEST_INPUT:
        return message
    lines = _LONG_INPUT.sub(r"`\1…`", message).split("\n")
    return "\n".join(line if len(line) <= LONGEST_MESSAGE else f"{line[:LONGEST_MESSAGE]}…" for line in lines)


class VoceroError(Exception):
    """An error whose message is safe to show: lower case, no full stop, the caller's own input in backticks."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str = "") -> None:
        super().__init__(showable(message).encode("utf-8", "backslashreplace").decode())  # so that it can be written anywhere

    @property
    def extensions(self) -> dict[str, object]:
        """What GraphQL puts beside the message."""
        return {"code": self.code}


class BadInput(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """The question is not one that can be asked."""

    code = "BAD_INPUT"


class NotFound(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """The question names something that is not in the graph."""

    code = "NOT_FOUND"


class Conflict(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """The change contradicts what is stored."""

    code = "CONFLICT"


class Unauthenticated(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """Who asks is not known."""

    code = "UNAUTHENTICATED"


class Forbidden(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """The question is understood, and not answered to this caller."""

    code = "FORBIDDEN"


class TooComplex(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """The question asks for more at once than is answered to anyone; less is."""

    code = "TOO_COMPLEX"


class RateLimited(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """The caller asks too much at a time; less, or later, is answered."""

    code = "RATE_LIMITED"


class Unavailable(VoceroError):  # noqa: N818 - named as the code that the contract fixes
    """The graph can't be reached, or not in time; the same question may be answered later."""

    code = "UNAVAILABLE"
