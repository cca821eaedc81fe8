"""The keys of nodes, and the MPN ids of partners."""

import re
from typing import Final

from policy.another import ANOTHER, ANOTHERS
from policy.errors import BadInput
from policy.values.text import readable

KINDS: Final = ("customer", "partner", "operator", "subscription", "agreement", "topic")
RESERVED: Final = frozenset({ANOTHER, ANOTHERS})
"""Ids that stand for other partners, and for what is theirs, where a partner asks."""
KEY: Final = re.compile("[^\\s|\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,200}")
ALLOWED: Final = "1 to 200 characters without spaces, control characters and `|`"
MPN_ID: Final = re.compile(r"[0-9]{1,20}|(?=[0-9-]*[a-z-])[0-9a-z-]{1,50}")
MOST_MPN_IDS: Final = 1_000


def key(kind: str, value: str) -> str:
    """The key of a node that is to be, in lower case. Raises BadInput."""
    given = value.strip()
    found = given.lower()
    if not found:
        raise BadInput(f"no key; give the {kind}'s own key, which is {ALLOWED}")
    if not KEY.fullmatch(found):
        raise BadInput(f"`{kind}:{readable(given)}` has no usable key; a key is {ALLOWED}")
    before, colon, _ = found.partition(":")
    if colon and before in KINDS:
        what = "an operator, which always exists" if before == "operator" else f"the id of a {before}"
        raise BadInput(f"`{readable(given)}` is {what}, and no key of a {kind}; leave it out, or give the key alone")
    if f"{kind}:{found}" in RESERVED:
        raise BadInput(f"`{kind}:{found}` stands for other partners where a partner asks; give this one another key")
    return found


def mpn_id(value: str) -> str:
    """The MPN id in lower case. Raises BadInput."""
    given = value.strip()
    found = given.lower()
    if not MPN_ID.fullmatch(found):
        raise BadInput(f"`{readable(given)}` is no MPN id; an MPN id is 1 to 20 digits, or 1 to 50 letters a to z, digits and hyphens")
    return found


def is_mpn_id(value: str) -> bool:
    """Would it be taken?"""
    return MPN_ID.fullmatch(value.strip().lower()) is not None


def mpn_ids(values: list[str]) -> list[str]:
    """The MPN ids of a partner. Raises BadInput."""
    if len(values) > MOST_MPN_IDS:
        raise BadInput(f"`mpnIds` has {len(values)} elements; give {MOST_MPN_IDS} at most")
    return [mpn_id(value) for value in values]
