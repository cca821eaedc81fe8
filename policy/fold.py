import unicodedata


def fold(text: str) -> str:
    """The text as it is compared and ordered: without case and accents."""
    if text.isascii():
        return text.lower()
    # taken apart first: `™` has no lower case, but the letters TM that it is made of have one
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
