from policy.fold import fold

HIGHEST = "\ud7ff"
"""Up to here the order of UTF-16, in which the database compares, is that of Unicode, in which its indexes are kept."""
LAST = f"{HIGHEST}~"
"""After every comparable text."""


def comparable(text: str) -> str:
    """The text as it is compared and ordered: folded, and characters beyond HIGHEST written in ones below, their order kept."""
    return "".join(each if each < HIGHEST else f"{HIGHEST}{ord(each):06x}" for each in fold(text))
