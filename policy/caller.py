"""Who asks, and what may be shown to them."""

from enum import StrEnum
from typing import Final, NamedTuple


class Role(StrEnum):
    """What a caller may do: change the graph, read all of it, or see what belongs to one partner or one customer."""

    OPERATOR = "operator"
    ANALYST = "analyst"
    PARTNER = "partner"
    CUSTOMER = "customer"


BOUND: Final = frozenset({Role.PARTNER, Role.CUSTOMER})
"""The roles that are bound to one node."""


class Caller(NamedTuple):
    """
    Whoever asks, as authentication found them.

    name: of the token's subject or of the key; the log names the actor by it, and idempotency keys are kept by it
    node: id of the partner or customer that the caller is bound to; None exactly for the roles that read everything
    """

    name: str
    role: Role
    node: str | None = None

    @property
    def is_bound(self) -> bool:
        """Is there something that this caller may not see?"""
        return self.role in BOUND

    @property
    def partner(self) -> str | None:
        """The partner that the caller is bound to."""
        return self.node if self.role is Role.PARTNER else None


ANYBODY: Final = Caller("anonymous", Role.OPERATOR)
"""Whoever asks on loopback, where no authentication is configured; the commands too."""
