"""Who is let in, by what, and until when."""

from typing import Final, NamedTuple

from graph.ids import parse_id
from policy.caller import ANYBODY, BOUND, Caller, Role
from policy.errors import BadInput, Unauthenticated


class NotAdmitted(Unauthenticated):
    """No caller that is known here; the words are the same whatever is wrong, so that nobody learns what would be nearer."""

    def __init__(self) -> None:
        super().__init__("a token or key that is valid here is needed; send it as `Authorization: Bearer …`")


class NotAdmittedBeside(Unauthenticated):
    """No caller that is known here, where anybody may ask: who sends a credential counts on being looked at."""

    def __init__(self) -> None:
        super().__init__("the token or key is not valid here; anybody may ask without one, for authentication is off: leave it out")


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


def caller_of(name: str, role: str, node: str | None) -> Caller:
    """The caller in a role, with the node that the role has to be bound to. Raises BadInput, which says what would be right."""
    if role not in set(Role):
        raise BadInput(f"`{role[:80]}` is no role; the roles are {', '.join(Role)}")
    if role not in BOUND and node is not None:
        raise BadInput(f"the role {role} is bound to no node; leave it out, or give the role {' or '.join(sorted(BOUND))}")
    if role in BOUND and node is None:
        raise BadInput(f"the role {role} is bound to a node; give its id, such as {role}:contoso")
    return Caller(name, Role(role), None if node is None else parse_id(node, (role,)))
