"""The order of names."""

from policy.collation.folding import folded

BREAK = "\u0001"
"""Before every character of a folded text, so that a name comes before those that it begins; none has a control character."""


def sort_key(name: str, node: str) -> str:
    """
    The place of a node among others: by its folded name, then by its id.

    It is read up to the first BREAK, which no folded name has, so a key stands for one name and one id whatever they hold. Keys
    compare as Python compares texts and as their UTF-8 bytes compare; a database that compares UTF-16 would order them otherwise.
    """
    return f"{folded(name)}{BREAK}{node}"
