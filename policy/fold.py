import unicodedata


def fold(text: str) -> str:
    """The text as it is compared and ordered: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
