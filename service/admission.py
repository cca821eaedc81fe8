"""Who is let in, by what, and until when."""

from typing import Final, NamedTuple

from policy.caller import ANYBODY, Caller
from policy.errors import Unauthenticated


class NotAdmitted(Unauthenticated):
    """No caller that is known here; the words are the same whatever is wrong, so that nobody learns what would be nearer."""

    def __init__(self) -> None:
        super().__init__("a token or key that is valid here is needed; send it as `Authorization: Bearer …`")


class Outdated(Unauthenticated):
    """The caller's own token or key, which was good once: with a new one it may come again."""


class Revoked(Unauthenticated):
    """The caller's own key, which somebody took back while it was in use."""

    def __init__(self) -> None:
        super().__init__("the key was revoked; ask for a new one")


class Admission(NamedTuple):
    """
    A caller, and what it was let in by.

    until: when that ends, microseconds; None = it doesn't by itself
    key:   id of the API key; None for a token
    """

    caller: Caller
    until: int | None = None
    key: str | None = None

    @property
    def can_lapse(self) -> bool:
        """Is there anything that could end it?"""
        return self.until is not None or self.key is not None


OPEN_TO_ALL: Final = Admission(ANYBODY)
"""Where no authentication is configured."""
