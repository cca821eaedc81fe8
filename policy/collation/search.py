"""Whether a node is found by what somebody typed."""

import re
from itertools import pairwise

from policy.collation.folding import spelled
from policy.collation.words import words

LONGEST_SEARCH = 250
"""Characters that a caller may give; each costs as much as a few nodes' words do."""
MOST_JOINED = 8
"""Parts of one word that are also found written as one, so that the words of a long text grow no faster than it does."""
DIGITS_OF_GUID = 32
GUID = re.compile(rf"[0-9a-f]{{{DIGITS_OF_GUID}}}")
BEGINS_GUID = re.compile(rf"[0-9a-f]{{8,{DIGITS_OF_GUID}}}")
GUID_MARK = "#"
"""Before the word of a GUID, so that `fed` finds Fed Bank and not each customer whose tenant begins so."""

Search = tuple[tuple[tuple[str, ...], ...], ...]
"""All of its terms have to be found; a term by one of its spellings, a spelling by all of its words, each after a space."""


def search_words(*texts: str) -> str:
    """
    The words by which a node is found, each after a space, so that a text begins one of them if it stands there after a space.

    Of a name, domain, key, MPN id. A word in parts stands there from each part on, joined: `e-mail` as `email` and `mail`, `O'Neil`
    as `oneil` and `neil`. Chinese, Japanese, Korean, Thai and the like stand there as pairs of letters: 微软中国 as 微软, 软中, 中国
    and 国. A GUID is one word.
    """
    found: dict[str, None] = {}
    for text in texts:
        for is_dense, parts in words(spelled(text)):
            if is_dense:
                found.update(dict.fromkeys(first + second for first, second in zip(parts, [*parts[1:], ""], strict=True)))
            elif len(parts) == 1 and len(parts[0]) < DIGITS_OF_GUID:
                found[parts[0]] = None
            elif GUID.fullmatch(whole := "".join(parts)):
                found[GUID_MARK + whole] = None
            else:
                found.update(dict.fromkeys("".join(parts[place : place + MOST_JOINED]) for place in range(len(parts))))
    return "".join(f" {word}" for word in found)


def search_for(text: str) -> Search:
    """
    What is searched by a text: every word of it has to begin a word of the node.

    A word in parts is found joined or in its parts: `e-mail` finds email, e-mail and e mail. Eight digits or more of a GUID find it,
    with hyphens and braces or without. A blank text asks nothing; one that has no word, such as an emoji, finds nothing.
    """
    bare = spelled(text)
    terms = [_term(is_dense, parts) for chunk in bare.split() for is_dense, parts in words(chunk)]
    return tuple(dict.fromkeys(terms)) if terms or not bare.strip() else ((),)


def matches_search(search: Search, found_by: str) -> bool:
    """Is a node found whose search_words are these?"""
    for term in search:
        for spelling in term:
            for word in spelling:  # plain loops, in half the time: a search asks this of every node
                if word not in found_by:
                    break
            else:
                break
        else:
            return False
    return True


def _term(is_dense: bool, parts: list[str]) -> tuple[tuple[str, ...], ...]:  # noqa: FBT001 - as `words` tells them
    if is_dense:
        pairs = [first + second for first, second in pairwise(parts)]
        spellings = [pairs or parts]
    else:
        whole = "".join(parts)
        spellings = [[whole]] if len(parts) == 1 else [[whole], parts]
        if BEGINS_GUID.fullmatch(whole):
            spellings.append([GUID_MARK + whole])
    return tuple(tuple(f" {word}" for word in spelling) for spelling in spellings)
