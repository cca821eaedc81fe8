"""The words of a text, as a search tells them apart."""

import re
import unicodedata
from collections.abc import Iterator

JOINERS = frozenset("'-_.&/\u00b7\u2027\u30fb")
"""Between two letters they hold a word together: `O'Neil`, `e-mail`, `S.A.`, `AT&T`, `A/S`, and the middle dots of Catalan and Japanese."""
SCRIPTS_WITHOUT_SPACES = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Burmese
    range(0x1100, 0x1200),  # Korean, which some write without spaces
    range(0x1780, 0x1800),  # Khmer
    range(0x2E80, 0x3200),  # Chinese, Japanese and Korean, as what follows
    range(0x3400, 0xA4D0),
    range(0xA960, 0xA980),
    range(0xAA60, 0xAA80),
    range(0xAC00, 0xD800),
    range(0xF900, 0xFB00),
    range(0x1AFF0, 0x1B170),
    range(0x20000, 0x40000),
)
LAST_KEPT = 0xFFFF

LETTER, DENSE, JOINER, SPACE, OTHER = "ldjso"
"""What a character is to a search; DENSE: a letter of a script without spaces."""
PARTS = {LETTER: re.compile(f"{LETTER}+"), DENSE: re.compile(f"{DENSE}+")}
GROUP = re.compile(f"{LETTER}+(?:{JOINER}+{LETTER}+)*|{DENSE}+(?:[{JOINER}{SPACE}]+{DENSE}+)*")


def words(text: str) -> Iterator[tuple[bool, list[str]]]:
    """
    The words of a spelled text, each in its parts, and whether it is of a script without spaces.

    The parts are what joiners stand between, as in `e`, `mail`; of a script without spaces each letter with its marks, and spaces
    between them count for nothing: 삼성 전자 is 삼성전자.
    """
    kinds = text.translate(_KINDS)
    for found in GROUP.finditer(kinds):
        kind = kinds[found.start()]
        parts = [text[each.start() : each.end()] for each in PARTS[kind].finditer(kinds, *found.span())]
        yield (True, [letter for part in parts for letter in _letters(part)]) if kind == DENSE else (False, parts)


def _letters(part: str) -> list[str]:
    """Each with the marks that follow it."""
    letters: list[str] = []
    for character in part:
        if letters and unicodedata.category(character)[0] == "M":
            letters[-1] += character
        else:
            letters.append(character)
    return letters


class _Kinds(dict[int, str]):
    """Code point -> what the character is; worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        kind = _kind(chr(code))
        if code <= LAST_KEPT:  # so that nobody can fill the memory, with characters that no name has
            self[code] = kind
        return kind


def _kind(character: str) -> str:
    if character in JOINERS:
        return JOINER
    if character.isspace():
        return SPACE
    category = unicodedata.category(character)
    is_dense = any(ord(character) in each for each in SCRIPTS_WITHOUT_SPACES)
    # a letter, a mark of one or a digit; of scripts that go on growing also what this Python's Unicode does not know yet
    if category[0] not in "LMN" and not (is_dense and category == "Cn"):
        return OTHER
    return DENSE if is_dense else LETTER


_KINDS = _Kinds()
