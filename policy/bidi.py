"""Names in sentences, so that none turns round what stands beside it (Unicode Standard Annex 9, the bidirectional algorithm)."""

import re

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
FORMATTING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates, and what ends them."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Whatever is of the classes R, AL and AN, and what Unicode keeps for more of them, which other machines may know already."""


def isolated(name: str) -> str:
    """
    The name as it stands in a sentence that runs from left to right: isolated where it has characters that run the other way.

    Without any of these nothing is to be isolated. What is left are letters, digits and neutral characters that stand at the level of
    the sentence (rules W7, N1 and I1): right-to-left text beside them is a name too, and isolated it counts as one neutral character
    among them; nor does it decide the direction of the paragraph (rule P2). So a plain name stays what it is.

    Its own formatting is left out, see `unformatted`: an open isolate of its own would take the end of this one for its end.
    """
    shown = unformatted(name)
    return f"{FIRST_STRONG_ISOLATE}{shown}{POP_DIRECTIONAL_ISOLATE}" if RIGHT_TO_LEFT.search(shown) else shown


def unformatted(name: str) -> str:
    """
    The name without embeddings, overrides and isolates, which turn round what follows and can't be seen.

    The marks U+200E, U+200F and U+061C stay: people need them inside a name, and an isolate keeps them there.
    """
    return name if name.isascii() else FORMATTING.sub("", name)
