"""
Countries by their two letters.

countries.json holds the codes that ISO 3166-1 assigns, and XK: pycountry 26.2.16; with the names by which people call them, in English
and Spanish, of Unicode's CLDR: Babel 2.19. A name is no value: it tells a message what is meant.
"""

import json
from functools import cache
from importlib.resources import files

from policy.collation.folding import folded
from policy.errors import BadInput
from policy.values.text import readable


def country(value: str) -> str:
    """The two letters in upper case. Raises BadInput, which names the letters of a country that was given by its name."""
    given = value.strip()
    if given.isascii() and given.upper() in _names():  # some other letters are two in upper case
        return given.upper()
    meant = _codes().get(folded(given))
    hint = f"`{meant}`" if meant else "such as ES"
    raise BadInput(f"`{readable(given)}` is no country; give the two letters of ISO 3166-1, {hint}")


@cache
def _names() -> dict[str, list[str]]:
    content: dict[str, list[str]] = json.loads(files("policy.values").joinpath("countries.json").read_text("utf-8"))
    return content


@cache
def _codes() -> dict[str, str]:
    return {folded(name): code for code, names in _names().items() for name in names}
