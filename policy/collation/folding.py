"""Text as it is compared: what filters, orders and searches hold against each other."""

import json
import unicodedata
from importlib.resources import files

LETTERS = "letters.json"
"""What a keyboard with Latin letters types instead of a character -> all the characters for which it does."""
APOSTROPHE = "'"
BLOCKS_OF_ACCENTS = (
    range(0x0300, 0x0370),  # of Latin, Greek and Cyrillic, as the next two
    range(0x0483, 0x048A),
    range(0xA66F, 0xA6A0),
    range(0x0591, 0x0750),  # Hebrew, Arabic and Syriac points
    range(0x08CA, 0x0900),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0x2DE0, 0x2E00),
    range(0xFE20, 0xFE30),
)
"""Where Unicode keeps marks that people leave out. Those of other scripts are vowels, tones and voices: parts of a letter."""
INVISIBLE = (  # Default_Ignorable_Code_Point, of which Unicode promises that it takes in what it may assign there
    range(0x00AD, 0x00AE),
    range(0x034F, 0x0350),
    range(0x061C, 0x061D),
    range(0x115F, 0x1161),
    range(0x17B4, 0x17B6),
    range(0x180B, 0x1810),
    range(0x200B, 0x2010),
    range(0x202A, 0x202F),
    range(0x2060, 0x2070),
    range(0x3164, 0x3165),
    range(0xFE00, 0xFE10),
    range(0xFEFF, 0xFF00),
    range(0xFFA0, 0xFFA1),
    range(0xFFF0, 0xFFF9),
    range(0x1BCA0, 0x1BCA4),
    range(0x1D173, 0x1D17B),
    range(0xE0000, 0xE1000),
)
LAST_KEPT = 0xFFFF


def folded(text: str) -> str:
    """
    The text as it is compared and ordered; two texts that people take for one have one form.

    Without case, accents, apostrophes, control and invisible characters; forms of one character (wide, raised, joined) are one;
    Latin letters are a to z: ø is o, đ d, ł l, æ ae, œ oe, ß ss, þ th, ð d. Dashes of all kinds are a hyphen, which stays, as it
    tells names apart: `Coop` is not `Co-op` to a filter (a search finds either, see search.py). White space is a space each.
    Other scripts stay what they are. What is not assigned, and half a surrogate pair, stands for itself.
    """
    bare = spelled(text).replace(APOSTROPHE, "")
    # what stood beside an apostrophe may join: a letter and its voice mark
    return bare if bare.isascii() else unicodedata.normalize("NFC", bare)


def spelled(text: str) -> str:
    """The folded text that still has its apostrophes, at which a search breaks words too."""
    if text.isascii() and text.isprintable():
        return text.lower().replace("`", APOSTROPHE)
    # composed, so that a syllable of Korean or a voiced kana is one character, of which no part is found
    return unicodedata.normalize("NFC", text.translate(_FOLDING))


class _Folding(dict[int, int | str]):
    """Code point -> what it is folded to; worked out when it is met first, as few of a million ever are."""

    def __missing__(self, code: int) -> int | str:
        form = _form(chr(code), self)
        if code <= LAST_KEPT:  # so that nobody can fill the memory, with characters that no name has
            self[code] = form
        return form


def _form(character: str, folding: _Folding) -> int | str:
    code, category = ord(character), unicodedata.category(character)
    if character.isspace():
        return " "
    if category == "Cc" or _is_in(INVISIBLE, code) or (category in {"Mn", "Me"} and _is_in(BLOCKS_OF_ACCENTS, code)):
        return ""
    parts = unicodedata.normalize("NFD", character)
    if parts == character:
        parts = unicodedata.normalize("NFKD", character)
        if parts[0] == " ":  # an accent that stands alone: as a space it would be found in every name of two words
            return code
    if parts == character:
        parts = character.casefold()
    return code if parts == character else parts.translate(folding)


def _is_in(ranges: tuple[range, ...], code: int) -> bool:
    return any(code in each for each in ranges)


_FOLDING = _Folding(
    (ord(character), plain)
    for plain, characters in json.loads(files("policy.collation").joinpath(LETTERS).read_text("utf-8")).items()
    for character in characters
)
