"""Node ids as every caller writes them: `kind:key`, compared without case and kept in lower case."""

import re
from collections.abc import Collection

from policy.another import ANOTHER, ANOTHERS
from policy.errors import BadInput

KINDS = ("customer", "partner", "operator", "subscription", "agreement", "topic")
PROVISIONAL = "partner:mpn-"
"""What the id of a partner begins with of which nothing is known but an MPN id."""
OF_MANY = ("partner:", "operator:")
"""What the id of a node begins with that stands around many customers."""
RESERVED = frozenset({ANOTHER, ANOTHERS})
KEY = re.compile(r"[^\s|\x00-\x1f\x7f]{1,200}")


class MalformedId(BadInput):
    """An id that no node can have."""


def parse_id(text: str, kinds: Collection[str] = KINDS) -> str:
    """
    The id in the form that the graph keeps.

    kinds:  the kinds that may stand where the id was given
    raises: MalformedId, which says what would be right
    """
    kind, colon, key = text.strip().lower().partition(":")
    if not colon or kind not in KINDS:
        raise MalformedId(f"`{_shown(text)}` is no id; an id is kind:key, and here the kind is {_listed(kinds)}")
    if kind not in kinds:
        raise MalformedId(f"`{_shown(text)}` is the id of a {kind}; here the kind is {_listed(kinds)}")
    if not KEY.fullmatch(key):
        raise MalformedId(f"`{_shown(text)}` has no usable key; a key is 1 to 200 characters without spaces and without `|`")
    return f"{kind}:{key}"


def is_id(text: str, kinds: Collection[str]) -> bool:
    """Is it one in the form that the graph keeps?"""
    try:
        return parse_id(text, kinds) == text
    except MalformedId:
        return False


def new_id(text: str, kinds: Collection[str] = KINDS) -> str:
    """The id of a node that is to be, which must not stand for others. Raises MalformedId."""
    node = parse_id(text, kinds)
    if node in RESERVED:
        raise MalformedId(f"`{node}` stands for other partners where a partner asks; give this one another key")
    return node


def kind_of(node: str) -> str:
    """customer, partner, operator, subscription, agreement or topic."""
    return node.partition(":")[0]


def key_of(node: str) -> str:
    """The source system's own key."""
    return node.partition(":")[2]


def _listed(words: Collection[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _shown(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"  # noqa: PLR2004 - what fits on a line
