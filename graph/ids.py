"""Node ids as every caller writes them: `kind:key`, compared without case and kept in lower case."""

import re
from collections.abc import Collection

from policy.errors import BadInput
from policy.values.key import ALLOWED, KINDS, key
from policy.values.text import readable

PROVISIONAL = "partner:mpn-"
"""What the id of a partner begins with of which nothing is known but an MPN id."""
OF_MANY = ("partner:", "operator:")
"""What the id of a node begins with that stands around many customers."""
KEY = re.compile("[^\\s|\x00-\x1f\x7f\ud800-\udfff]{1,200}")
"""Whatever an id had that was ever taken; what a new one may be says policy.values.key."""


class MalformedId(BadInput):
    """An id that no node can have."""


def parse_id(text: str, kinds: Collection[str] = KINDS) -> str:
    """
    The id in the form that the graph keeps.

    kinds:  the kinds that may stand where the id was given
    raises: MalformedId, which says what would be right
    """
    kind, colon, own_key = text.strip().lower().partition(":")
    if not colon or kind not in KINDS:
        raise MalformedId(f"`{_shown(text)}` is no id; an id is kind:key, and here the kind is {_listed(kinds)}")
    if kind not in kinds:
        raise MalformedId(f"`{_shown(text)}` is the id of a {kind}; here the kind is {_listed(kinds)}")
    if not KEY.fullmatch(own_key):
        raise MalformedId(f"`{_shown(text)}` has no usable key; a key is {ALLOWED}")
    return f"{kind}:{own_key}"


def is_id(text: str, kinds: Collection[str]) -> bool:
    """Is it one in the form that the graph keeps?"""
    try:
        return parse_id(text, kinds) == text
    except MalformedId:
        return False


def new_id(kind: str, own_key: str) -> str:
    """The id of a node that is to be. Raises BadInput for a key that none may have."""
    return f"{kind}:{key(kind, own_key)}"


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
    return readable(text if len(text) <= 80 else f"{text[:80]}…")  # noqa: PLR2004 - what fits on a line
