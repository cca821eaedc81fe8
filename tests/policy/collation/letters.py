"""
Write policy/collation/letters.json anew: `python -m tests.policy.collation.letters`, for who raises the library below.

It stands here because `policy` knows no library. Orders and cursors rest on the file, so look through its difference before it is
committed.
"""

import json
import sys
import unicodedata
from pathlib import Path

from anyascii import anyascii

FILE = Path(__file__).parents[3] / "policy" / "collation" / "letters.json"
PUNCTUATION = {
    # what is left out: the stroke that only makes an Arabic word longer
    "": "\u0640",
    '"': "\u00ab\u00bb\u02ba\u02ee\u05f4\u201c\u201d\u201e\u201f\u2033\u2036\u275d\u275e\u2e42\u301d\u301e\u301f",
    "'": "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c0\u02c1\u02c8\u02ca\u02cb\u055a\u05f3\u2018\u2019\u201a\u201b\u2032\u2035"
    "\u2039\u203a\u275b\u275c\ua78b\ua78c",
    "-": "\u02d7\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d",
    "/": "\u2044\u2215",
}
"""Typed with a Latin keyboard, beside letters; kept by hand, as the library takes pictures of lines for dashes too."""


def letters() -> dict[str, str]:
    """What is typed instead of a character -> the characters, each in the order of Unicode."""
    found = {typed: set(characters) for typed, characters in PUNCTUATION.items()}
    for character in map(chr, range(sys.maxunicode + 1)):
        if _is_plain_latin(character) and (typed := _typed(character)):
            found.setdefault(typed, set()).add(character)
    return {typed: "".join(sorted(found[typed])) for typed in sorted(found)}


def text(found: dict[str, str]) -> str:
    """The file: one line for each entry."""
    return "{\n" + ",\n".join(f"{json.dumps(typed)}: {json.dumps(found[typed], ensure_ascii=False)}" for typed in found) + "\n}\n"


def _is_plain_latin(character: str) -> bool:
    """Is it a Latin letter of which Unicode itself tells no simpler form?"""
    return (
        not character.isascii()
        and unicodedata.category(character)[0] == "L"
        and "LATIN " in unicodedata.name(character, "")
        and unicodedata.normalize("NFKD", character) == character
        and character.casefold() == character
    )


def _typed(character: str) -> str:
    """Letters or an apostrophe; a tone or sign that the library writes as a digit stays what it is."""
    typed = anyascii(character).lower()
    if typed in {"'", "`"}:
        return "'"  # a stop of the throat
    return typed.strip(".'") if typed.strip(".'").isalpha() else ""


if __name__ == "__main__":
    FILE.write_text(text(letters()), "utf-8", newline="\n")
    sys.stderr.write(f"{sum(map(len, letters().values()))} characters\n")
