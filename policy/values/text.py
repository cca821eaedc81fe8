"""Names and other texts that people read."""

import re
import unicodedata
from typing import Final

from policy.bidi import FORMATTING
from policy.errors import BadInput

LONGEST: Final = 1_000
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SURROGATE: Final = re.compile("[\ud800-\udfff]")
LONGEST_DOMAIN: Final = 253
STATUS: Final = re.compile(r"[0-9A-Za-z_-]{1,50}")


def text(name: str, value: str, *, least: int = 1) -> str:
    """
    The text as it is stored: as it was given, composed (NFC).

    name:   the property, for the message
    raises: BadInput
    """
    if value.isascii() and value.isprintable() and least <= len(value) <= LONGEST:
        return value
    composed = shown(name, value)
    if not least <= len(composed) <= LONGEST:
        raise BadInput(f"{name} has {len(composed)} characters; give {least} to {LONGEST}")
    return composed


def shown(name: str, value: str) -> str:
    """The text of any length, composed (NFC). Raises BadInput."""
    expect_storable(name, value)
    if FORMATTING.search(value):
        raise BadInput(f"{name} `{readable(value)}` holds a bidirectional override, which turns round what follows; leave it out")
    return unicodedata.normalize("NFC", value)


def domain(value: str) -> str:
    """The domain in lower case. Raises BadInput."""
    given = value.strip()
    expect_storable("domain", given)
    found = unicodedata.normalize("NFC", unicodedata.normalize("NFC", given).lower())
    if not 0 < len(found) <= LONGEST_DOMAIN:
        raise BadInput(f"domain has {len(found)} characters; give 1 to {LONGEST_DOMAIN}")
    if not all(label and all(map(_is_of_label, label)) for label in found.split(".")):
        raise BadInput(f"`{readable(given)}` is no domain; give labels of letters, digits and hyphens between dots, like contoso.example")
    return found


def status(value: str) -> str:
    """The status in lower case. Raises BadInput."""
    given = value.strip()
    if not STATUS.fullmatch(given):
        raise BadInput(f"`{readable(given)}` is no status; a status is 1 to 50 letters a to z, digits, `_` and `-`, like active")
    return given.lower()


def expect_storable(name: str, value: str) -> None:
    """Refuse what no value may hold. Raises BadInput."""
    if SURROGATE.search(value):
        raise BadInput(f"{name} `{readable(value)}` holds half a surrogate pair, which is no character; leave it out")
    if CONTROL.search(value):
        raise BadInput(f"{name} `{readable(value)}` holds a control character; leave it out")


def stripped(value: str) -> str:
    """The text without the characters that no name may hold, for sources that nobody can mend."""
    return FORMATTING.sub("", SURROGATE.sub("", CONTROL.sub("", value)))


def readable(value: str) -> str:
    """The value as a message repeats it: on one line, and without anything that can't be shown."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in value[:LONGEST])


def _is_of_label(character: str) -> bool:
    return character == "-" or unicodedata.category(character) in {"Ll", "Lm", "Lo", "Lt", "Lu", "Mn", "Mc", "Nd"}
